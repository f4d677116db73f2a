package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"coen/attest"
	"coen/debian/archive"
)

// finish writes what lies beside the ISO, and only then gives all files their
// names.
func (b *build) finish(iso *pending, r *built) error {
	beside, err := b.accompany(r)
	if err != nil {
		return err
	}
	files := []*pending{iso}
	for _, name := range slices.Sorted(maps.Keys(beside)) {
		f, err := newFile(name)
		if err != nil {
			return err
		}
		defer f.discard()
		if _, err := f.Write(beside[name]); err != nil {
			return err
		}
		files = append(files, f)
	}
	for _, f := range files {
		if err := f.seal(); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := f.publish(); err != nil {
			return err
		}
	}
	return nil
}

// accompany makes the files that accompany the ISO, by name.
func (b *build) accompany(r *built) (map[string][]byte, error) {
	info, err := b.info(r)
	if err != nil {
		return nil, err
	}
	materials, err := b.materials(r.Result)
	if err != nil {
		return nil, err
	}
	stem := strings.TrimSuffix(b.out, ".iso")
	return map[string][]byte{
		b.out + ".sha256":            fmt.Appendf(nil, "%x  %s\n", r.SHA256, filepath.Base(b.out)),
		stem + ".provenance.tsv.zst": r.Provenance,
		stem + ".buildinfo.json":     info.Bytes(),
		stem + ".spdx.json":          materials,
	}, nil
}

// info tells what went into the ISO, and what came out.
func (b *build) info(r *built) (*attest.BuildInfo, error) {
	recipe, err := archive.ParseDigest(b.recipe.Digest())
	if err != nil {
		return nil, err
	}
	overlays, err := overlayInfo(b.recipe.Overlays)
	if err != nil {
		return nil, err
	}
	tool, err := thisTool()
	return &attest.BuildInfo{
		Image: b.recipe.Name, Release: b.recipe.Release, Recipe: recipe, Lock: b.lock.Digest(),
		ISO: r.SHA256, Size: r.Size, Tool: tool, Overlays: overlays, Open: r.open,
	}, err
}
