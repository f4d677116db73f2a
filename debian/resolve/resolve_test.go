package resolve

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"coen/debian/archive"
	"coen/debian/deb822"
)

// TestCases runs the cases in testdata: what is asked for stands in the head,
// each section "packages" is a suite.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			c, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			runCase(t, c)
		})
	}
}

func runCase(t *testing.T, c *txtar.Archive) {
	_, ask, _ := strings.Cut(string(c.Comment), "\nask: ")
	var requests []Request
	for _, name := range strings.Fields(ask) {
		requests = append(requests, Request{name, "requested"})
	}
	pool, suite, want := NewPool("amd64"), 0, ""
	for _, f := range c.Files {
		switch f.Name {
		case "packages":
			addSuite(t, pool, suite, f.Data)
			suite++
		case "want":
			want = string(f.Data)
		case "error":
			want = "error: " + string(f.Data)
		default:
			t.Fatalf("unknown section %q", f.Name)
		}
	}
	var got strings.Builder
	selected, err := pool.Resolve(requests)
	if err != nil {
		fmt.Fprintf(&got, "error: %v\n", err)
	}
	for _, s := range selected {
		fmt.Fprintf(&got, "%s %s", s.Name, s.Reason)
		if s.Suite > 0 {
			fmt.Fprintf(&got, " (suite %d)", s.Suite)
		}
		got.WriteByte('\n')
	}
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}

// addSuite adds records, with what they do not say made up.
func addSuite(t *testing.T, pool *Pool, suite int, text []byte) {
	t.Helper()
	records, err := deb822.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		for field, value := range map[string]string{
			"Version": "1", "Architecture": "amd64", "Size": "1", "SHA256": strings.Repeat("0", 64), "Filename": "pool/x.deb",
		} {
			r.Set(field, cmp.Or(r.Get(field), value))
		}
		err := archive.ReadPackages(strings.NewReader(r.String()), "amd64", func(p *archive.Package) error {
			pool.Add(p, suite)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestEssential(t *testing.T) {
	pool := NewPool("amd64")
	addSuite(t, pool, 0, []byte("Package: zz\nEssential: yes\n\nPackage: aa\nEssential: yes\n\nPackage: bb\nEssential: no\n"))
	if got := strings.Join(pool.Essential(), " "); got != "aa zz" {
		t.Errorf("essential: %s", got)
	}
}

// TestSteps: a set made to be searched for ever is given up on.
func TestSteps(t *testing.T) {
	var b strings.Builder
	const layers = 24
	for i := range layers {
		for _, side := range "ab" {
			fmt.Fprintf(&b, "Package: p%d%c\nDepends: p%da | p%db\n\n", i, side, i+1, i+1)
		}
	}
	fmt.Fprintf(&b, "Package: p%da\nDepends: none\n\nPackage: p%db\nDepends: none\n", layers, layers)
	pool := NewPool("amd64")
	addSuite(t, pool, 0, []byte(b.String()))
	if _, err := pool.Resolve([]Request{{"p0a", ""}}); err != errSteps {
		t.Errorf("error %v", err)
	}
}
