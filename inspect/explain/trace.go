package explain

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"coen/debian/archive"
	"coen/internal/failure"
	"coen/lock"
)

// trace follows the author's package to the keys that signed for it.
func (e *Explainer) trace(c *Chain) error {
	switch c.Made.Kind {
	case "package", "script", "trigger":
	default:
		return nil
	}
	name, _, _ := strings.Cut(c.Made.Name, " ")
	for _, p := range e.lock.Packages {
		if p.Name == name {
			c.Package = &Package{
				Name: p.Name, Version: p.Version, Arch: p.Arch,
				Path: p.Path, Size: p.Size, SHA256: p.SHA256.String(), Reason: p.Reason,
			}
			return e.suite(c, p)
		}
	}
	return nil
}

func (e *Explainer) suite(c *Chain, p lock.Package) error {
	s, ok := e.lock.Suite(p.Suite)
	if !ok {
		return fmt.Errorf("lock: no suite %s", p.Suite)
	}
	release, err := e.release(s)
	if err != nil {
		return err
	}
	index, err := indexOf(release, s, p, e.lock.Arch)
	if err != nil {
		return failure.Refuse(s.Path(), err)
	}
	c.Suite = &Suite{
		Archive: s.Archive, Name: s.Name, Date: s.Date, InRelease: s.SHA256.String(),
		Index: index.Paths[len(index.Paths)-1], IndexSHA256: index.File.SHA256.String(),
	}
	for _, sig := range release.Signatures {
		c.Suite.Signatures = append(c.Suite.Signatures, Signature(sig))
	}
	c.Suite.Listed, err = e.indices.look(index, p, e.lock.Arch)
	return err
}

// release verifies the InRelease file of a suite, as it lies on the medium.
func (e *Explainer) release(s lock.Suite) (*archive.Release, error) {
	signed, err := e.image.InRelease(s)
	if err != nil {
		return nil, err
	}
	policy, err := archive.DebianPolicy(s.Name)
	if err != nil {
		return nil, err
	}
	release, err := archive.Verify(signed, policy, e.lock.Time)
	if err != nil {
		return nil, failure.Refuse(s.Path(), err)
	}
	return release, nil
}

// indexOf returns the index that lists a package: that of the component its path
// begins with, "pool/main/d/dbus/...".
func indexOf(r *archive.Release, s lock.Suite, p lock.Package, arch string) (archive.Index, error) {
	component := s.Components[0]
	if parts := strings.Split(p.Path, "/"); len(parts) > 2 {
		for _, known := range s.Components {
			if known == parts[1] {
				component = known
			}
		}
	}
	return r.Packages(s.Name, component, arch)
}

// indices looks packages up in the indices that a store has.
type indices struct {
	store Store
	read  map[archive.Digest]map[string]archive.File // by index, then by pool path
}

// look reports whether an index lists a package just as the lock does. That it
// does not is an error.
func (x *indices) look(index archive.Index, p lock.Package, arch string) (string, error) {
	files, err := x.files(index, arch)
	if files == nil || err != nil {
		return NotLookedAt, err
	}
	if files[p.Path] != p.File {
		return "", failure.Refusef(p.Path, "%s does not list it so", index.Paths[0])
	}
	return Listed, nil
}

// files returns what an index lists, or nil if it cannot be had.
func (x *indices) files(index archive.Index, arch string) (map[string]archive.File, error) {
	if files, ok := x.read[index.File.SHA256]; ok || x.store == nil {
		return files, nil
	}
	compressed, err := x.store.Read(index.File.SHA256)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := index.Read(compressed)
	if err != nil {
		return nil, failure.Refuse(index.Paths[0], err)
	}
	files := map[string]archive.File{}
	err = archive.ReadPackages(bytes.NewReader(text), arch, func(p *archive.Package) error {
		files[p.Path] = p.File
		return nil
	})
	if err != nil {
		return nil, failure.Refuse(index.Paths[0], err)
	}
	if x.read == nil {
		x.read = map[archive.Digest]map[string]archive.File{}
	}
	x.read[index.File.SHA256] = files
	return files, nil
}
