package recipe_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/recipe"
	"coen/recipes"
)

func TestShipped(t *testing.T) {
	entries, err := recipes.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	shipped := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".yaml") {
			continue
		}
		shipped++
		data, err := recipes.Files.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := recipe.Parse(e.Name(), data); err != nil {
			t.Error(err)
		}
	}
	if shipped == 0 {
		t.Error("no recipe ships")
	}
}

const small = `name: small
release: 1.0.0
epoch: 2026-01-01T00:00:00Z
architecture: amd64
sources: [{archive: debian, suites: [trixie], components: [main]}]
packages: [dash]
boot: {entries: [{id: small, title: Small}]}
`

func TestRefusals(t *testing.T) {
	if _, err := recipe.Parse("small.yaml", []byte(small)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"unknown key", "packages:", "package:", "field package not found"},
		{"twice", "packages: [dash]", "packages: [dash]\npackages: [dash]", "already defined"},
		{"empty", small, "", "empty"},
		{"two documents", small, small + "---\nname: x\n", "more than one document"},
		{"no package", "[dash]", "[]", "packages: none"},
		{"package twice", "[dash]", "[dash, dash]", `"dash" is given twice`},
		{"program", "[dash]", "[dash]\nprograms: [../x]", "programs: "},
		{"program twice", "[dash]", "[dash]\nprograms: [kskm, kskm]", `"kskm" is given twice`},
		{"odd epoch", "00:00:00Z", "00:00:01Z", "not an even second"},
		{"early epoch", "2026", "1979", "outside 1980 to 2105"},
		{"architecture", "amd64", "mips", "is not amd64"},
		{"relative path", "[dash]", "[dash]\nfiles: [{path: etc/x, content: y}]", "not absolute and clean"},
		{"two forms", "[dash]", "[dash]\nfiles: [{path: /x, content: y, link: z}]", "exactly one of"},
		{"bare mode", "[dash]", "[dash]\nfiles: [{path: /x, content: y, mode: 0644}]", "written in quotes"},
		{"wide mode", "[dash]", "[dash]\nfiles: [{path: /x, content: y, mode: \"99999\"}]", "four octal digits"},
		{"no reason", "[dash]", "[dash]\nexclude: [{paths: [/x]}]", "reason"},
		{"argument with blank", "title: Small", `title: Small, arguments: ["a b"]`, "does not match"},
		{"title", "title: Small", `title: "a\nb"`, "printable"},
	} {
		_, err := recipe.Parse("small.yaml", []byte(strings.Replace(small, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "recipe small.yaml: ") {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// overlay is the smallest lawful overlay.
const overlay = `
overlays:
  - name: hsm
    archive: hsm-1.0.tar
    sha256: "1111111111111111111111111111111111111111111111111111111111111111"
    files: [{path: /opt/hsm/lib.so, from: lib.so}]
`

func TestOverlays(t *testing.T) {
	r, err := recipe.Parse("small.yaml", []byte(small+overlay))
	if err != nil {
		t.Fatal(err)
	}
	if r.Image() != "small+hsm" || r.Title() != "small 1.0.0 with hsm" {
		t.Errorf("image %q, title %q", r.Image(), r.Title())
	}
	if open := r.Open(); open.Image() != "small" || open.Title() != "small 1.0.0" || open.Digest() != r.Digest() {
		t.Errorf("without: image %q, title %q", open.Image(), open.Title())
	}
	for _, c := range []struct{ old, new, want string }{
		{"hsm-1.0.tar", "../hsm.tar", "without folders"},
		{"1111", "xxxx", "64 lower-case"},
		{strings.Repeat("1", 64), strings.Repeat("0", 64), "sha256sum hsm-1.0.tar tells"},
		{"    files: [{path: /opt/hsm/lib.so, from: lib.so}]\n", "", "files: none"},
		{"    files", "    run: install.sh\n    files", "field run not found"},
		{"/opt/hsm/lib.so", "opt/lib.so", "not absolute and clean"},
		{"/opt/hsm/lib.so", "/opt/../lib.so", "not absolute and clean"},
		{"/opt/hsm/lib.so", "/tmp/lib.so", "where nothing stays"},
		{"from: lib.so", "from: ../lib.so", "not a clean path inside"},
		{"from: lib.so", "from: lib.so, link: x", "exactly one of from and link"},
		{"from: lib.so", `from: lib.so, mode: "4755"`, "set-user-ID"},
		{"    files", "    modules: [k7.o]\n    files", "ends in .ko"},
		{"    files", "    environment: {LD_PRELOAD: x}\n    files", "not for an overlay"},
		{"    files", "    environment: {A: \"it's\"}\n    files", "printable ASCII without"},
		{"    files", "    path: [\"/x:.\"]\n    files", "colon"},
		{"    files", "    hsm: A=b\n    files", "PKCS11_LIBRARY_PATH"},
	} {
		_, err := recipe.Parse("small.yaml", []byte(small+strings.Replace(overlay, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.new, err, c.want)
		}
	}
}

// TestExampleOverlays wants those of the documentation to be lawful but for the
// digest, which is the operator's to fill in.
func TestExampleOverlays(t *testing.T) {
	names, err := filepath.Glob("../doc/overlays/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, err = recipe.Parse(name, []byte(small+string(text)))
		if err == nil || !strings.Contains(err.Error(), "only zeros hold the place") {
			t.Errorf("%s: %v", name, err)
		}
		filled := strings.Replace(string(text), strings.Repeat("0", 64), strings.Repeat("1", 64), 1)
		if _, err := recipe.Parse(name, []byte(small+filled)); err != nil {
			t.Error(err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := recipe.Parse("fuzz", data); err == nil && r.Digest() == "" {
			t.Error("a recipe without digest")
		}
	})
}
