package dpkg

import (
	"testing"

	"coen/debian/deb"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"", "", true},
		{"a", "a", true},
		{"a", "ab", false},
		{"*", "/any/thing", true},
		{"/usr/share/doc/*", "/usr/share/doc/a/b", true},
		{"/usr/share/doc/*", "/usr/share/doc", false},
		{"/*/x", "/a/b/x", true},
		{"?", "/", true},
		{"?", "", false},
		{"[abc]", "b", true},
		{"[!abc]", "b", false},
		{"[^abc]", "d", true},
		{"[a-c]x", "bx", true},
		{"[]]", "]", true},
		{"[!]]", "]", false},
		{"[a-]", "-", true},
		{"[", "[", true},
		{"[a", "[a", true},
		{`\*`, "*", true},
		{`\*`, "x", false},
		{`[\]]`, "]", true},
		{`a\`, `a\`, true},
		{"*a*b*", "xxaxxbxx", true},
		{"*a*b*", "xxbxxaxx", false},
	} {
		if got := match(c.pattern, c.name); got != c.want {
			t.Errorf("match(%q, %q) = %v", c.pattern, c.name, got)
		}
	}
}

func TestFilter(t *testing.T) {
	f := Filter{
		{Pattern: "/usr/share/man/*", Reason: "nobody reads them"},
		{Pattern: "/usr/share/man/man8/*", Include: true},
		{Pattern: "/usr/share/man/man8/x*", Reason: "not these"},
	}
	for _, c := range []struct {
		name string
		kind deb.Type
		want string
	}{
		{"/usr/share/man", deb.Directory, ""},
		{"/usr/share/man/man1", deb.Directory, "nobody reads them"},
		{"/usr/share/man/man8", deb.Directory, ""},
		{"/usr/share/man/man8", deb.Regular, "nobody reads them"},
		{"/usr/share/man/man8/init.8", deb.Regular, ""},
		{"/usr/share/man/man8/x.8", deb.Regular, "not these"},
	} {
		e, out := f.Excludes(c.name, c.kind)
		if out != (c.want != "") || e.Reason != c.want {
			t.Errorf("%s: %v %q, want %q", c.name, out, e.Reason, c.want)
		}
	}
}
