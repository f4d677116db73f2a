package image

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coen/boot/handoff"
	"coen/install/dpkg"
	"coen/medium"
	"coen/recipe"
	"coen/tree"
)

func TestIdentifiers(t *testing.T) {
	a, b := identifiers{strings.Repeat("a", 64)}, identifiers{strings.Repeat("b", 64)}
	if a.uuid("x") == a.uuid("y") || a.uuid("x") == b.uuid("x") {
		t.Error("purposes or locks share an identifier")
	}
	if u := a.uuid("x"); u[6]>>4 != 8 || u[8]>>6 != 2 {
		t.Errorf("%x is not a UUID of version 8", u)
	}
	if a.number("x") == 0 || a.number("x") != a.number("x") {
		t.Error("a number is zero or changes")
	}
}

// TestPlaces holds the build and coen-init to the same names.
func TestPlaces(t *testing.T) {
	if "/"+medium.Root != handoff.ImagePath || "/"+medium.RootHashes != handoff.HashPath {
		t.Errorf("coen-init looks for %s and %s", handoff.ImagePath, handoff.HashPath)
	}
}

func TestVolumeName(t *testing.T) {
	for _, c := range [][3]string{
		{"coen", "3.0.0", "COEN_3_0_0"},
		{"coen-console", "3.0.0-rc.1", "COEN_CONSOLE_3_0_0_RC_1"},
		{strings.Repeat("x", 32), "1.0", strings.Repeat("X", 32)},
	} {
		if got := volumeName(c[0], c[1]); got != c[2] {
			t.Errorf("volumeName(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func planted(t *testing.T, files ...string) *tree.Tree {
	t.Helper()
	root := tree.New(0)
	root.By(tree.Author{Kind: tree.ByPackage, Name: "linux 1"})
	if err := root.Mkdir("/boot", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if err := root.WriteFile(name, []byte("content of "+name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestTakeKernel(t *testing.T) {
	root := planted(t, "/boot/vmlinuz-6.1", "/boot/config-6.1")
	k, err := takeKernel(root)
	if err != nil || k.version != "6.1" || string(k.image) != "content of /boot/vmlinuz-6.1" {
		t.Errorf("kernel %q %q, %v", k.version, k.image, err)
	}
	if boot, err := root.Lookup("/boot"); err != nil || len(boot.Names()) > 0 {
		t.Errorf("/boot is not empty (%v)", err)
	}
	for want, files := range map[string][]string{
		"kernel: no package of the lock brings /boot/vmlinuz-*": {"/boot/config"},
		"kernel: the image has two, 6.1 and 6.2":                {"/boot/vmlinuz-6.1", "/boot/vmlinuz-6.2"},
	} {
		if _, err := takeKernel(planted(t, files...)); err == nil || err.Error() != want {
			t.Errorf("%q: error %v, want %s", files, err, want)
		}
	}
}

func TestProvenance(t *testing.T) {
	root := planted(t, "/boot/x")
	root.By(tree.Author{Kind: tree.ByScript, Name: "linux 1", Detail: "postinst:3: chmod 600 /boot/x"})
	if err := root.Chmod("/boot/x", 0o600); err != nil {
		t.Fatal(err)
	}
	if err := root.Symlink("boot/\tx", "/l"); err != nil {
		t.Fatal(err)
	}
	list, err := provenance(root)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, r := range list {
		again, err := medium.ParseRecord(r.String())
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%q reads as %+v, %v", r, again, err)
		}
		out.WriteString(r.String() + "\n")
	}
	want := "/\td\t0755\t0:0\t-\ttool\n" +
		"/boot\td\t0755\t0:0\t-\tpackage linux 1\n" +
		"/boot/x\tf\t0600\t0:0\tSHA\tpackage linux 1\tscript linux 1: postinst:3: chmod 600 /boot/x\n" +
		"/l\tl\t0777\t0:0\t\"boot/\\tx\"\tscript linux 1: postinst:3: chmod 600 /boot/x\n"
	got := regexp.MustCompile(`[0-9a-f]{64}`).ReplaceAllString(out.String(), "SHA")
	if got != want {
		t.Errorf("provenance\n%s\nwant\n%s", got, want)
	}
}

func TestExclusions(t *testing.T) {
	got := Exclusions([]recipe.Exclusion{{Paths: []string{"/usr/share/doc/*"}, Keep: []string{"/usr/share/doc/*/copyright"}, Reason: "small"}})
	want := []dpkg.Exclusion{
		{Pattern: "/usr/share/doc/*", Reason: "small"},
		{Pattern: "/usr/share/doc/*/copyright", Reason: "small", Include: true},
	}
	if !slices.Equal(got, want) {
		t.Errorf("exclusions %+v, want %+v", got, want)
	}
}
