package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// slice expands ${x:offset:length}.
func (e *expander) slice(x *subject, sl *syntax.Slice, dq bool) error {
	if err := e.s.mustBeSet(x); err != nil {
		return err
	}
	offset, err := e.s.optionalOffset(sl.Offset)
	if err != nil {
		return err
	}
	out := *x
	total := len(x.value())
	if x.many != "" {
		total = len(x.values)
		if x.list == nil { // the positional parameters count from $0
			out.values = append([]string{e.s.name}, x.values...)
			total++
		}
	}
	from := offset
	if from < 0 {
		from += total
	}
	to := total
	if sl.Length != nil {
		n, err := e.s.number(sl.Length)
		if err != nil {
			return err
		}
		if to = from + int(n); n < 0 {
			to = total + int(n)
		}
		if n < 0 && (x.many != "" || to < from) {
			return e.s.fail("%d: substring expression < 0", n)
		}
	}
	if from < 0 || from > total {
		from, to = 0, 0
	}
	to = min(to, total)
	if x.many != "" {
		out.values = out.values[from:max(from, to)]
	} else {
		out.values = []string{x.value()[from:max(from, to)]}
	}
	if x.many != "" && x.list == nil && offset > 0 && len(out.values) == 0 {
		out.values = nil
	}
	e.emit(&out, dq)
	return nil
}

func (s *shell) optionalOffset(x syntax.ArithmExpr) (int, error) {
	if x == nil {
		return 0, nil
	}
	n, err := s.number(x)
	return int(n), err
}

// replace expands ${x/pattern/with}.
func (e *expander) replace(x *subject, r *syntax.Replace, dq bool) error {
	if err := e.s.mustBeSet(x); err != nil {
		return err
	}
	orig, anchor := r.Orig, byte(0)
	if lit, ok := firstLit(orig); ok && !r.All && (strings.HasPrefix(lit.Value, "#") || strings.HasPrefix(lit.Value, "%")) {
		anchor = lit.Value[0]
		parts := append([]syntax.WordPart{&syntax.Lit{Value: lit.Value[1:]}}, orig.Parts[1:]...)
		orig = &syntax.Word{Parts: parts}
	}
	p, err := e.wordPattern(orig)
	if err != nil {
		return err
	}
	with, err := e.replacement(r.With)
	if err != nil {
		return err
	}
	out := *x
	out.values = make([]string, len(x.values))
	for i, v := range x.values {
		if err := e.s.in.step(p.cost(v) * (1 + len(v)/16)); err != nil {
			return err
		}
		out.values[i] = p.substitute(v, with, r.All, anchor)
	}
	e.emit(&out, dq)
	return nil
}

// replacement expands the second word of ${x/a/b}, in which an unquoted "&"
// stands for what matched.
func (e *expander) replacement(w *syntax.Word) (func(match string) string, error) {
	if w == nil {
		return func(string) string { return "" }, nil
	}
	one := &expander{s: e.s, whole: true, inBrace: true}
	if err := one.parts(w.Parts, false, startTilde); err != nil {
		return nil, err
	}
	plain := one.cur.String()
	if !strings.Contains(plain, "&") {
		return func(string) string { return plain }, nil
	}
	return func(match string) string {
		var b strings.Builder
		for _, seg := range one.cur {
			if seg.from == quoted {
				b.WriteString(seg.text)
			} else {
				b.WriteString(strings.ReplaceAll(seg.text, "&", match))
			}
		}
		return b.String()
	}, nil
}

func firstLit(w *syntax.Word) (*syntax.Lit, bool) {
	if w == nil || len(w.Parts) == 0 {
		return nil, false
	}
	lit, ok := w.Parts[0].(*syntax.Lit)
	return lit, ok
}

// substitute replaces the longest matches of p in text: the first or all of
// them, or for an anchor '#' or '%' one at the start or the end.
func (p *pattern) substitute(text string, with func(string) string, all bool, anchor byte) string {
	var b strings.Builder
	for i := 0; i <= len(text); {
		end := -1
		if anchor != '#' || i == 0 {
			end = p.longest(text, i)
		}
		if anchor == '%' && end != len(text) {
			end = -1
		}
		if end < 0 || end == i && (anchor == 0 || len(p.elems) > 0 && i < len(text) && end == i) {
			if i < len(text) {
				b.WriteByte(text[i])
			}
			i++
			continue
		}
		b.WriteString(with(text[i:end]))
		if !all || anchor != 0 {
			return b.String() + text[end:]
		}
		i = end
		if i == len(text) {
			break
		}
	}
	return b.String()
}

// longest returns where the longest match that starts at from ends, or -1.
func (p *pattern) longest(text string, from int) int {
	if !p.special {
		if strings.HasPrefix(text[from:], p.literal) {
			return from + len(p.literal)
		}
		return -1
	}
	last := -1
	for i, ok := range p.ends(text, from) {
		if ok {
			last = i
		}
	}
	return last
}
