package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"

	"coen/boot/handoff"
	"coen/fsimage/cpio"
	"coen/image"
	"coen/payload"
	"coen/recipe"
	"coen/sbom"
)

// materials makes the list of what the image consists of, in SPDX's form.
func (b *build) materials(r *image.Result) ([]byte, error) {
	in := &sbom.Input{
		Image: b.recipe.Name, Release: b.recipe.Release, ISO: filepath.Base(b.out), SHA256: r.SHA256,
		Epoch: b.recipe.Epoch, Lock: b.lock, ReadFile: r.Tree.ReadFile,
	}
	for _, name := range append([]string{"coen-init"}, b.recipe.Programs...) {
		content, err := payload.Program(name)
		if err != nil {
			return nil, err
		}
		in.Programs = append(in.Programs, sbom.Program{Name: name, Content: content})
	}
	var err error
	if in.Overlays, err = vendors(b.recipe.Overlays); err != nil {
		return nil, err
	}
	list, err := sbom.New(in)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = list.SPDX(&out)
	return out.Bytes(), err
}

// materialForms are the forms in which the list can be had.
var materialForms = map[string]func(*sbom.BOM, io.Writer) error{
	"spdx":      (*sbom.BOM).SPDX,
	"cyclonedx": (*sbom.BOM).CycloneDX,
}

// writeMaterials lists what an image consists of, from the image alone. The SPDX
// form is byte for byte the one that the build left beside the ISO.
func writeMaterials(ctx context.Context, w io.Writer, image *openedImage, form string) error {
	write, ok := materialForms[form]
	if !ok {
		return fmt.Errorf("--sbom: %q is neither spdx nor cyclonedx", form)
	}
	in, err := materialsOf(ctx, image)
	if err != nil {
		return err
	}
	list, err := sbom.New(in)
	if err != nil {
		return err
	}
	return write(list, w)
}

func materialsOf(ctx context.Context, image *openedImage) (*sbom.Input, error) {
	r, err := image.Recipe()
	if err != nil {
		return nil, err
	}
	root, err := image.Root()
	if err != nil {
		return nil, err
	}
	in := &sbom.Input{
		Image: r.Name, Release: r.Release, ISO: filepath.Base(image.name), Epoch: r.Epoch, ReadFile: root.ReadFile,
	}
	if in.Lock, err = image.Lock(); err != nil {
		return nil, err
	}
	if in.SHA256, err = digest(ctx, image.Bytes(), image.Size); err != nil {
		return nil, err
	}
	first, err := firstProgram(image)
	if err != nil {
		return nil, err
	}
	in.Programs = []sbom.Program{{Name: "coen-init", Content: first}}
	for _, name := range r.Programs {
		content, err := root.ReadFile(path.Join("usr/bin", name))
		if err != nil {
			return nil, err
		}
		in.Programs = append(in.Programs, sbom.Program{Name: name, Content: content})
	}
	overlays, err := image.Overlays()
	if err != nil {
		return nil, err
	}
	in.Overlays, err = vendors(overlays)
	return in, err
}

func vendors(overlays []recipe.Overlay) (list []sbom.Overlay, err error) {
	all, err := overlayInfo(overlays)
	for _, o := range all {
		list = append(list, sbom.Overlay(o))
	}
	return list, err
}

// maxProgram is the size in bytes of the largest program that is looked into.
const maxProgram = 256 << 20

// firstProgram reads coen-init out of the initramfs.
func firstProgram(image *openedImage) (content []byte, err error) {
	archive, err := image.Initramfs()
	if err != nil {
		return nil, err
	}
	err = archive.Walk(func(h *cpio.Header, r io.Reader) error {
		if path.Join("/", h.Name) != handoff.InitPath || r == nil {
			return nil
		}
		content, err = io.ReadAll(io.LimitReader(r, maxProgram))
		return err
	})
	if err == nil && content == nil {
		err = fmt.Errorf("initramfs: there is no %s", handoff.InitPath)
	}
	return content, err
}
