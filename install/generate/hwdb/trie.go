package hwdb

import (
	"bytes"
	"cmp"
	"slices"

	"coen/install/generate/internal/strbuf"
)

// A trie is the radix tree of all patterns.
type trie struct {
	root    *node
	strings *strbuf.Buffer
}

// A node stands for the bytes of a pattern up to it: those of the nodes above,
// the byte by which it is a child, and its prefix.
type node struct {
	prefix   uint64 // offset in the strings
	children []child
	values   []value
}

type child struct {
	c    byte
	node *node
}

// A value is a property, all strings as offsets.
type value struct {
	key, value, file uint64
	line             uint32
	priority         uint16
}

func newTrie() *trie {
	return &trie{root: &node{}, strings: strbuf.New()}
}

// insert adds a property to a pattern. The order of what goes into the strings
// decides about the bytes of the file and is systemd's.
func (tr *trie) insert(pattern, key, val string, at origin) {
	n := tr.root
	for {
		prefix := tr.strings.At(n.prefix)
		p := commonLen(prefix, pattern)
		if p < len(prefix) {
			tr.split(n, prefix, p)
		}
		pattern = pattern[p:]
		if pattern == "" {
			tr.add(n, key, val, at)
			return
		}
		c := pattern[0]
		pattern = pattern[1:]
		i, found := n.find(c)
		if !found {
			fresh := &node{prefix: tr.strings.Add(pattern)}
			n.children = slices.Insert(n.children, i, child{c, fresh})
			tr.add(fresh, key, val, at)
			return
		}
		n = n.children[i].node
	}
}

// split cuts a node's prefix at p: what follows goes to a new child.
func (tr *trie) split(n *node, prefix []byte, p int) {
	c := prefix[p]
	below := &node{prefix: n.prefix + uint64(p) + 1, children: n.children, values: n.values}
	*n = node{prefix: tr.strings.Add(string(prefix[:p])), children: []child{{c, below}}}
}

func (n *node) find(c byte) (int, bool) {
	return slices.BinarySearchFunc(n.children, c, func(ch child, c byte) int { return cmp.Compare(ch.c, c) })
}

// add sets a property of a node; a later value of the same key replaces an
// earlier one.
func (tr *trie) add(n *node, key, val string, at origin) {
	v := value{tr.strings.Add(key), tr.strings.Add(val), tr.strings.Add(at.file), at.line, at.priority}
	i, found := slices.BinarySearchFunc(n.values, key, func(v value, key string) int {
		return bytes.Compare(tr.strings.At(v.key), []byte(key))
	})
	if found {
		v.key = n.values[i].key
		n.values[i] = v
		return
	}
	n.values = slices.Insert(n.values, i, v)
}

func commonLen(prefix []byte, pattern string) int {
	n := min(len(prefix), len(pattern))
	for i := range n {
		if prefix[i] != pattern[i] {
			return i
		}
	}
	return n
}
