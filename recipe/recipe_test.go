package recipe_test

import (
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

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := recipe.Parse("fuzz", data); err == nil && r.Digest() == "" {
			t.Error("a recipe without digest")
		}
	})
}
