package ldcache

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"coen/install/internal/treetest"
	"coen/internal/oracle"
	"coen/tree"
)

// TestOracle has ldconfig and Write index the same libraries, the host's own.
func TestOracle(t *testing.T) {
	ldconfig := oracle.Need(t, "ldconfig")
	real, err := os.ReadFile(ldconfig)
	if err != nil {
		t.Fatal(err)
	}
	root := tree.New(0)
	for _, dir := range []string{"/etc", "/usr/sbin", "/lib/x86_64-linux-gnu", "/opt/lib"} {
		if err := root.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	plant := func(name string, data []byte) {
		if err := root.WriteFile(name, data, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	plant("/usr/sbin/ldconfig", real)
	plant("/etc/ld.so.conf", []byte("# comment\ninclude conf.d/*.conf\n/opt/lib\n/nosuch\n"))
	files, _ := filepath.Glob("/lib/x86_64-linux-gnu/lib[a-c]*.so*")
	if len(files) < 5 {
		oracle.Missing(t, "no shared libraries of an amd64 Debian")
	}
	for i, file := range files {
		if target, err := os.Readlink(file); err == nil {
			if err := root.Symlink(target, file); err != nil {
				t.Fatal(err)
			}
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		plant(file, data)
		if i%3 == 0 { // without the link of its SONAME
			plant("/opt/lib/"+filepath.Base(file), data)
		}
	}
	plant("/opt/lib/libnot.so.1", []byte("not ELF"))
	dir := t.TempDir()
	if err := treetest.Export(root, dir); err != nil {
		oracle.Missing(t, "cannot lay out a root: %v", err)
	}
	if out, err := exec.Command(ldconfig, "-r", dir).CombinedOutput(); err != nil {
		t.Fatalf("ldconfig: %v\n%s", err, out)
	}
	if err := Write(root, "amd64", nil); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(dir + File)
	if err != nil {
		t.Fatal(err)
	}
	got, err := root.ReadFile(File)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("cache differs from ldconfig's: %d and %d bytes", len(got), len(want))
	}
	links, _ := filepath.Glob(dir + "/opt/lib/*")
	ours, _ := root.Lookup("/opt/lib")
	if len(links) != len(ours.Names()) {
		t.Errorf("/opt/lib has %d names, after ldconfig %d", len(ours.Names()), len(links))
	}
}

func TestCompareNames(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"libz.so.1", "libz.so.1", 0}, {"libz.so.10", "libz.so.9", 1}, {"liba", "libb", -1},
		{"lib1", "liba", 1}, {"liba", "lib1", -1}, {"lib", "lib1", -1}, {"liba", "lib", 1},
	} {
		if got := compareNames(c.a, c.b); (got > 0) != (c.want > 0) || (got < 0) != (c.want < 0) {
			t.Errorf("compareNames(%q, %q) = %d", c.a, c.b, got)
		}
	}
}
