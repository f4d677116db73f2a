package gschema

import (
	"encoding/binary"
	"slices"
	"strings"

	"coen/install/generate/internal/ghash"
)

// A table is a GVDB hash table under construction.
type table struct {
	order *ghash.Table
	items map[string]*item
}

// An item is a value, a table or, at the root of a table, a list of children.
type item struct {
	key      string
	parent   *item
	value    *variant
	table    *table
	children []*item
	index    uint32
}

// newTable makes a table with its root, the item of the empty name.
func newTable() *table {
	t := &table{order: ghash.New(), items: map[string]*item{}}
	t.insert("")
	return t
}

func (t *table) insert(key string) *item {
	it := &item{key: key}
	t.order.Add(key)
	t.items[key] = it
	return it
}

// child inserts an item below the root.
func (t *table) child(key string) *item {
	it := t.insert(key)
	it.parent = t.items[""]
	i, _ := slices.BinarySearchFunc(it.parent.children, key, func(c *item, key string) int { return strings.Compare(c.key, key) })
	it.parent.children = slices.Insert(it.parent.children, i, it)
	return it
}

const (
	gvdbHeader = 24
	hashHeader = 8
	hashItem   = 24
	// bloomHeader says that there is no Bloom filter, of shift 5.
	bloomHeader = 5 << 27
	noParent    = 0xffffffff
)

// A builder appends chunks to the file.
type builder struct{ b []byte }

// encode makes the file.
func (t *table) encode() []byte {
	f := &builder{b: make([]byte, gvdbHeader)}
	start, end := f.table(t)
	copy(f.b, "GVariant")
	binary.LittleEndian.PutUint32(f.b[16:], start)
	binary.LittleEndian.PutUint32(f.b[20:], end)
	return f.b
}

// allocate adds zeroed bytes at an aligned place.
func (f *builder) allocate(align, size int) (start, end uint32) {
	for len(f.b)%align != 0 {
		f.b = append(f.b, 0)
	}
	start = uint32(len(f.b))
	f.b = append(f.b, make([]byte, size)...)
	return start, uint32(len(f.b))
}

// table writes a table and all in it.
func (f *builder) table(t *table) (start, end uint32) {
	keys := t.order.Keys()
	buckets := make([][]*item, len(keys))
	for _, key := range keys {
		b := ghash.Hash(key) % uint32(len(keys))
		buckets[b] = append([]*item{t.items[key]}, buckets[b]...)
	}
	index := uint32(0)
	for _, bucket := range buckets {
		for _, it := range bucket {
			it.index = index
			index++
		}
	}
	le := binary.LittleEndian
	start, end = f.allocate(4, hashHeader+4*len(buckets)+hashItem*len(keys))
	le.PutUint32(f.b[start:], bloomHeader)
	le.PutUint32(f.b[start+4:], uint32(len(buckets)))
	at := start + hashHeader
	entry := at + 4*uint32(len(buckets))
	index = 0
	for _, bucket := range buckets {
		le.PutUint32(f.b[at:], index)
		at += 4
		for _, it := range bucket {
			f.item(it, entry)
			entry += hashItem
			index++
		}
	}
	return start, end
}

// item writes the entry of an item, its name and what it holds.
func (f *builder) item(it *item, entry uint32) {
	le := binary.LittleEndian
	name, parent := it.key, uint32(noParent)
	if it.parent != nil {
		parent = it.parent.index
		name = strings.TrimPrefix(name, it.parent.key)
	}
	key, _ := f.allocate(1, len(name))
	copy(f.b[key:], name)
	var start, end uint32
	var kind byte
	switch {
	case it.value != nil:
		kind = 'v'
		body := it.value.boxed()
		start, end = f.allocate(8, len(body))
		copy(f.b[start:], body)
	case it.table != nil:
		kind = 'H'
		start, end = f.table(it.table)
	case len(it.children) > 0:
		kind = 'L'
		start, end = f.allocate(4, 4*len(it.children))
		for i, c := range it.children {
			le.PutUint32(f.b[start+4*uint32(i):], c.index)
		}
	}
	e := f.b[entry:]
	le.PutUint32(e, ghash.Hash(it.key))
	le.PutUint32(e[4:], parent)
	le.PutUint32(e[8:], key)
	le.PutUint16(e[12:], uint16(len(name)))
	e[14] = kind
	le.PutUint32(e[16:], start)
	le.PutUint32(e[20:], end)
}
