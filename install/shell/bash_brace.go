package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// braces expands {a,b} and {1..3} in a word.
func braces(w *syntax.Word) ([]*syntax.Word, error) {
	has := false
	for _, p := range w.Parts {
		lit, ok := p.(*syntax.Lit)
		has = has || ok && strings.Contains(lit.Value, "{")
		_, ok = p.(*syntax.BraceExp)
		has = has || ok
	}
	if !has {
		return []*syntax.Word{w}, nil
	}
	split := &syntax.Word{Parts: w.Parts}
	syntax.SplitBraces(split)
	return braceWords(split.Parts)
}

// maxBraces bounds the words that one may expand to.
const maxBraces = 100_000

// braceWords returns the combinations of the brace expressions in parts.
func braceWords(parts []syntax.WordPart) ([]*syntax.Word, error) {
	out := []*syntax.Word{{}}
	for _, part := range parts {
		variants := [][]syntax.WordPart{{part}}
		if b, ok := part.(*syntax.BraceExp); ok {
			variants = nil
			for _, elem := range braceElements(b) {
				words, err := braceWords(elem.Parts)
				if err != nil {
					return nil, err
				}
				for _, w := range words {
					variants = append(variants, w.Parts)
				}
			}
		}
		if len(out)*len(variants) > maxBraces {
			return nil, errEndless
		}
		var next []*syntax.Word
		for _, w := range out {
			for _, v := range variants {
				all := append(append([]syntax.WordPart(nil), w.Parts...), v...)
				next = append(next, &syntax.Word{Parts: all})
			}
		}
		out = next
	}
	return out, nil
}

// braceElements returns the alternatives of one brace expression.
func braceElements(b *syntax.BraceExp) []*syntax.Word {
	if !b.Sequence {
		return b.Elems
	}
	from, to, step := b.Elems[0].Lit(), b.Elems[1].Lit(), 1
	if len(b.Elems) > 2 {
		step, _ = strconv.Atoi(b.Elems[2].Lit())
	}
	step = max(step, -step, 1)
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	show := strconv.Itoa
	switch {
	case err1 != nil || err2 != nil:
		first, last = int(from[0]), int(to[0])
		show = func(n int) string { return string(rune(n)) }
	case zeroPadded(from) || zeroPadded(to):
		width := max(len(from), len(to))
		show = func(n int) string {
			return directive{flags: "0", width: width, prec: -1, verb: 'd'}.number(strconv.Itoa(n))
		}
	}
	var out []*syntax.Word
	for n := first; (first <= last && n <= last || first > last && n >= last) && len(out) <= maxBraces; {
		out = append(out, &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{Value: show(n)}}})
		if first <= last {
			n += step
		} else {
			n -= step
		}
	}
	return out
}

func zeroPadded(n string) bool {
	n = strings.TrimPrefix(n, "-")
	return len(n) > 1 && n[0] == '0'
}
