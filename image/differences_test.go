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

	"coen/debian/deb"
	"coen/install"
	"coen/install/dpkg"
	"coen/recipe"
)

// Kinds of difference. The others are the names of traits.
const (
	missing = "missing" // only the real root file system has the path
	extra   = "extra"   // only ours has it
	order   = "order"   // the content has the same lines in another order
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
	kinds := append([]string{missing, extra, order}, traits...)
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

// leaveOut removes what the recipe excludes from the listing of a real root
// directory. Each such path must be there. Of directories nothing is said, since
// other things may lie in them.
func leaveOut(t *testing.T, real listing, excluded []install.Excluded) {
	t.Helper()
	seen := map[string]bool{}
	for _, e := range excluded {
		if seen[e.Path] {
			continue
		}
		seen[e.Path] = true
		if real[e.Path] == nil {
			t.Errorf("left out: %s of %s: there is no such path", e.Path, e.Package)
		}
		delete(real, e.Path)
	}
	t.Logf("%d paths left out by the recipe", len(seen))
}

// kindsOf returns in what ways a path differs that both have.
func kindsOf(ours, theirs map[string]string) (kinds []string) {
	for _, trait := range traits {
		switch {
		case ours[trait] == theirs[trait]:
		case trait == "content" && ours["lines"] != "" && ours["lines"] == theirs["lines"]:
			kinds = append(kinds, order)
		default:
			kinds = append(kinds, trait)
		}
	}
	return kinds
}

// noIdle reports patterns of the recipe's exclusions that leave nothing out, or
// keep nothing.
func noIdle(t *testing.T, r *recipe.Recipe, excluded []install.Excluded, ours listing) {
	t.Helper()
	var out []string
	for _, e := range excluded {
		out = append(out, e.Path)
	}
	kept := slices.Collect(maps.Keys(ours))
	for _, e := range Exclusions(r.Exclude) {
		paths := out
		if e.Include {
			paths = kept
		}
		filter := dpkg.Filter{{Pattern: e.Pattern}}
		if !slices.ContainsFunc(paths, func(p string) bool { _, match := filter.Excludes(p, deb.Regular); return match }) {
			t.Errorf("recipe %s: exclude: nothing matches %s", r.Name, e.Pattern)
		}
	}
}

// compare reports what differs and is not allowed to by the list in a file, and
// what is allowed to and does not.
func compare(t *testing.T, ours, theirs listing, file string) {
	t.Helper()
	allowed := readDifferences(t, file)
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
			for _, kind := range kindsOf(ours[name], theirs[name]) {
				differs(kind, name, fmt.Sprintf("is %q, really %q", ours[name][kind], theirs[name][kind]))
			}
		}
	}
	for _, d := range allowed {
		if !d.used {
			t.Errorf("%s:%d: there is no difference %s %s", file, d.line, d.kind, d.pattern)
		}
	}
	t.Logf("%d paths compared, %d in both; differences: %v", len(all), len(ours)+len(theirs)-len(all), count)
}
