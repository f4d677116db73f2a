package sbom

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coen/debian/deb822"
	"coen/internal/oracle"
	"coen/lock"
)

var epoch = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// compiled compiles a program of ours, once.
var compiled = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "coen-test-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "coen-init")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", path, "coen/cmd/coen-init")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	return os.ReadFile(path)
})

func program(t *testing.T) Program {
	t.Helper()
	data, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return Program{"coen-init", data}
}

const status = `Package: daemon
Version: 1:2.0+b1-3
Architecture: amd64
Maintainer: Debian "D" Team <team@example.org>
Section: admin
Depends: nothing | libthing (>= 1), mail-transport-agent
Pre-Depends: libthing
Homepage: https://example.org/daemon
Source: daemons
Description: does things
 at length.

Package: libthing
Version: 1.5
Architecture: amd64
Maintainer: broken
Section: libs
Homepage: not a page
Provides: mail-transport-agent
Description: <things> & more
`

// small is an image of three packages, one of which is only searched for boot
// loaders.
func small(t *testing.T) *Input {
	t.Helper()
	l := &lock.Lock{Arch: "amd64", Time: epoch}
	for _, p := range [][2]string{{"daemon", "1:2.0+b1-3"}, {"libthing", "1.5"}, {"loader-signed", "3"}} {
		x := lock.Package{Name: p[0], Version: p[1], Arch: "amd64", Suite: "trixie-security", Path: "pool/" + p[0] + ".deb"}
		x.SHA256 = sha256.Sum256([]byte(p[0]))
		l.Packages = append(l.Packages, x)
	}
	files := map[string]string{
		"var/lib/dpkg/status": status,
		"usr/share/doc/daemon/copyright": "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n" +
			"Files: *\nCopyright: 2026 A\nLicense: GPL-2+ OR Artistic, and Expat\n\n" +
			"Files: doc/*\nCopyright: B\nLicense: own\n Do what you like,\n .\n but ask.\n\n" +
			"Files: x\nCopyright: C\nLicense: LGPL-2.1 with exception\n",
		"usr/share/doc/libthing/copyright": "This is free software.\n",
	}
	return &Input{
		Image: "coen", Release: "3.0.0", ISO: "coen-3.0.0-amd64.iso", SHA256: sha256.Sum256([]byte("iso")), Epoch: epoch, Lock: l,
		ReadFile: func(name string) ([]byte, error) {
			if text, ok := files[name]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		},
		Programs: []Program{program(t)},
	}
}

// overlaid is the small image with files of a vendor's archive.
func overlaid(t *testing.T) *Input {
	t.Helper()
	in := small(t)
	in.Overlays = []Overlay{{"luna", "LunaClient-10.7.tar", sha256.Sum256([]byte("vendor"))}}
	return in
}

// host is an image of what is installed on this machine: real control data, real
// copyright files.
func host(t *testing.T) *Input {
	t.Helper()
	data, err := os.ReadFile("/var/lib/dpkg/status")
	if err != nil {
		oracle.Missing(t, "not a Debian machine: %v", err)
	}
	list, err := deb822.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	arch := strings.TrimSpace(oracle.Run(t, "dpkg", "--print-architecture"))
	l := &lock.Lock{Arch: arch, Time: epoch}
	var kept []*deb822.Paragraph
	for _, p := range list {
		if p.Get("Status") != "install ok installed" || p.Get("Architecture") != arch && p.Get("Architecture") != "all" {
			continue
		}
		x := lock.Package{Name: p.Get("Package"), Version: p.Get("Version"), Arch: p.Get("Architecture"), Suite: "trixie", Path: "pool/x.deb"}
		x.SHA256 = sha256.Sum256([]byte(x.Name))
		l.Packages = append(l.Packages, x)
		kept = append(kept, p)
	}
	slices.SortFunc(l.Packages, func(a, b lock.Package) int { return strings.Compare(a.Name, b.Name) })
	var status bytes.Buffer
	if err := deb822.Write(&status, kept...); err != nil {
		t.Fatal(err)
	}
	return &Input{
		Image: "host", Release: "1", ISO: "host.iso", SHA256: sha256.Sum256([]byte("host")), Epoch: epoch, Lock: l,
		ReadFile: func(name string) ([]byte, error) {
			if name == "var/lib/dpkg/status" {
				return status.Bytes(), nil
			}
			return os.ReadFile("/" + name)
		},
	}
}

func written(t *testing.T, b *BOM) (spdx, cdx []byte) {
	t.Helper()
	var s, c bytes.Buffer
	if err := errors.Join(b.SPDX(&s), b.CycloneDX(&c)); err != nil {
		t.Fatal(err)
	}
	return s.Bytes(), c.Bytes()
}

// keep leaves a document for people to look at, if COEN_ARTIFACTS says where.
func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	dir := os.Getenv("COEN_ARTIFACTS")
	if dir == "" {
		return
	}
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestReproducible(t *testing.T) {
	var first [2][]byte
	for i := range 3 {
		b, err := New(small(t))
		if err != nil {
			t.Fatal(err)
		}
		s, c := written(t, b)
		if i == 0 {
			first = [2][]byte{s, c}
		} else if !bytes.Equal(s, first[0]) || !bytes.Equal(c, first[1]) {
			t.Fatal("two runs differ")
		}
	}
}

// TestSPDX reads the list of the small image.
func TestSPDX(t *testing.T) {
	b, err := New(small(t))
	if err != nil {
		t.Fatal(err)
	}
	spdx, _ := written(t, b)
	var d spdxDocument
	if err := json.Unmarshal(spdx, &d); err != nil {
		t.Fatal(err)
	}
	byName := map[string]spdxPackage{}
	names := map[string]string{}
	for _, p := range d.Packages {
		byName[p.Name], names[p.ID] = p, p.Name
	}
	daemon := byName["daemon"]
	own := d.Licenses[slices.IndexFunc(d.Licenses, func(l spdxLicense) bool { return l.Name == "own" })]
	lgpl := d.Licenses[slices.IndexFunc(d.Licenses, func(l spdxLicense) bool { return l.Name != "own" })]
	for what, got := range map[string][2]string{
		"licence":     {daemon.Declared, "((Artistic-1.0 OR GPL-2.0-or-later) AND MIT) AND " + lgpl.ID + " AND " + own.ID},
		"text":        {own.Text, "Do what you like,\n\nbut ask."},
		"no text":     {lgpl.Text, "See /usr/share/doc/daemon/copyright."},
		"purl":        {daemon.References[0].Locator, "pkg:deb/debian/daemon@1%3A2.0%2Bb1-3?arch=amd64&distro=trixie"},
		"maintainer":  {daemon.Originator, `Person: Debian "D" Team (team@example.org)`},
		"homepage":    {daemon.Homepage, "https://example.org/daemon"},
		"source":      {daemon.Source, "built from Debian source package daemons"},
		"summary":     {byName["libthing"].Summary, "<things> & more"},
		"no homepage": {byName["libthing"].Homepage, ""},
		"no form":     {byName["libthing"].Declared, "NOASSERTION"},
		"loader":      {byName["loader-signed"].Declared, "NOASSERTION"},
		"time":        {d.Creation.Created, "2026-11-01T00:00:00Z"},
		"module":      {byName["golang.org/x/sys"].References[0].Locator, "pkg:golang/golang.org/x/sys@" + byName["golang.org/x/sys"].Version},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %q, want %q", what, got[0], got[1])
		}
	}
	var relations []string
	for _, r := range d.Relationships {
		relations = append(relations, names[r.From]+" "+r.Type+" "+names[r.To])
	}
	for _, want := range []string{
		" DESCRIBES coen", "coen CONTAINS daemon", "coen CONTAINS loader-signed", "coen CONTAINS coen-init",
		"daemon DEPENDS_ON libthing", "coen-init STATIC_LINK std", "coen-init STATIC_LINK golang.org/x/sys",
	} {
		if !slices.Contains(relations, want) {
			t.Errorf("no %q among %q", want, relations)
		}
	}
	if slices.Contains(relations, "coen CONTAINS std") {
		t.Error("a module lies in the image by itself")
	}
}

// TestOverlays finds the vendor's archive in both forms, and nothing else that a
// list without it would not have.
func TestOverlays(t *testing.T) {
	bare, err := New(small(t))
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(overlaid(t))
	if err != nil {
		t.Fatal(err)
	}
	spdx, cdx := written(t, b)
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte("vendor")))
	purl := "pkg:generic/luna?checksum=sha256:" + sum
	var s spdxDocument
	var c cdxDocument
	if err := errors.Join(json.Unmarshal(spdx, &s), json.Unmarshal(cdx, &c)); err != nil {
		t.Fatal(err)
	}
	p, x := s.Packages[len(s.Packages)-1], c.Components[len(c.Components)-1]
	if p.Name != "luna" || p.File != "LunaClient-10.7.tar" || p.Checksums[0].Value != sum || p.References[0].Locator != purl ||
		p.Supplier != noAssertion || p.Declared != noAssertion {
		t.Errorf("SPDX has %+v", p)
	}
	if x.Name != "luna" || x.Hashes[0].Content != sum || x.PURL != purl {
		t.Errorf("CycloneDX has %+v", x)
	}
	contains := spdxRelationship{s.Packages[0].ID, "CONTAINS", p.ID}
	if !slices.Contains(s.Relationships, contains) || !slices.Contains(c.Dependencies[0].DependsOn, x.Ref) {
		t.Error("the image does not contain it")
	}
	if last := len(b.components) - 1; !reflect.DeepEqual(b.components[:last], bare.components) {
		t.Error("the other components differ")
	}
}

// TestHost compares what is said of this machine with what dpkg says.
func TestHost(t *testing.T) {
	in := host(t)
	b, err := New(in)
	if err != nil {
		t.Fatal(err)
	}
	names, licensed := map[string]string{}, 0
	for _, c := range b.components {
		names[c.id] = c.name
		if c.licence != "" {
			licensed++
		}
	}
	if licensed*2 < len(b.components) {
		t.Errorf("%d of %d packages have a licence", licensed, len(b.components))
	}
	said := oracle.Run(t, "dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package} ${Version} ${Architecture}\n")
	for _, c := range b.components {
		if !strings.Contains(said, "ii  "+c.name+" "+c.version+" ") {
			t.Errorf("dpkg does not know %s %s", c.name, c.version)
		}
	}
	i := slices.IndexFunc(b.components, func(c component) bool { return c.name == "bash" })
	var needs []string
	for _, n := range b.components[i].needs {
		needs = append(needs, names[n])
	}
	slices.Sort(needs)
	if !slices.Contains(needs, "base-files") || !slices.Contains(needs, "libc6") {
		t.Errorf("bash depends on %q", needs)
	}
}

func TestRefuses(t *testing.T) {
	in := small(t)
	in.Lock.Packages[1].Version = "1.6"
	if _, err := New(in); err == nil || !strings.Contains(err.Error(), "libthing 1.5 is installed, and the lock names 1.6") {
		t.Errorf("%v", err)
	}
	in = small(t)
	in.Programs = []Program{{"script", []byte("#!/bin/sh\n")}}
	if _, err := New(in); err == nil || !strings.Contains(err.Error(), "program script") {
		t.Errorf("%v", err)
	}
	in.ReadFile = func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	if _, err := New(in); err == nil {
		t.Error("an image without packages")
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"GPL-2+": "GPL-2.0-or-later", "GPL-3": "GPL-3.0-only", "LGPL-2.1+": "LGPL-2.1-or-later", "gpl-2.0-or-later": "GPL-2.0-or-later",
		"LGPL-2": "LGPL-2.0-only", "AGPL-3+": "AGPL-3.0-or-later", "GFDL-1.3+": "GFDL-1.3-or-later", "BSD-3-clause": "BSD-3-Clause",
		"Expat": "MIT", "zlib": "Zlib", "Apache-2": "Apache-2.0", "GPL-4": "", "GPL": "", "public-domain": "", "permissive": "", "": "",
	} {
		if got := known(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func FuzzCopyright(f *testing.F) {
	f.Add([]byte("Format: copyright-format/1.0\n\nFiles: *\nLicense: A or B, and C with D and\n text\n .\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		expression, others := parseCopyright(text, "/x")
		if strings.Count(expression, "(") != strings.Count(expression, ")") {
			t.Errorf("%q", expression)
		}
		for ref := range others {
			if !strings.Contains(expression, ref) && !strings.Contains(expression, strings.TrimSuffix(ref, "-")) {
				t.Errorf("%s is not in %q", ref, expression)
			}
		}
	})
}
