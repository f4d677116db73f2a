package deb

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"coen/debian/deb822"
	"coen/debian/relation"
	"coen/debian/version"
)

// A Package is an open binary package.
type Package struct {
	// Control is the control paragraph. It has a valid Package, Version and
	// Architecture.
	Control *deb822.Paragraph
	// Members holds the files of control.tar by name: control, md5sums,
	// conffiles, postinst and so on.
	Members map[string]Member

	data   *io.SectionReader
	suffix string // of data.tar: "", ".gz", ".xz" or ".zst"
}

// A Member is a file of control.tar.
type Member struct {
	Mode uint32 // permission bits, at most 07777
	Data []byte
}

// Open reads the control information of the package in the first size bytes
// of r. The package goes on using r.
func Open(r io.ReaderAt, size int64) (*Package, error) {
	members, err := readAr(r, size)
	if err != nil {
		return nil, err
	}
	control, data, err := outline(members)
	if err != nil {
		return nil, err
	}
	p := &Package{data: data.data, suffix: strings.TrimPrefix(data.name, "data.tar")}
	if p.Members, err = readControl(control); err != nil {
		return nil, fmt.Errorf("%s: %w", control.name, err)
	}
	if p.Control, err = parseControl(p.Members["control"].Data); err != nil {
		return nil, fmt.Errorf("%s: control: %v", control.name, err)
	}
	return p, nil
}

// outline checks that the members are debian-binary, control.tar and data.tar,
// in that order. Members that begin with an underscore may stand between and
// after them.
func outline(members []arMember) (control, data arMember, err error) {
	var three []arMember
	for i, m := range members {
		if i > 0 && strings.HasPrefix(m.name, "_") {
			continue
		}
		three = append(three, m)
	}
	if len(three) == 0 || three[0].name != "debian-binary" {
		return control, data, errors.New("not a Debian package: the first member is not debian-binary")
	}
	if err := checkFormat(three[0].data); err != nil {
		return control, data, err
	}
	if len(three) < 3 {
		return control, data, errors.New("not a Debian package: a member is missing")
	}
	control, data = three[1], three[2]
	if !strings.HasPrefix(control.name, "control.tar") {
		return control, data, fmt.Errorf("the second member is %q, not control.tar", control.name)
	}
	if !strings.HasPrefix(data.name, "data.tar") {
		return control, data, fmt.Errorf("the third member is %q, not data.tar", data.name)
	}
	if len(three) > 3 {
		return control, data, fmt.Errorf("unknown member %q after data.tar", three[3].name)
	}
	return control, data, nil
}

// checkFormat reads the member debian-binary: a line with the format's version.
// A minor version above 0 promises to be readable as 2.0.
func checkFormat(r *io.SectionReader) error {
	if r.Size() > 1024 {
		return errors.New("debian-binary: too long")
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("debian-binary: %w", err)
	}
	line, _, complete := strings.Cut(string(text), "\n")
	if !complete || !strings.HasPrefix(line, "2.") {
		return fmt.Errorf("debian-binary: format %.20q is not supported", line)
	}
	return nil
}

func readControl(m arMember) (map[string]Member, error) {
	r, err := newReader(m.data, strings.TrimPrefix(m.name, "control.tar"), MaxControl)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	members := make(map[string]Member)
	for {
		e, err := r.Next()
		if err == io.EOF {
			return members, nil
		}
		if err != nil {
			return nil, err
		}
		if e.Type == Directory && e.Name == "." {
			continue
		}
		if e.Type != Regular || strings.Contains(e.Name, "/") {
			return nil, fmt.Errorf("%q is not a file at the top", e.Name)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		members[e.Name] = Member{e.Mode, data}
	}
}

func parseControl(text []byte) (*deb822.Paragraph, error) {
	p, err := deb822.ParseOne(text)
	if err != nil {
		return nil, err
	}
	if err := relation.CheckName(p.Get("Package")); err != nil {
		return nil, err
	}
	if _, err := version.Parse(p.Get("Version")); err != nil {
		return nil, err
	}
	if p.Get("Architecture") == "" {
		return nil, errors.New("no Architecture")
	}
	return p, nil
}

// Data returns a reader of the files to install. Each call starts from the
// beginning; the readers are independent of each other.
func (p *Package) Data() (*Reader, error) {
	r, err := newReader(p.data, p.suffix, MaxData)
	if err != nil {
		return nil, fmt.Errorf("data.tar%s: %w", p.suffix, err)
	}
	r.prefix = "data.tar" + p.suffix + ": "
	return r, nil
}
