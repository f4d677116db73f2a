package regex

import (
	"regexp"
	"testing"
)

// FuzzCompile checks that no expression makes the package panic, that what it
// finds lies within the text, and that Match and Find agree.
func FuzzCompile(f *testing.F) {
	for _, expr := range []string{"a*b", `\(a\|b\)\1`, "[[:alpha:]-]", `\{1,2\}`, "(a|b)*{2}", "^$", `\<\b\>`, "[^]a]", "a{,3}"} {
		for flags := range Flags(64) {
			f.Add(expr, "abab aab", uint(flags))
		}
	}
	f.Fuzz(func(t *testing.T, expr, text string, flags uint) {
		if len(expr) > 200 || len(text) > 200 {
			return
		}
		re, err := Compile(expr, Flags(flags))
		if err != nil {
			return
		}
		loc, err := re.Find([]byte(text), 0)
		if err != nil {
			return
		}
		if match, err := re.Match([]byte(text)); err == nil && match != (loc != nil) {
			t.Errorf("Match and Find disagree: %v, %v", match, loc)
		}
		for i, at := range loc {
			if at > len(text) || at < -1 || i%2 == 1 && at < loc[i-1] {
				t.Errorf("bad result %v", loc)
			}
		}
	})
}

// FuzzAgainstGo compares the bounds of matches with those of Go's regexp for
// expressions that mean the same to both.
func FuzzAgainstGo(f *testing.F) {
	f.Add("(a|ab)(c|bcd)*", "abcd")
	f.Add("a+b?c*", "aabbcc")
	f.Add("^a|b$", "ab")
	f.Fuzz(func(t *testing.T, expr, text string) {
		for _, s := range []string{expr, text} {
			for i := range len(s) {
				if s[i] >= 0x80 {
					return
				}
			}
		}
		if len(expr) > 30 || len(text) > 50 || !plain.MatchString(expr) {
			return
		}
		theirs, err := regexp.CompilePOSIX("(?s:" + expr + ")")
		if err != nil {
			theirs, err = regexp.CompilePOSIX(expr)
		}
		if err != nil {
			return
		}
		ours, err := Compile(expr, Extended)
		if err != nil {
			return
		}
		want := theirs.FindStringIndex(text)
		got, err := ours.Find([]byte(text), 0)
		if err != nil || (got == nil) != (want == nil) || got != nil && (got[0] != want[0] || got[1] != want[1]) {
			t.Errorf("%q in %q: got %v, %v, want %v", expr, text, got, err, want)
		}
	})
}

// plain are expressions of letters, groups and repetitions, each repetition
// behind a letter or group; "." and anchors differ around newlines.
var plain = regexp.MustCompile(`^([a-d|]|[a-d)][*+?]|\(|\))*$`)
