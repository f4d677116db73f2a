package overlay

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coen/install/proc"
	"coen/internal/failure"
	"coen/internal/oracle"
	"coen/recipe"
	"coen/tree"
)

const kernel = "6.1.0-test"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a machine with a file of a package, that notes which commands run.
func world(t *testing.T) (*proc.Machine, *[]string) {
	t.Helper()
	root := tree.New(1000)
	root.By(tree.Author{Kind: tree.ByPackage, Name: "libc6 2"})
	must(t, root.MkdirAll("/usr/lib/modules/"+kernel, 0o755))
	must(t, root.WriteFile("/usr/lib/libc.so.6", []byte("libc"), 0o644))
	var ran []string
	note := func(p *proc.Proc) (int, error) { ran = append(ran, strings.Join(p.Args, " ")); return 0, nil }
	m := &proc.Machine{
		Tree: root, Kernel: kernel, Arch: "amd64",
		Commands: map[string]proc.Func{"ldconfig": note, "depmod": note},
		Builtin:  map[string]bool{"ldconfig": true, "depmod": true},
	}
	return m, &ran
}

// packed makes a tar archive, of files with text and of the headers.
func packed(t testing.TB, files map[string]string, more ...*tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, text := range files {
		must(t, w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(text))}))
		_, err := w.Write([]byte(text))
		must(t, err)
	}
	for _, h := range more {
		must(t, w.WriteHeader(h))
	}
	must(t, w.Close())
	return b.Bytes()
}

// of says what the overlay "hsm" is to take from an archive.
func of(archive []byte, files ...recipe.OverlayFile) recipe.Overlay {
	return recipe.Overlay{Name: "hsm", Archive: "hsm.tar", SHA256: fmt.Sprintf("%x", sha256.Sum256(archive)), Files: files}
}

func apply(m *proc.Machine, o recipe.Overlay, archive []byte) error {
	return Apply(m, o, bytes.NewReader(archive), int64(len(archive)))
}

func TestApply(t *testing.T) {
	archive := packed(t, map[string]string{"./v/lib.so.1": "library", "v/tool": "program", "v/other": "unused"})
	o := of(archive,
		recipe.OverlayFile{Path: "/opt/hsm/lib.so.1", From: "v/lib.so.1"},
		recipe.OverlayFile{Path: "/opt/hsm/lib.so", Link: "lib.so.1"},
		recipe.OverlayFile{Path: "/opt/hsm/bin/tool", From: "v/tool", Mode: 0o755},
	)
	o.Libraries, o.Path = []string{"/opt/hsm"}, []string{"/opt/hsm/bin"}
	o.Environment = map[string]string{"HSM_LIBRARY": "/opt/hsm/lib.so", "HSM_HOME": "$HOME"}
	o.HSM, o.Udev = "PKCS11_LIBRARY_PATH=/opt/hsm/lib.so\n", "SUBSYSTEM==\"usb\", MODE=\"0600\"\n"
	m, ran := world(t)
	must(t, apply(m, o, archive))
	if !slices.Equal(*ran, []string{"ldconfig"}) {
		t.Errorf("ran %q", *ran)
	}
	for name, want := range map[string]string{
		"/opt/hsm/lib.so":                "library",
		"/opt/hsm/bin/tool":              "program",
		"/etc/ld.so.conf.d/hsm.conf":     "/opt/hsm\n",
		"/etc/profile.d/hsm.sh":          "export HSM_HOME='$HOME'\nexport HSM_LIBRARY='/opt/hsm/lib.so'\nPATH=\"$PATH\":'/opt/hsm/bin'\n",
		"/opt/dnssec/hsm.hsmconfig":      o.HSM,
		"/etc/udev/rules.d/70-hsm.rules": o.Udev,
	} {
		if got, err := m.Tree.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v; want %q", name, got, err, want)
		}
	}
	n, err := m.Tree.Lookup("/opt/hsm/bin/tool")
	must(t, err)
	if want := "overlay hsm sha256:" + o.SHA256 + ": files[2]: v/tool"; n.Mode != 0o755 || n.ModTime != 1000 || n.Made.String() != want {
		t.Errorf("mode %o, time %d, made by %s", n.Mode, n.ModTime, n.Made)
	}
}

func TestRefusals(t *testing.T) {
	text := map[string]string{
		"lib": "library", "install.sh": "#!/bin/sh\n", "hsm.run": "#!/bin/sh\nexit\n\x7f",
		"hsm.deb": "!<arch>\ndebian-binary   ", "hsm.rpm": "\xed\xab\xee\xdb\x03",
	}
	from := func(name string) recipe.OverlayFile { return recipe.OverlayFile{Path: "/opt/x", From: name} }
	for _, c := range []struct {
		want string
		file recipe.OverlayFile
		more *tar.Header
	}{
		{`has no "missing"`, from("missing"), nil},
		{"is an installer: nothing of a vendor is run", from("install.sh"), nil},
		{"is an archive that unpacks itself", from("hsm.run"), nil},
		{"is a Debian package", from("hsm.deb"), nil},
		{"is an RPM package", from("hsm.rpm"), nil},
		{"/usr/lib/libc.so.6 is there already, by package libc6 2", recipe.OverlayFile{Path: "/usr/lib/libc.so.6", From: "lib"}, nil},
		{"/usr/lib is there already", recipe.OverlayFile{Path: "/usr/lib", Link: "lib64"}, nil},
		{"leads out of the archive", from("lib"), &tar.Header{Name: "a/../../etc/passwd", Typeflag: tar.TypeReg}},
		{"is not a path inside an archive", from("lib"), &tar.Header{Name: "/etc/passwd", Typeflag: tar.TypeReg}},
		{"is a link", from("x"), &tar.Header{Name: "x", Typeflag: tar.TypeSymlink, Linkname: "/etc/shadow"}},
		{"is a link", from("x"), &tar.Header{Name: "x", Typeflag: tar.TypeLink, Linkname: "lib"}},
		{"is a device", from("x"), &tar.Header{Name: "x", Typeflag: tar.TypeChar}},
		{"is a folder", from("x"), &tar.Header{Name: "x/", Typeflag: tar.TypeDir, Mode: 0o755}},
		{"is no regular file", from("x"), &tar.Header{Name: "x", Typeflag: tar.TypeFifo}},
		{"has a set-user-ID", from("x"), &tar.Header{Name: "x", Typeflag: tar.TypeReg, Mode: 0o4755}},
		{"is there twice", from("lib"), &tar.Header{Name: "./lib", Typeflag: tar.TypeReg, Mode: 0o644}},
	} {
		var more []*tar.Header
		if c.more != nil {
			more = append(more, c.more)
		}
		archive := packed(t, text, more...)
		m, _ := world(t)
		err := apply(m, of(archive, c.file), archive)
		if err == nil || !strings.Contains(err.Error(), c.want) || failure.ExitCode(err) != failure.Refused {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
	archive := packed(t, text)
	o := of(archive, from("lib"))
	m, _ := world(t)
	if err := apply(m, o, append(archive, 0)); err == nil || !strings.Contains(err.Error(), "the recipe wants "+o.SHA256) {
		t.Errorf("another archive: %v", err)
	}
}

// TestFormats packs the same file in every way.
func TestFormats(t *testing.T) {
	plain := packed(t, map[string]string{"lib": "library"})
	var gz, zipped bytes.Buffer
	g := gzip.NewWriter(&gz)
	_, err := g.Write(plain)
	must(t, err)
	must(t, g.Close())
	z := zip.NewWriter(&zipped)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "lib", Method: zip.Deflate})
	must(t, err)
	_, err = w.Write([]byte("library"))
	must(t, err)
	must(t, z.Close())
	archives := map[string][]byte{"tar": plain, "gzip": gz.Bytes(), "zip": zipped.Bytes()}
	for _, tool := range []string{"xz", "zstd"} {
		file := filepath.Join(t.TempDir(), "a.tar")
		must(t, os.WriteFile(file, plain, 0o600))
		oracle.Run(t, tool, "-q", "-k", file)
		data, err := os.ReadFile(file + map[string]string{"xz": ".xz", "zstd": ".zst"}[tool])
		must(t, err)
		archives[tool] = data
	}
	for name, archive := range archives {
		m, _ := world(t)
		must(t, apply(m, of(archive, recipe.OverlayFile{Path: "/opt/lib", From: "lib"}), archive))
		if got, err := m.Tree.ReadFile("/opt/lib"); err != nil || string(got) != "library" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// module compiles what has the version magic of a kernel module.
func module(t *testing.T, magic string) string {
	t.Helper()
	oracle.Need(t, "gcc")
	dir := t.TempDir()
	source := fmt.Sprintf("static const char m[] __attribute__((section(\".modinfo\"), used)) = %q;\n", "vermagic="+magic)
	must(t, os.WriteFile(filepath.Join(dir, "m.c"), []byte(source), 0o600))
	oracle.Run(t, "gcc", "-c", "-o", filepath.Join(dir, "m.ko"), filepath.Join(dir, "m.c"))
	data, err := os.ReadFile(filepath.Join(dir, "m.ko"))
	must(t, err)
	return string(data)
}

func TestModules(t *testing.T) {
	const magic = kernel + " SMP preempt mod_unload modversions "
	ours := module(t, magic)
	archive := packed(t, map[string]string{"k7.ko": ours, "old.ko": module(t, "6.0.0 SMP"), "text.ko": "text"})
	for name, want := range map[string]string{
		"k7.ko": "", "old.ko": `is made for kernel "6.0.0 SMP", the image has "6.1.0-test SMP`, "text.ko": `"text.ko": `,
	} {
		m, ran := world(t)
		o := of(archive)
		o.Modules = []string{name}
		if err := apply(m, o, archive); err == nil || !strings.Contains(err.Error(), "no module") {
			t.Errorf("without a module to compare with: %v", err)
		}
		must(t, m.Tree.WriteFile("/usr/lib/modules/"+kernel+"/usb.ko", []byte(ours), 0o644))
		err := apply(m, o, archive)
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		must(t, err)
		if !m.Tree.Exists("/usr/lib/modules/"+kernel+"/updates/k7.ko") || !slices.Equal(*ran, []string{"depmod " + kernel}) {
			t.Errorf("not installed; ran %q", *ran)
		}
	}
}

func FuzzWalk(f *testing.F) {
	f.Add(packed(f, map[string]string{"lib": "library"}))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = walk(bytes.NewReader(data), int64(len(data)), func(m member) error {
			if !fs.ValidPath(m.name) {
				t.Errorf("name %q", m.name)
			}
			return errors.Join(nil, m.check())
		})
	})
}
