package sbom

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"coen/debian/archive"
	"coen/debian/deb822"
	"coen/lock"
)

// An Input is what the list is made from.
type Input struct {
	Image, Release string // of the recipe
	ISO            string // file name
	SHA256         archive.Digest
	Epoch          time.Time
	Lock           *lock.Lock
	// ReadFile reads a file of the image's root file system, following links:
	// "var/lib/dpkg/status". Errors of absent files are [fs.ErrNotExist].
	ReadFile func(name string) ([]byte, error)
	// Programs are our own in the image.
	Programs []Program
	// Overlays are vendors' archives of which the image has files.
	Overlays []Overlay
}

// An Overlay is an archive of a vendor.
type Overlay struct {
	Name    string // in the recipe: a word, of which there is one
	Archive string // file name
	SHA256  archive.Digest
}

// A Program is one of ours, compiled by Go.
type Program struct {
	Name    string
	Content []byte
}

// A BOM is a bill of materials.
type BOM struct {
	name, version string
	iso           string
	digest        archive.Digest
	epoch         time.Time
	components    []component
	licences      map[string]licence // by LicenseRef
}

// A component is a package, program, module or overlay.
type component struct {
	id         string // unique, of letters, digits, dots and hyphens
	name       string
	version    string
	purl       string
	sha256     *archive.Digest
	file       string // name of the file with that digest
	library    bool
	supplier   string
	maintainer string
	homepage   string
	summary    string
	source     string
	licence    string   // SPDX expression, or ""
	needs      []string // ids of what it depends on, or has linked into it
	linked     bool     // needs are linked into it
	top        bool     // lies in the image by itself, not inside another component
}

// A licence is one that SPDX does not know.
type licence struct{ name, text string }

// New collects the parts of an image.
func New(in *Input) (*BOM, error) {
	b := &BOM{
		name: in.Image, version: in.Release, iso: in.ISO, digest: in.SHA256, epoch: in.Epoch.UTC(),
		licences: map[string]licence{},
	}
	status, err := readStatus(in)
	if err != nil {
		return nil, fmt.Errorf("bill of materials: %w", err)
	}
	for _, p := range in.Lock.Packages {
		c := debian(&p)
		if control := status[p.Name]; control != nil {
			c.describe(control)
			if c.licence, err = b.declared(in, p.Name); err != nil {
				return nil, fmt.Errorf("bill of materials: licence of %s: %w", p.Name, err)
			}
		}
		b.components = append(b.components, c)
	}
	if err := b.depend(in.Lock, status); err != nil {
		return nil, fmt.Errorf("bill of materials: %w", err)
	}
	for _, p := range in.Programs {
		if err := b.program(p, in.Release); err != nil {
			return nil, fmt.Errorf("bill of materials: program %s: %w", p.Name, err)
		}
	}
	for _, o := range in.Overlays {
		b.components = append(b.components, vendor(o))
	}
	return b, nil
}

// readStatus reads dpkg's database: the control paragraphs by package.
func readStatus(in *Input) (map[string]*deb822.Paragraph, error) {
	data, err := in.ReadFile("var/lib/dpkg/status")
	if err != nil {
		return nil, err
	}
	list, err := deb822.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("var/lib/dpkg/status: %w", err)
	}
	status := map[string]*deb822.Paragraph{}
	for _, p := range list {
		status[p.Get("Package")] = p
	}
	for _, p := range in.Lock.Packages {
		if c := status[p.Name]; c != nil && c.Get("Version") != p.Version {
			return nil, fmt.Errorf("%s %s is installed, and the lock names %s", p.Name, c.Get("Version"), p.Version)
		}
	}
	return status, nil
}

// debian makes a component of a package in the lock.
func debian(p *lock.Package) component {
	// The type deb of the purl specification; distro is the suite, without
	// "-security" and the like.
	release, _, _ := strings.Cut(p.Suite, "-")
	return component{
		id:      "deb-" + p.SHA256.String(),
		name:    p.Name,
		version: p.Version,
		purl: fmt.Sprintf("pkg:deb/debian/%s@%s?arch=%s&distro=%s",
			escape(p.Name), escape(p.Version), escape(p.Arch), escape(release)),
		sha256:   &p.SHA256,
		file:     p.Path,
		supplier: "Debian",
		top:      true,
	}
}

// vendor makes a component of an overlay. Of whom it is, in which version and under
// which licence, nothing tells.
func vendor(o Overlay) component {
	return component{
		id:      "overlay-" + o.Name,
		name:    o.Name,
		purl:    fmt.Sprintf("pkg:generic/%s?checksum=sha256:%s", escape(o.Name), o.SHA256),
		sha256:  &o.SHA256,
		file:    o.Archive,
		summary: "files from a vendor's archive",
		top:     true,
	}
}

// describe adds what the package says of itself.
func (c *component) describe(control *deb822.Paragraph) {
	c.maintainer = control.Get("Maintainer")
	c.homepage = control.Get("Homepage")
	if u, err := url.Parse(c.homepage); err != nil || u.Scheme == "" || u.Host == "" {
		c.homepage = ""
	}
	c.summary, _, _ = strings.Cut(control.Get("Description"), "\n")
	section := control.Get("Section")
	c.library = section == "libs" || strings.HasSuffix(section, "/libs")
	if c.source = control.Get("Source"); c.source == "" {
		c.source = c.name
	}
}

// declared returns the licence that a package's copyright file declares.
func (b *BOM) declared(in *Input, name string) (string, error) {
	file := "usr/share/doc/" + name + "/copyright"
	text, err := in.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	expression, others := parseCopyright(text, "/"+file)
	for ref, l := range others {
		b.licences[ref] = l
	}
	return expression, nil
}

// escape writes a part of a purl: all but letters, digits and ".-_~" by percent
// signs.
func escape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(".-_~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// uuid returns a name-based UUID for a purpose, marked as version 8 of RFC 9562
// (section 5.8), from a SHA-256 as all identifiers of the image.
func (b *BOM) uuid(purpose string) string {
	u := sha256.Sum256([]byte("coen\n" + purpose + "\n" + b.digest.String() + "\n"))
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:16])
}
