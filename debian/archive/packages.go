package archive

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"coen/debian/deb822"
	"coen/debian/relation"
	"coen/debian/version"
)

// A Package is a record of a Packages index. Relationship fields other than
// Provides are kept as text: few of some ten thousand are ever looked at.
type Package struct {
	relation.Package

	Essential bool
	Priority  string

	PreDepends, Depends, Conflicts, Breaks string

	File
	// Path of the package below the archive's root.
	Path string
}

// ReadPackages reads an index and calls yield for each record. Records must be
// for architecture arch or "all".
func ReadPackages(r io.Reader, arch string, yield func(*Package) error) error {
	in := deb822.NewReader(r)
	for {
		record, err := in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		p, err := readPackage(record, arch)
		if err == nil {
			err = yield(p)
		}
		if err != nil {
			return fmt.Errorf("package %.80q: %w", record.Get("Package"), err)
		}
	}
}

func readPackage(record *deb822.Paragraph, arch string) (*Package, error) {
	p := &Package{}
	fields := map[string]*string{
		"package": &p.Name, "architecture": &p.Arch, "multi-arch": &p.MultiArch, "priority": &p.Priority,
		"pre-depends": &p.PreDepends, "depends": &p.Depends, "conflicts": &p.Conflicts, "breaks": &p.Breaks,
		"filename": &p.Path, "version": new(string), "provides": new(string),
		"size": new(string), "sha256": new(string), "essential": new(string),
	}
	for _, f := range record.Fields {
		if target := fields[strings.ToLower(f.Name)]; target != nil {
			*target = f.Value()
		}
	}
	p.Essential = *fields["essential"] == "yes"
	var err error
	if p.Version, err = version.Parse(*fields["version"]); err != nil {
		return nil, err
	}
	if p.Provides, err = relation.ParseProvides(*fields["provides"]); err != nil {
		return nil, err
	}
	if p.File, err = parseFile(*fields["size"], *fields["sha256"]); err != nil {
		return nil, err
	}
	return p, p.check(arch)
}

func (p *Package) check(arch string) error {
	if err := relation.CheckName(p.Name); err != nil {
		return err
	}
	if p.Arch != arch && p.Arch != "all" {
		return fmt.Errorf("is for architecture %q, not %q", p.Arch, arch)
	}
	switch p.MultiArch {
	case "", "no", "same", "foreign", "allowed":
	default:
		return fmt.Errorf("bad Multi-Arch %q", p.MultiArch)
	}
	if err := CheckPath(p.Path); err != nil {
		return err
	}
	if !strings.HasPrefix(p.Path, "pool/") || !strings.HasSuffix(p.Path, ".deb") {
		return errors.New("is no .deb below pool/")
	}
	return nil
}
