package coen

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "coen/"

// A pkg is what go list says of a package.
type pkg struct {
	ImportPath string
	Imports    []string
}

func (p pkg) name() string { return strings.TrimPrefix(p.ImportPath, module) }

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if p.ImportPath+"/" != module {
			all = append(all, p)
		}
	}
}

// covers reports whether a name of the table, "fsimage/...", "tree" or "..." for
// all, stands for a package.
func covers(entry, name string) bool {
	if entry == "..." {
		return true
	}
	dir, deep := strings.CutSuffix(entry, "/...")
	return name == dir || deep && strings.HasPrefix(name, dir+"/")
}

// rules reads the import table of ARCHITECTURE.md: package, what it may import.
func rules(t *testing.T) map[string][]string {
	t.Helper()
	doc, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\|(.*)\\|$")
	name := regexp.MustCompile("`([^`]+)`")
	table := map[string][]string{}
	for _, m := range row.FindAllStringSubmatch(string(doc), -1) {
		table[m[1]] = nil
		for _, n := range name.FindAllStringSubmatch(m[2], -1) {
			table[m[1]] = append(table[m[1]], n[1])
		}
	}
	return table
}

// TestLayers holds the source to the import table in ARCHITECTURE.md, and the
// table to the source: an entry nobody uses is an error too.
func TestLayers(t *testing.T) {
	table := rules(t)
	used := map[string]bool{}
	for _, p := range packages(t) {
		key := ""
		for entry := range table {
			if covers(entry, p.name()) && len(entry) > len(key) {
				key = entry
			}
		}
		if key == "" {
			t.Errorf("%s is not in ARCHITECTURE.md", p.name())
			continue
		}
		used[key] = true
		for _, imp := range p.Imports {
			to, ours := strings.CutPrefix(imp, module)
			if ours && !slices.ContainsFunc(table[key], func(e string) bool { return covers(e, to) }) {
				t.Errorf("%s may not import %s", p.name(), to)
			}
		}
	}
	for entry := range table {
		if !used[entry] {
			t.Errorf("ARCHITECTURE.md speaks of %s, which does not exist", entry)
		}
	}
}

// TestPure holds the packages that compute image bytes to the rule that nothing
// of the host reaches them.
func TestPure(t *testing.T) {
	pure := []string{"tree", "install/...", "fsimage/...", "boot/...", "debian/deb", "debian/xz", "pgpwords", "dnssec"}
	banned := []string{"os", "net", "os/exec", "os/user", "path/filepath", "math/rand", "math/rand/v2", "crypto/rand", "syscall", "unsafe"}
	for _, p := range packages(t) {
		if strings.HasSuffix(p.name(), "test") { // support of tests, never in a program
			continue
		}
		if !slices.ContainsFunc(pure, func(e string) bool { return covers(e, p.name()) }) {
			continue
		}
		for _, imp := range p.Imports {
			if slices.Contains(banned, imp) {
				t.Errorf("%s imports %s: what computes image bytes may not reach the host", p.name(), imp)
			}
		}
	}
}

// TestNoClock looks for calls of the clock in the same packages.
func TestNoClock(t *testing.T) {
	out, _ := exec.Command("git", "grep", "-nE", `time\.(Now|Since|Until)\(`, "--",
		"tree", "install", "fsimage", "boot", "debian/deb", "debian/xz").Output()
	for line := range strings.Lines(string(out)) {
		if !strings.Contains(line, "_test.go:") {
			t.Errorf("the clock is read: %s", strings.TrimSpace(line))
		}
	}
}
