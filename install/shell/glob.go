package shell

import (
	"strings"

	"coen/tree"
)

// mayGlob reports whether a field holds an unquoted character of a pattern.
func (f field) mayGlob(rules patternRules) bool {
	for _, s := range f {
		if s.from != quoted && (strings.ContainsAny(s.text, "*?[") || rules.groups && strings.Contains(s.text, "(")) {
			return true
		}
	}
	return false
}

// glob expands a field as a pathname pattern (XCU 2.14.3), in byte order. A
// pattern that matches nothing stands for itself.
func (s *shell) glob(f field) ([]string, error) {
	parts := f.pathElements()
	patterns, special := make([]*pattern, len(parts)), false
	for i, part := range parts {
		var err error
		if patterns[i], err = s.compile(part.name); err != nil {
			return nil, err
		}
		special = special || patterns[i].special
	}
	if !special { // an unclosed "["
		return []string{f.String()}, nil
	}
	paths := []string{""}
	for i, part := range parts {
		var matched []string
		for _, dir := range paths {
			got, err := s.globElement(dir, patterns[i], part.slashes, i == len(parts)-1)
			if err != nil {
				return nil, err
			}
			matched = append(matched, got...)
		}
		paths = matched
	}
	if len(paths) == 0 {
		return s.unmatched(f), nil
	}
	return paths, nil
}

// unmatched is what a pattern without a match expands to.
func (s *shell) unmatched(f field) []string {
	if s.bash && s.shopt["nullglob"] {
		return nil
	}
	return []string{f.String()}
}

// A pathElement is one name of a path pattern and the slashes behind it.
type pathElement struct {
	name    field
	slashes string
}

func (f field) pathElements() []pathElement {
	var out []pathElement
	var cur pathElement
	for _, seg := range f {
		text := seg.text
		for text != "" {
			n := len(text) - len(strings.TrimLeft(text, "/"))
			if n > 0 {
				cur.slashes += text[:n]
				text = text[n:]
				continue
			}
			if cur.slashes != "" {
				out, cur = append(out, cur), pathElement{}
			}
			end := strings.IndexByte(text, '/')
			if end < 0 {
				end = len(text)
			}
			cur.name = append(cur.name, segment{text[:end], seg.from})
			text = text[end:]
		}
	}
	return append(out, cur)
}

// globElement matches one path element in the directory called dir, which ends
// in a slash or is empty for the current one.
func (s *shell) globElement(dir string, p *pattern, slashes string, last bool) ([]string, error) {
	if !p.special {
		name := dir + p.literal + slashes
		if last && !s.present(name) {
			return nil, nil
		}
		return []string{name}, nil
	}
	node, err := s.proc.Tree.Lookup(s.proc.Path(dir))
	if err != nil {
		return nil, nil
	}
	var out []string
	names := s.entries(node, p)
	if err := s.in.step(1 + len(names)*(1+p.cost("name"))); err != nil {
		return nil, err
	}
	for _, name := range names {
		hidden := name[0] == '.' && !p.startsWithDot() && !s.shopt["dotglob"]
		if hidden || !p.match(name) {
			continue
		}
		if slashes != "" && !s.isDirectory(dir+name) {
			continue
		}
		out = append(out, dir+name+slashes)
	}
	return out, nil
}

// entries lists a directory, with "." and ".." where a pattern may match them.
func (s *shell) entries(n *tree.Node, p *pattern) []string {
	if n.Kind == tree.Directory && p.startsWithDot() {
		return append([]string{".", ".."}, n.Names()...)
	}
	return n.Names()
}

func (p *pattern) startsWithDot() bool {
	return len(p.elems) > 0 && p.elems[0].kind == oneByte && p.elems[0].c == '.'
}

func (s *shell) present(name string) bool {
	_, err := s.proc.Tree.Lstat(s.proc.Path(name))
	return err == nil
}

func (s *shell) isDirectory(name string) bool {
	n, err := s.proc.Tree.Lookup(s.proc.Path(name))
	return err == nil && n.Kind == tree.Directory
}
