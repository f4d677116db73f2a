package image

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"coen/install"
)

// Where a path is in one root file system only. The other kinds of difference
// are the names of traits.
const (
	missing = "missing" // the real one has it
	extra   = "extra"   // ours has it
)

// A difference is one that is allowed, and must be there.
type difference struct {
	kind    string
	pattern string // as of path.Match: a star does not match slashes
	line    int
	used    bool
}

// readDifferences reads a list of differences: on each line the kind, the path
// and the reason.
func readDifferences(t *testing.T, file string) []*difference {
	t.Helper()
	f, err := os.Open(file)
	must(t, err)
	defer f.Close()
	kinds := append([]string{missing, extra}, traits...)
	var list []*difference
	s := bufio.NewScanner(f)
	for line := 1; s.Scan(); line++ {
		w := strings.Fields(s.Text())
		if len(w) == 0 || strings.HasPrefix(w[0], "#") {
			continue
		}
		if len(w) < 3 || !slices.Contains(kinds, w[0]) {
			t.Fatalf("%s:%d: want kind, path and reason", file, line)
		}
		if _, err := path.Match(w[1], ""); err != nil {
			t.Fatalf("%s:%d: %q: %v", file, line, w[1], err)
		}
		list = append(list, &difference{kind: w[0], pattern: w[1], line: line})
	}
	must(t, s.Err())
	return list
}

// allow reports whether the list has a difference, and notes which line.
func allow(list []*difference, kind, name string) bool {
	for _, d := range list {
		if match, _ := path.Match(d.pattern, name); match && d.kind == kind {
			d.used = true
			return true
		}
	}
	return false
}

// leaveOut takes what the recipe excludes out of their listing. Each such path
// must be there and must not be in ours.
func leaveOut(t *testing.T, ours, theirs listing, excluded []install.Excluded) {
	t.Helper()
	gone := map[string]bool{}
	for _, e := range excluded {
		switch {
		case ours[e.Path] != nil:
			t.Errorf("%s of %s is left out and there nevertheless", e.Path, e.Package)
		case theirs[e.Path] == nil && !gone[e.Path]:
			t.Errorf("%s of %s is left out, and the real installation does not have it", e.Path, e.Package)
		}
		gone[e.Path] = true
		delete(theirs, e.Path)
	}
	t.Logf("%d paths left out by the recipe", len(gone))
}

// compare reports what differs and is not allowed to, and what is allowed to and
// does not.
func compare(t *testing.T, ours, theirs listing, allowed []*difference) {
	t.Helper()
	all := maps.Clone(ours)
	maps.Copy(all, theirs)
	count := map[string]int{}
	differs := func(kind, name, detail string) {
		count[kind]++
		if !allow(allowed, kind, name) {
			t.Errorf("%s %s %s", kind, name, detail)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		switch {
		case ours[name] == nil:
			differs(missing, name, "")
		case theirs[name] == nil:
			differs(extra, name, "")
		default:
			for _, trait := range traits {
				if a, b := ours[name][trait], theirs[name][trait]; a != b {
					differs(trait, name, fmt.Sprintf("is %q, really %q", a, b))
				}
			}
		}
	}
	for _, d := range allowed {
		if !d.used {
			t.Errorf("differences.txt:%d: there is no difference %s %s", d.line, d.kind, d.pattern)
		}
	}
	t.Logf("%d paths compared, %d in both; differences: %v", len(all), len(ours)+len(theirs)-len(all), count)
}
