package command

import (
	"testing"

	"coen/install/proc"
)

func TestGlobMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		fold, want    bool
	}{
		{"", "", false, true}, {"", "a", false, false}, {"*", "", false, true}, {"*", ".a/b", false, true},
		{"a*b*c", "aXbYc", false, true}, {"a*b*c", "aXbY", false, false}, {"*.so", "x.so.so", false, true},
		{"?", "a", false, true}, {"?", "", false, false}, {"[a-c]x", "bx", false, true}, {"[!a-c]x", "bx", false, false},
		{"[^a]", "b", false, true}, {"[]]", "]", false, true}, {"[", "[", false, true}, {`\*`, "*", false, true}, {`\*`, "a", false, false},
		{`[\]]`, "]", false, true}, {"A*", "abc", true, true}, {"A*", "abc", false, false}, {"[[:digit:]]", "5", false, true},
		{`a\`, `a\`, false, true}, {"*[", "a[", false, true}, {"**a", "bba", false, true},
	} {
		if got := globMatch(c.pattern, c.name, c.fold); got != c.want {
			t.Errorf("globMatch(%q, %q, %v) = %v", c.pattern, c.name, c.fold, got)
		}
	}
}

// Many stars must not multiply their work.
func TestGlobMatchIsFast(t *testing.T) {
	pattern, name := "", ""
	for range 200 {
		pattern += "*a"
		name += "aaaa"
	}
	if globMatch(pattern+"b", name, false) {
		t.Error("matched")
	}
}

func TestParseOptions(t *testing.T) {
	o := parseOptions("f,force t,target-directory: b,backup:: # long-only:")
	a, err := o.parse(&proc.Proc{Args: []string{"x", "-ft", "dir", "op", "-5b", "--backup=x", "-b.bak", "--force", "--long-only", "v", "--", "-f"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []setting{
		{"f", ""}, {"t", "dir"}, {"#", "5"}, {"b", ""}, {"b", "x"}, {"b", ".bak"}, {"f", ""}, {"long-only", "v"},
	}
	if len(a.given) != len(want) {
		t.Fatalf("got %v", a.given)
	}
	for i := range want {
		if a.given[i] != want[i] {
			t.Errorf("option %d: got %v, want %v", i, a.given[i], want[i])
		}
	}
	if len(a.operands) != 2 || a.operands[0] != "op" || a.operands[1] != "-f" {
		t.Errorf("got operands %q", a.operands)
	}
	if !a.has("f") || a.value("b") != ".bak" || a.last("f", "b") != "f" || a.last("z") != "" {
		t.Errorf("has, value or last is wrong: %v", a.given)
	}
	for _, args := range [][]string{{"x", "-q"}, {"x", "--nope"}, {"x", "-t"}, {"x", "--target-directory"}, {"x", "--force=1"}, {"x", "--f"}} {
		if _, err := o.parse(&proc.Proc{Args: args}); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

func TestParseDate(t *testing.T) {
	const now = 1000000000 // 2001-09-09 01:46:40
	for text, want := range map[string]int64{
		"@5": 5, "@-5": -5, "2001-09-09": 999993600, "2001-09-09 01:46:40": now, "2001-09-09T01:46:40Z": now,
		"2001-09-09 03:46:40 +0200": now, "Sun, 09 Sep 2001 01:46:40 +0000": now, "Sun Sep  9 01:46:40 UTC 2001": now,
		"now": now, "today": now, "yesterday": now - 86400, "tomorrow": now + 86400, "2 days ago": now - 2*86400,
		"+1 hour": now + 3600, "-1 week": now - 604800, "now + 1": -1, "garbage": -1, "1 fortnight 2 minutes ago": now + 1209600 - 120,
	} {
		got, ok := parseDate(text, now)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("parseDate(%q) = %d, want %d", text, got, want)
		}
	}
}

// Every command that has a model must be found, and answer an option nobody has
// with an error or a status, never with success.
func TestTable(t *testing.T) {
	for name, f := range Table() {
		if f == nil {
			t.Errorf("%s has no model", name)
		}
	}
	if len(Table()) < 90 {
		t.Errorf("only %d models", len(Table()))
	}
}
