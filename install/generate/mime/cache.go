package mime

import (
	"encoding/binary"
	"strings"
)

// headerSize is that of the version and of ten offsets.
const headerSize = 44

// A cacheWriter appends big-endian words to mime.cache.
type cacheWriter struct {
	data    []byte
	strings map[string]uint32 // offsets
}

func (w *cacheWriter) words(values ...uint32) {
	for _, v := range values {
		w.data = binary.BigEndian.AppendUint32(w.data, v)
	}
}

// bytes appends data and fills the last word with zeros.
func (w *cacheWriter) bytes(data []byte) {
	w.data = append(w.data, data...)
	w.data = append(w.data, make([]byte, -len(data)&3)...)
}

func (w *cacheWriter) offset() uint32 { return uint32(len(w.data)) }

// cache returns mime.cache, which programs map into memory.
func (db *database) cache() []byte {
	w := &cacheWriter{data: make([]byte, headerSize), strings: map[string]uint32{}}
	for _, s := range db.strings() {
		w.strings[s] = w.offset()
		w.bytes([]byte(s + "\x00"))
	}
	header := binary.BigEndian.AppendUint32(nil, 1<<16|2) // version 1.2
	for _, section := range []func(*cacheWriter){
		db.cacheAliases, db.cacheParents, db.cacheLiterals, db.cacheSuffixes, db.cacheGlobs, db.cacheMagic,
		db.cacheNamespaces,
		func(w *cacheWriter) { cacheIcons(w, db.icons) },
		func(w *cacheWriter) { cacheIcons(w, db.genericIcons) },
		db.cacheTypes,
	} {
		header = binary.BigEndian.AppendUint32(header, w.offset())
		section(w)
	}
	copy(w.data, header)
	return w.data
}

// strings returns all strings of the cache in the order of a hash table into
// which they are put section by section.
func (db *database) strings() []string {
	pool := newTable[bool]()
	add := func(all ...string) {
		for _, s := range all {
			pool.set(s, true)
		}
	}
	for _, alias := range db.aliases.keys() {
		add(alias, db.aliases.values[alias].String())
	}
	for _, name := range db.subclasses.keys() {
		add(name)
		add(db.subclasses.values[name]...)
	}
	for _, pattern := range db.globs.keys() {
		if kindOf(pattern) != suffixGlob {
			add(pattern)
		}
		for _, g := range db.globs.values[pattern] {
			add(g.media.String())
		}
	}
	for _, m := range db.magics {
		add(m.media.String())
	}
	for _, name := range db.namespaces.keys() {
		uri, local, _ := strings.Cut(name, " ")
		add(db.namespaces.values[name].String(), uri, local)
	}
	for _, icons := range []*table[string]{db.genericIcons, db.icons} {
		for _, name := range icons.keys() {
			add(name, icons.values[name])
		}
	}
	return pool.keys()
}

func (db *database) cacheAliases(w *cacheWriter) {
	w.words(uint32(len(db.aliases.values)))
	for _, alias := range db.aliases.sorted() {
		w.words(w.strings[alias], w.strings[db.aliases.values[alias].String()])
	}
}

func (db *database) cacheParents(w *cacheWriter) {
	names := db.subclasses.sorted()
	w.words(uint32(len(names)))
	at := w.offset() + 8*uint32(len(names))
	for _, name := range names {
		w.words(w.strings[name], at)
		at += 4 + 4*uint32(len(db.subclasses.values[name]))
	}
	for _, name := range names {
		parents := db.subclasses.values[name]
		w.words(uint32(len(parents)))
		for _, parent := range parents {
			w.words(w.strings[parent])
		}
	}
}

// A globKind says how a pattern is searched for.
type globKind int

const (
	literalGlob globKind = iota
	suffixGlob
	fullGlob
)

func kindOf(pattern string) globKind {
	rest, suffix := strings.CutPrefix(pattern, "*")
	switch {
	case strings.ContainsAny(rest, "\\[?*"):
		return fullGlob
	case suffix:
		return suffixGlob
	}
	return literalGlob
}

func (db *database) cacheLiterals(w *cacheWriter) { db.cachePatterns(w, literalGlob) }

func (db *database) cacheGlobs(w *cacheWriter) { db.cachePatterns(w, fullGlob) }

func (db *database) cachePatterns(w *cacheWriter, kind globKind) {
	var all []*glob
	for _, pattern := range db.globs.sorted() {
		if kindOf(pattern) == kind {
			all = append(all, db.globs.values[pattern]...)
		}
	}
	w.words(uint32(len(all)))
	for _, g := range all {
		w.words(w.strings[g.pattern], w.strings[g.media.String()], g.flags())
	}
}

// flags returns the weight and whether case matters.
func (g *glob) flags() uint32 {
	flags := uint32(g.weight) & 0xff
	if g.caseSensitive {
		flags |= 0x100
	}
	return flags
}

func (db *database) cacheNamespaces(w *cacheWriter) {
	w.words(uint32(len(db.namespaces.values)))
	for _, name := range db.namespaces.sorted() {
		uri, local, _ := strings.Cut(name, " ")
		w.words(w.strings[uri], w.strings[local], w.strings[db.namespaces.values[name].String()])
	}
}

func cacheIcons(w *cacheWriter, icons *table[string]) {
	w.words(uint32(len(icons.values)))
	for _, name := range icons.sorted() {
		w.words(w.strings[name], w.strings[icons.values[name]])
	}
}

// cacheTypes appends the list of types. The real program looks their names up
// with a newline at the end, does not find them, and so writes zeros.
func (db *database) cacheTypes(w *cacheWriter) {
	w.words(uint32(len(db.types.values)))
	w.words(make([]uint32, len(db.types.values))...)
}

func (db *database) cacheMagic(w *cacheWriter) {
	var matches []*match
	index := map[*match]int{}
	var collect func([]*match)
	collect = func(list []*match) {
		for _, m := range list {
			index[m] = len(matches)
			matches = append(matches, m)
		}
		for _, m := range list {
			collect(m.matches)
		}
	}
	extent := 0
	for _, m := range db.magics {
		collect(m.matches)
	}
	for _, m := range matches {
		extent = max(extent, len(m.data)+m.start+m.length)
	}
	w.words(uint32(len(db.magics)), uint32(extent), w.offset()+12)
	first := w.offset() + 16*uint32(len(db.magics))
	address := func(list []*match) uint32 { return first + 32*uint32(index[list[0]]) }
	for _, m := range db.magics {
		w.words(uint32(m.priority), w.strings[m.media.String()], uint32(len(m.matches)), address(m.matches))
	}
	data := &cacheWriter{}
	end := first + 32*uint32(len(matches))
	for _, m := range matches {
		w.words(uint32(m.start), uint32(m.length), uint32(m.word), uint32(len(m.data)), end+data.offset())
		data.bytes(m.data)
		mask, children := uint32(0), uint32(0)
		if m.mask != nil {
			mask = end + data.offset()
			data.bytes(m.mask)
		}
		if len(m.matches) > 0 {
			children = address(m.matches)
		}
		w.words(mask, uint32(len(m.matches)), children)
	}
	w.data = append(w.data, data.data...)
}
