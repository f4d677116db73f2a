package sbom

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"coen/debian/archive"
)

// program adds one of our programs and the modules in it.
func (b *BOM) program(p Program, release string) error {
	info, err := buildinfo.Read(bytes.NewReader(p.Content))
	if err != nil {
		return err
	}
	sum := archive.Digest(sha256.Sum256(p.Content))
	c := component{
		id: "program-" + sum.String(), name: p.Name, version: release, sha256: &sum, file: p.Name,
		purl:    fmt.Sprintf("pkg:generic/%s@%s", escape(p.Name), escape(release)),
		licence: "Apache-2.0", supplier: "COEN", linked: true, top: true,
	}
	modules := slices.Clone(info.Deps)
	modules = append(modules, &debug.Module{Path: "std", Version: strings.TrimPrefix(info.GoVersion, "go")})
	for _, m := range modules {
		if m.Replace != nil {
			m = m.Replace
		}
		c.needs = append(c.needs, b.module(m))
	}
	b.components = append(b.components, c)
	return nil
}

// module adds a Go module, once, and returns its id.
func (b *BOM) module(m *debug.Module) string {
	id := fmt.Sprintf("go-%x", sha256.Sum256([]byte(m.Path+"@"+m.Version)))
	if slices.ContainsFunc(b.components, func(c component) bool { return c.id == id }) {
		return id
	}
	parts := strings.Split(m.Path, "/")
	for i, s := range parts {
		parts[i] = escape(s)
	}
	b.components = append(b.components, component{
		id: id, name: m.Path, version: m.Version, library: true,
		purl: fmt.Sprintf("pkg:golang/%s@%s", strings.Join(parts, "/"), escape(m.Version)),
	})
	return id
}
