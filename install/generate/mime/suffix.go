package mime

import (
	"slices"
	"unicode/utf8"
)

// A suffix is a node of the tree of reversed file name endings. Its character is
// 0 where an ending is complete.
type suffix struct {
	character rune
	media     *mediaType
	flags     uint32
	children  []*suffix
}

// insert adds an ending, which is reversed and not empty, to the nodes of a
// level in the order of their characters.
func insert(nodes []*suffix, ending []rune, g *glob) []*suffix {
	i := slices.IndexFunc(nodes, func(s *suffix) bool { return s.character >= ending[0] })
	if i < 0 {
		i = len(nodes)
	}
	if i == len(nodes) || nodes[i].character != ending[0] {
		nodes = slices.Insert(nodes, i, &suffix{character: ending[0]})
	}
	s := nodes[i]
	if len(ending) > 1 {
		s.children = insert(s.children, ending[1:], g)
		return nodes
	}
	for i, c := range s.children {
		if c.character != 0 {
			s.children = slices.Insert(s.children, i, &suffix{media: g.media, flags: g.flags()})
			return nodes
		}
		if c.media == g.media {
			c.flags = c.flags&^0xff | max(c.flags&0xff, g.flags()&0xff)
			return nodes
		}
	}
	s.children = append(s.children, &suffix{media: g.media, flags: g.flags()})
	return nodes
}

// cacheSuffixes appends the tree of endings level by level.
func (db *database) cacheSuffixes(w *cacheWriter) {
	var level []*suffix
	for _, pattern := range db.globs.keys() {
		ending := []rune(pattern)
		slices.Reverse(ending)
		if kindOf(pattern) != suffixGlob || len(ending) < 2 || !utf8.ValidString(pattern) {
			continue
		}
		for _, g := range db.globs.values[pattern] {
			level = insert(level, ending[:len(ending)-1], g)
		}
	}
	w.words(uint32(len(level)), w.offset()+8)
	for len(level) > 0 {
		var next []*suffix
		below := w.offset() + 12*uint32(len(level))
		for _, s := range level {
			if s.character == 0 {
				w.words(0, w.strings[s.media.String()], s.flags)
				continue
			}
			w.words(uint32(s.character), uint32(len(s.children)), below+12*uint32(len(next)))
			next = append(next, s.children...)
		}
		level = next
	}
}
