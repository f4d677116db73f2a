package main

import (
	"bytes"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"coen/fsimage/cpio"
	"coen/fsimage/squashfs"
	"coen/image"
	"coen/inspect"
	"coen/inspect/diff"
	"coen/internal/console"
	"coen/internal/oracle"
	"coen/medium"
	"coen/payload"
	"coen/verify"
)

// A made is the image of the small recipe, and what it is made of.
type made struct {
	in     *inputs
	system *image.System
	iso    []byte
	img    *inspect.Image
}

// makeSmall builds the small recipe in this process.
func makeSmall(t *testing.T) *made {
	t.Helper()
	if testing.Short() {
		t.Skip("builds an image")
	}
	if _, err := payload.Program("coen-init"); err != nil {
		oracle.Missing(t, "%v", err)
	}
	m := &made{in: &inputs{recipeName: small(t).recipe}}
	okay(t, m.in.load())
	progress := console.New(os.Stderr)
	st, err := m.in.ready(t.Context(), true, progress)
	okay(t, err)
	in, err := imageInputs(m.in, st)
	okay(t, err)
	c := &cacheChoice{none: true}
	kept, err := c.open(t.TempDir())
	okay(t, err)
	t.Cleanup(func() { kept.Close() })
	scratch, err := os.Create(filepath.Join(t.TempDir(), "root"))
	okay(t, err)
	t.Cleanup(func() { scratch.Close() })
	m.system, err = image.Assemble(t.Context(), in, image.Means{Scratch: scratch, Workers: 2, Cache: kept, Progress: quiet{}})
	okay(t, err)
	parts, err := m.system.Compress()
	okay(t, err)
	var iso bytes.Buffer
	_, err = m.system.Write(parts, &iso)
	okay(t, err)
	m.iso = iso.Bytes()
	m.img = open(t, m.iso)
	return m
}

// sums returns the SHA-256 of all files of the root file system.
func (m *made) sums() map[string][32]byte {
	sums := map[string][32]byte{}
	for _, r := range m.system.Records {
		var sum [32]byte
		if _, err := hex.Decode(sum[:], []byte(r.Digest)); err == nil && r.Kind == 'f' {
			sums[strings.TrimPrefix(r.Path, "/")] = sum
		}
	}
	return sums
}

type quiet struct{}

func (quiet) Start(string, int64, bool) {}
func (quiet) Add(int64)                 {}

func open(t *testing.T, iso []byte) *inspect.Image {
	t.Helper()
	img, err := inspect.Open(bytes.NewReader(iso), int64(len(iso)))
	okay(t, err)
	return img
}

// check compares an image with what the lock makes, file by file.
func (m *made) check(t *testing.T, iso []byte, device bool) *verify.Report {
	t.Helper()
	again := &memory{}
	r, err := verify.Files(t.Context(), open(t, iso), m.system, verify.Options{
		Name: "forged.iso", Lock: m.in.lock, Again: readable{again}, Trim: device, Progress: quiet{},
	})
	okay(t, err)
	return r
}

// readable makes a memory a verify.Scratch.
type readable struct{ *memory }

func (r readable) ReadAt(p []byte, at int64) (int, error) {
	return bytes.NewReader(*r.memory).ReadAt(p, at)
}

const (
	library = "usr/lib/x86_64-linux-gnu/libc.so.6"
	licence = "usr/share/doc/bash/copyright"
	status  = "var/lib/dpkg/status"
)

// edit changes the content of one file of the root file system.
func edit(name string, change func([]byte) []byte) func(*squashfs.Header, squashfs.Content) (*squashfs.Header, squashfs.Content) {
	return func(h *squashfs.Header, content squashfs.Content) (*squashfs.Header, squashfs.Content) {
		if h.Name != name || content == nil {
			return h, content
		}
		data, err := io.ReadAll(io.NewSectionReader(content, 0, content.Size()))
		if err != nil {
			return h, content
		}
		return h, bytes.NewReader(change(data))
	}
}

// entry changes or drops one entry of the root file system.
func entry(name string, change func(*squashfs.Header) *squashfs.Header) func(*squashfs.Header, squashfs.Content) (*squashfs.Header, squashfs.Content) {
	return func(h *squashfs.Header, content squashfs.Content) (*squashfs.Header, squashfs.Content) {
		if h.Name != name {
			return h, content
		}
		return change(h), content
	}
}

// flipped changes a byte in the middle.
func flipped(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)/2] ^= 1
	return b
}

// plants are changes that must be found and named.
var plants = []struct {
	name   string
	forge  func(t *testing.T, m *made) []byte
	found  string // regular expression for one of the findings and its author
	cause  string // for the cause that diff gives; "" if it cannot read the image
	detail string // for a detail of diff, or ""
}{
	{
		"a byte in a library", forged(&forgery{root: edit(library, flipped)}),
		`^/` + library + ` has other content \(package libc6 `,
		`^One change explains all: /` + library + ` has other content`,
		`(?s)build-id \w+ in both: the same build, changed afterwards.*section "\.\w+" differs: 1 byte of`,
	}, {
		"a changed menu argument", forged(&forgery{files: gained("coen.check=no")}),
		`^the menu of GRUB and ISOLINUX, entry \w+ gained argument "coen\.check=no"`,
		`^The boot menu differs: .*entry \w+ gained argument "coen\.check=no"`, "",
	}, {
		"an added file", forged(&forgery{extra: map[*squashfs.Header]squashfs.Content{
			{Name: "etc/cron.d", Mode: os.ModeDir | 0o755}: nil,
			{Name: "usr/bin/door", Mode: 0o755, UID: 0}:    strings.NewReader("#!/bin/sh\n"),
		}}),
		`^/usr/bin/door was added \(10 bytes\) \(nobody: no package, script or rule makes it\)`,
		`changes? in the root file system`, "",
	}, {
		"a changed mode", forged(&forgery{root: entry("usr/bin/dash", func(h *squashfs.Header) *squashfs.Header {
			h.Mode |= os.ModeSetuid
			return h
		})}),
		`^/usr/bin/dash has mode 4755 in place of 0755 \(package dash `,
		`^One change explains all: /usr/bin/dash has mode 4755 in place of 0755`, "",
	}, {
		"an extra partition", func(_ *testing.T, m *made) []byte { return addPartition(m.iso) },
		`^GPT partition 3 was added`,
		`^One change explains all: GPT partition 3 was added`, "",
	}, {
		"bytes behind the image", func(_ *testing.T, m *made) []byte { return append(bytes.Clone(m.iso), "more"...) },
		`^behind the image has length 4 bytes in place of 0 bytes`,
		`^One change explains all: behind the image has length 4 bytes`, "",
	}, {
		"a swapped package", forged(&forgery{root: swapped}),
		`^package bash has version 5\.0-1 in place of 5\.`,
		`^1 package has another version\.$`, "",
	}, {
		"an altered initramfs", forged(&forgery{archive: func(h *cpio.Header, content []byte) []byte {
			if h.Name == "init" {
				content = flipped(content)
			}
			return content
		}}),
		`^/init has other content \(tool`,
		`^One change explains all: /init has other content`, `ELF EXEC`,
	}, {
		"a time stamp", forged(&forgery{root: entry("usr/bin", func(h *squashfs.Header) *squashfs.Header {
			h.ModTime = h.ModTime.Add(time.Second)
			return h
		})}),
		`^/usr/bin has time \S+Z in place of \S+Z`,
		`^One change explains all: /usr/bin has time`, "",
	}, {
		"a removed licence", forged(&forgery{root: entry(licence, func(*squashfs.Header) *squashfs.Header { return nil })}),
		`^/` + licence + ` was removed .* \(package bash `,
		`^One change explains all: /` + licence + ` was removed`, "",
	}, {
		"a byte in no file", func(_ *testing.T, m *made) []byte {
			iso := bytes.Clone(m.iso)
			iso[20600] = 1 // in the system area, behind the GPT
			return iso
		},
		`^byte 20600 differs, which belongs to no file and to no table`,
		`^The same content, laid out in other bytes`, "",
	}, {
		"a damaged block", func(t *testing.T, m *made) []byte {
			root, err := m.img.File(medium.Root)
			okay(t, err)
			head := make([]byte, 64)
			_, err = root.ReadAt(head, 4096)
			okay(t, err)
			iso := bytes.Clone(m.iso)
			iso[bytes.Index(iso, head)] ^= 0xFF
			return iso
		},
		`^cannot be read: forged\.iso: root: "/\S+": squashfs: data block at \d+: `, "", "",
	}, {
		"another lock on the medium", forged(&forgery{files: func(name string, content []byte) []byte {
			if name == "coen/lock" {
				content = bytes.Replace(content, []byte(" essential\n"), []byte(" requested\n"), 1)
			}
			return content
		}}),
		`^/coen/lock has other content`, `.`, "",
	},
}

func forged(f *forgery) func(*testing.T, *made) []byte {
	return func(t *testing.T, m *made) []byte {
		f.sums = m.sums()
		return f.make(t, m.img)
	}
}

// gained gives every entry of the menus a kernel argument.
func gained(argument string) func(string, []byte) []byte {
	menus := strings.NewReplacer(" coen.volume=", " "+argument+" coen.volume=", " 'coen.volume=", " '"+argument+"' 'coen.volume=")
	return func(name string, content []byte) []byte {
		if strings.HasSuffix(name, ".cfg") {
			content = []byte(menus.Replace(string(content)))
		}
		return content
	}
}

// swapped puts another bash into the image, and says so in dpkg's database.
func swapped(h *squashfs.Header, content squashfs.Content) (*squashfs.Header, squashfs.Content) {
	h, content = edit("usr/bin/bash", flipped)(h, content)
	return edit(status, func(b []byte) []byte {
		return regexp.MustCompile(`(?m)(^Package: bash\n(?:.+\n)*?Version: ).*`).ReplaceAll(b, []byte("${1}5.0-1"))
	})(h, content)
}

// TestPlants plants changes in an image. Each must be found by a comparison with
// what the lock makes, and named by a comparison with the image as it was.
func TestPlants(t *testing.T) {
	m := makeSmall(t)
	if r := m.check(t, append(bytes.Clone(m.iso), "old"...), true); len(r.Findings) > 0 {
		t.Fatalf("the image itself, on a stick: %+v", r.Findings)
	}
	for _, p := range plants {
		t.Run(p.name, func(t *testing.T) {
			iso := p.forge(t, m)
			var found []string
			for _, f := range m.check(t, iso, false).Findings {
				found = append(found, f.What+" ("+f.Author+")")
			}
			if !matches(p.found, found...) {
				t.Errorf("found %q, want %s", found, p.found)
			}
			if p.cause == "" {
				return
			}
			d, err := diff.Compare(t.Context(), &diff.Side{Name: "a", Image: m.img}, &diff.Side{Name: "b", Image: open(t, iso)})
			okay(t, err)
			if !matches(p.cause, d.Cause) {
				t.Errorf("cause %q, want %s", d.Cause, p.cause)
			}
			var details []string
			for _, c := range d.Changes {
				details = append(details, c.Detail)
			}
			if !matches(p.detail, append(details, "")...) {
				t.Errorf("details %q, want %s", details, p.detail)
			}
		})
	}
	t.Run("recompressed", func(t *testing.T) { recompressed(t, m) })
}

func matches(pattern string, list ...string) bool {
	re := regexp.MustCompile(pattern)
	for _, s := range list {
		if re.MatchString(s) {
			return true
		}
	}
	return false
}

// recompressed has the same files compressed otherwise: the files are as they should
// be, the bytes are not, and diff says why.
func recompressed(t *testing.T, m *made) {
	iso := (&forgery{level: squashfs.Fastest}).make(t, m.img)
	d, err := diff.Compare(t.Context(), &diff.Side{Name: "a", Image: m.img}, &diff.Side{Name: "b", Image: open(t, iso)})
	okay(t, err)
	if !strings.HasPrefix(d.Cause, "The same content, compressed") || !d.Different() {
		t.Errorf("cause %q", d.Cause)
	}
	r, err := verify.Rebuild(t.Context(), open(t, iso), m.system, verify.Options{
		Name: "b", Lock: m.in.lock, Again: readable{&memory{}}, Progress: quiet{},
	})
	okay(t, err)
	if len(r.Findings) == 0 {
		t.Error("a rebuild finds nothing")
	}
}
