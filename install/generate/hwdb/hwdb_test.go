package hwdb

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"coen/internal/oracle"
	"coen/tree"
)

// odd has what the shipped files do not: hidden lines, repeated keys, patterns
// that are tails and heads of each other.
const odd = `# comment
usb:v1234*
usb:v1234p5678*
 KEY=one
   KEY2=two   # not part
 KEY=three

usb:v12*
 A=b
usb:broken
usb:v1*
 A=b

 INDENTED=without match

nothing follows

acpi:X*
 A=
 =empty
 none
`

// TestOracle compiles the host's own database, and odd text, with systemd-hwdb
// too.
func TestOracle(t *testing.T) {
	version := strings.Fields(oracle.Run(t, "systemd-hwdb", "--version"))[1]
	number, err := strconv.ParseUint(version, 10, 64)
	if err != nil {
		t.Fatalf("version %q", version)
	}
	root := t.TempDir()
	tr := tree.New(0)
	// The host may look in /lib, which in a merged system is /usr/lib.
	plant := func(dir, name, text string) {
		dir = filepath.Join(root, dir)
		os.MkdirAll(dir, 0o755)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		tr.MkdirAll(dir, 0o755)
		if err := tr.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files, _ := filepath.Glob("/lib/udev/hwdb.d/*.hwdb")
	if len(files) == 0 {
		oracle.Missing(t, "no hardware database on this system")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) < 200_000 { // the lists of PCI and USB devices take long
			plant("lib/udev/hwdb.d", filepath.Base(file), string(text))
		}
	}
	plant("etc/udev/hwdb.d", "70-mouse.hwdb", odd)
	oracle.Run(t, "systemd-hwdb", "--root="+root, "update")
	want, err := os.ReadFile(root + "/etc/udev/hwdb.bin")
	if err != nil {
		t.Fatal(err)
	}
	got, err := recall(tr, []string{root + "/etc/udev/hwdb.d", root + "/lib/udev/hwdb.d"}, number, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%d bytes differ from systemd-hwdb's %d", len(got), len(want))
	}
}

func TestNone(t *testing.T) {
	tr := tree.New(0)
	if err := Write(tr, "/usr/lib/udev", 257, nil); err != nil || tr.Exists("/usr/lib/udev/hwdb.bin") {
		t.Errorf("%v", err)
	}
}

func BenchmarkCompile(b *testing.B) {
	files, _ := filepath.Glob("/lib/udev/hwdb.d/*.hwdb")
	tr := tree.New(0)
	tr.MkdirAll("/usr/lib/udev/hwdb.d", 0o755)
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			tr.WriteFile("/usr/lib/udev/hwdb.d/"+filepath.Base(file), text, 0o644)
		}
	}
	for b.Loop() {
		if _, err := recall(tr, sourceDirs, 257, nil); err != nil {
			b.Fatal(err)
		}
	}
}
