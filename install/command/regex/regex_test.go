package regex

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func ExampleCompile() {
	re, err := Compile(`\([a-z]*\)=\1`, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	loc, err := re.Find([]byte("key ab=ab"), 0)
	fmt.Println(loc, err)
	// Output: [4 9 4 6] <nil>
}

// The matches that sed and grep report are confirmed by the cases of package
// command; these are about what cases cannot see.
func TestFind(t *testing.T) {
	for _, c := range []struct {
		expr  string
		flags Flags
		text  string
		from  int
		want  []int
	}{
		{"a*", 0, "baa", 0, []int{0, 0}},
		{"a*", 0, "baa", 1, []int{1, 3}},
		{"^a", 0, "aa", 1, nil},
		{`\<b`, 0, "ab b", 1, []int{3, 4}},
		{"a|ab", Extended, "xab", 0, []int{1, 3}},
		{"(a|ab)(c|bcd)(d*)", Extended, "abcd", 0, []int{0, 4, 0, 1, 1, 4, 4, 4}},
		{"(a)|b", Extended, "b", 0, []int{0, 1, -1, -1}},
		{"(a*)*", Extended, "aab", 0, []int{0, 2, 0, 2}},
		{"(a*)+", Extended, "b", 0, []int{0, 0, 0, 0}},
		{"x*", 0, "", 0, []int{0, 0}},
		{"", 0, "a", 1, []int{1, 1}},
		{"a$", 0, "a\na", 0, []int{2, 3}},
		{"a$", Lines, "a\na", 0, []int{0, 1}},
		{"^b", Lines, "a\nb", 0, []int{2, 3}},
		{`\(a\)\1`, 0, "aba aa", 0, []int{4, 6, 4, 5}},
		{`(a)\1`, Extended | Plain, "aa a1", 0, []int{3, 5, 3, 4}},
		{"É", IgnoreCase, "é", 0, nil}, // letters beyond ASCII have no case
		{"[^a]", 0, "a\n", 0, []int{1, 2}},
		{"(|a)b", Extended, "ab", 0, []int{0, 2, 0, 1}},
		{"a{0}b", Extended, "ab", 0, []int{1, 2}},
		{"((a){0,2}){2}", Extended, "aaaaa", 0, []int{0, 4, 2, 4, 3, 4}},
	} {
		re, err := Compile(c.expr, c.flags)
		if err != nil {
			t.Errorf("%q: %v", c.expr, err)
			continue
		}
		got, err := re.Find([]byte(c.text), c.from)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q in %q from %d: got %v, %v, want %v", c.expr, c.text, c.from, got, err, c.want)
		}
		if match, _ := re.Match([]byte(c.text)); c.from == 0 && match != (c.want != nil) {
			t.Errorf("%q in %q: Match = %v", c.expr, c.text, match)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	for expr, want := range map[string]error{
		`a\`: ErrBackslash, `\(`: ErrParen, `a\)`: ErrRightPar, `[a`: ErrBracket, `a\{`: ErrBrace, `a\{b\}`: ErrInterval,
		`a\{2,1\}`: ErrInterval, `[b-a]`: ErrRange, `[[:x:]]`: ErrClass, `[[.xy.]]`: ErrCollate, `\1`: ErrBackref,
		`\(a\1\)`: ErrBackref, `a\{32768\}`: ErrSize, `\{1\}`: ErrRepeat, `a**`: ErrRepeat,
	} {
		if _, err := Compile(expr, 0); err != want {
			t.Errorf("%q: got error %v, want %v", expr, err, want)
		}
	}
	for expr, want := range map[string]error{"*a": ErrRepeat, "a|*": ErrRepeat, "(+)": ErrRepeat, "^*": ErrRepeat, ")": ErrRightPar} {
		if _, err := Compile(expr, Extended); err != want {
			t.Errorf("extended %q: got error %v, want %v", expr, err, want)
		}
		if _, err := Compile(expr, Extended|Lenient); err != nil {
			t.Errorf("lenient %q: %v", expr, err)
		}
	}
}

// Expressions that make backtracking matchers explode must stay fast: this test
// would not end otherwise.
func TestLinear(t *testing.T) {
	text := bytes.Repeat([]byte("a"), 20000)
	for _, expr := range []string{"(a*)*b", "(a|a)*b", "(a|aa)*c", "(x+x+)+y", "(.*)(.*)(.*)(.*)(.*)z"} {
		re, err := Compile(expr, Extended)
		if err != nil {
			t.Fatal(err)
		}
		if loc, err := re.Find(text[:2000], 0); loc != nil || err != nil {
			t.Errorf("%q: got %v, %v", expr, loc, err)
		}
	}
	re, _ := Compile("^(a|ab)*$", Extended)
	if loc, err := re.Find(text, 0); err != nil || len(loc) != 4 || loc[1] != len(text) {
		t.Errorf("got %v, %v", loc, err)
	}
}

func TestBackReferencesAreLimited(t *testing.T) {
	re, err := Compile(`(a*)*(a*)*(a*)*\1b`, Extended)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.Find([]byte(strings.Repeat("a", 5000)), 0); err != ErrSteps {
		t.Errorf("got error %v, want %v", err, ErrSteps)
	}
}

func TestSizeIsLimited(t *testing.T) {
	for _, expr := range []string{"((a{1000}){1000}){1000}", strings.Repeat("(", 5000), strings.Repeat("(a|", 5000)} {
		if _, err := Compile(expr, Extended); err == nil {
			t.Errorf("%.20q compiled", expr)
		}
	}
}

func TestBracket(t *testing.T) {
	set, n, err := Bracket("^]a-c]x", 0)
	if err != nil || n != 6 || set.Has(']') || set.Has('b') || !set.Has('x') {
		t.Errorf("got %v, %d, %v", set, n, err)
	}
	if _, _, err := Bracket("a", 0); err != ErrBracket {
		t.Errorf("got error %v", err)
	}
}

func BenchmarkMatch(b *testing.B) {
	text := bytes.Repeat([]byte("Package: openssh-server with some more text on the line\n"), 1000)
	for _, expr := range []string{"nowhere", "[a-z]*-server$", "^Status: .* installed$", `\bssh\b`} {
		b.Run(expr, func(b *testing.B) {
			re, err := Compile(expr, Lines)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				for at := 0; at <= len(text); {
					loc, _ := re.Find(text, at)
					if loc == nil {
						break
					}
					at = loc[1] + 1
				}
			}
		})
	}
}
