package diff

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coen/inspect"
	"coen/internal/oracle"
	"coen/lock"
)

func TestArguments(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want []Trait
	}{
		{"a b", "a b", nil},
		{"a b", "a", []Trait{{"argument", "b", ""}}},
		{"a", "a quiet", []Trait{{"argument", "", "quiet"}}},
		{"k=1 x", "k=2 x", []Trait{{"argument", "k=1", "k=2"}}},
		{"a a", "a", []Trait{{"argument", "a", ""}}},
		{"a b", "b a", []Trait{{"order of arguments", "a b", "b a"}}},
	} {
		got := arguments(strings.Fields(c.a), strings.Fields(c.b))
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q and %q: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func packedText(t *testing.T, text, comment string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Comment = comment
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func archive(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(name))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDescribeBytes(t *testing.T) {
	for name, c := range map[string]struct {
		a, b []byte
		want string
	}{
		"text":     {[]byte("one\ntwo\n"), []byte("one\nthree\n"), "@@ -1,2 +1,2 @@\n one\n-two\n+three"},
		"terminal": {[]byte("one\n"), []byte("\x1b[2J\n"), "@@ -1,1 +1,1 @@\n-one\n+?[2J"},
		"bytes":    {[]byte("a\x00b\x00"), []byte("a\x00c\x00"), "1 byte of 4, the first at 2: 6200, 6300"},
		"shorter":  {[]byte("a\x00b"), []byte("a\x00"), "the first 2 bytes are the same; then one ends"},
		"gzip":     {packedText(t, "one\n", ""), packedText(t, "two\n", ""), "unpacked (gzip):\n@@ -1,1 +1,1 @@\n-one\n+two"},
		"repacked": {packedText(t, "one\n", ""), packedText(t, "one\n", "x"), "the same content, packed otherwise (gzip)"},
		"tar": {archive(t, "x", "y"), archive(t, "x"),
			"unpacked (tar):\n@@ -1,2 +1,1 @@\n -rw-r--r--        1 2d711642b726b044 \"x\"\n--rw-r--r--        1 a1fce4363854ff88 \"y\""},
		"broken gzip": {[]byte("\x1f\x8b\x00\x00"), []byte("\x1f\x8b\x00\x01"), "1 byte of 4, the first at 3: 00, 01"},
	} {
		if got := describeBytes(c.a, c.b, 0); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestELF compares a program with itself after a change, and with another build.
func TestELF(t *testing.T) {
	gcc := oracle.Need(t, "gcc")
	dir := t.TempDir()
	build := func(name, code string) []byte {
		source := filepath.Join(dir, name+".c")
		if err := os.WriteFile(source, []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(dir, name)
		if text, err := exec.Command(gcc, "-Wl,--build-id=sha1", "-o", out, source).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	a := build("a", `const char text[] = "a text"; int main(void) { return text[1]; }`)
	b := build("b", `const char text[] = "some other text"; int main(void) { return text[1] + 1; }`)
	changed := bytes.Replace(a, []byte("a text"), []byte("a tent"), 1)
	if got := describeBytes(a, changed, 0); !strings.Contains(got, "in both: the same build, changed afterwards\nsection \".rodata\" differs: 1 byte of ") {
		t.Errorf("after a change: %s", got)
	}
	if got := describeBytes(a, b, 0); strings.Contains(got, "in both") || !strings.Contains(got, `section ".rodata" has `) {
		t.Errorf("another build: %s", got)
	}
}

// example returns the lock that the specification shows.
func example(t *testing.T, edits ...string) *lock.Lock {
	t.Helper()
	spec, err := os.ReadFile("../../spec/lock.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(spec), "## Example\n\n```\n")
	text, _, _ := strings.Cut(rest, "```\n")
	l, err := lock.Parse([]byte(strings.NewReplacer(edits...).Replace(text)))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLocks(t *testing.T) {
	for _, c := range []struct {
		edits           []string
		cause, headline string
	}{
		{nil, "Nothing differs: they are the same, byte for byte.", "a and b are the same, byte for byte."},
		{[]string{"5.2.37-2+b10", "5.3-1"}, "1 package has another version.", "a → b changes 1 package, 0 paths, no kernel argument."},
		{[]string{"62a2c1", "62a2c2"}, "1 package has the same version and other bytes.", "a → b changes 1 package, 0 paths, no kernel argument."},
		{[]string{"recipe 5d", "recipe 5e"}, "One change explains all: lock has recipe 5e", "a → b changes 0 packages, 0 paths, no kernel argument."},
	} {
		r, err := Compare(t.Context(), &Side{Name: "a", Lock: example(t)}, &Side{Name: "b", Lock: example(t, c.edits...)})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(r.Cause, c.cause) || r.Headline() != c.headline || r.Different() != (c.edits != nil) {
			t.Errorf("%q: cause %q, headline %q", c.edits, r.Cause, r.Headline())
		}
	}
}

// TestHostileNames has names that would steer a terminal or break out of a page.
func TestHostileNames(t *testing.T) {
	r := &Report{Cause: "x", A: Subject{Name: "<script>alert(1)</script>"}, Changes: []Change{
		{Place: inspect.InRoot, Path: "/a\x1b[31m\nIn the lock", Kind: Added, Author: "<b>"},
		{Place: inspect.InRoot, Path: "/c", Kind: Changed, Traits: []Trait{{"target", "<i>", "x\ry"}}, Detail: "+<u>"},
	}}
	var text, page bytes.Buffer
	if err := r.Text(&text, true, true); err != nil {
		t.Fatal(err)
	}
	if err := r.HTML(&page); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(text.String(), "\x1b\r") || strings.Contains(text.String(), "\nIn the lock") {
		t.Errorf("text %q", text.String())
	}
	for _, tag := range []string{"<script>", "<b>", "<i>", "<u>"} {
		if strings.Contains(page.String(), tag) {
			t.Errorf("the page has %s", tag)
		}
	}
}

// TestCauses recognizes what changes have in common.
func TestCauses(t *testing.T) {
	change := func(place inspect.Place, path string, traits ...Trait) Change {
		return Change{Place: place, Path: path, Kind: Changed, Traits: traits}
	}
	later := Trait{"time", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"}
	for _, c := range []struct {
		changes []Change
		want    string
	}{
		{nil, "The same content, laid out in other bytes"},
		{[]Change{change(inspect.InRoot, "/a", later), change(inspect.InRoot, "/b", later)}, "The same content with other time stamps, at 2 paths."},
		{[]Change{change(inspect.OnMedium, "/live/root.squashfs", Trait{"content", "a", "b"})}, "The same content, compressed or laid out otherwise"},
		{[]Change{change(OfMenu, "GRUB entry x", Trait{"argument", "quiet", ""})}, `The boot menu differs: the menu of GRUB, entry x lost argument "quiet".`},
		{[]Change{change(inspect.InRoot, "/a", later), change(OfMenu, "GRUB", Trait{"timeout", "1", "2"})}, "No single cause: 1 change in the boot menus, 1 change in the root file system."},
	} {
		if got := cause(&Report{Changes: c.changes}); !strings.HasPrefix(got, c.want) {
			t.Errorf("%v: %q, want %q", c.changes, got, c.want)
		}
	}
}

// FuzzDescribeBytes compares arbitrary contents.
func FuzzDescribeBytes(f *testing.F) {
	f.Add([]byte("\x7fELF\x02\x01\x01"), []byte("\x7fELF\x02\x01\x01\x00"))
	f.Add([]byte("PK\x03\x04"), []byte("\xfd7zXZ\x00"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if got := describeBytes(a, b, 0); len(got) > 2*(maxLines+3)*(maxWidth+8)+1000 {
			t.Errorf("%d bytes", len(got))
		}
	})
}

func ExampleReport_Headline() {
	r := &Report{
		A: Subject{Release: "coen 3.0.0"}, B: Subject{Release: "coen 3.0.1"},
		Packages: []Package{{Name: "openssl", A: "3.5.1-1", B: "3.5.2-1"}},
		Changes: []Change{
			{Place: inspect.InRoot, Path: "/usr/bin/openssl", Kind: Changed},
			{Place: OfMenu, Path: "GRUB entry coen", Kind: Changed, Traits: []Trait{{Name: "argument", B: "quiet"}}},
		},
	}
	fmt.Println(r.Headline())
	// Output: coen 3.0.0 → coen 3.0.1 changes 1 package, 1 path, 1 kernel argument: gained argument "quiet".
}
