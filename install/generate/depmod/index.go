package depmod

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// An index is the binary form of kmod's lists: a trie with compressed paths.
// The file begins with a magic number, a version and the position of the root;
// all numbers are big-endian. The upper four bits of a position say what its
// node has: a prefix, values, children.
type index struct{ root *node }

const (
	indexMagic   = 0xB007F457
	indexVersion = 0x00020001

	hasPrefix   = 0x80000000
	hasValues   = 0x40000000
	hasChildren = 0x20000000

	word = 4 // bytes of a number
)

type node struct {
	prefix   string
	values   []value
	children map[byte]*node
	total    int // bytes of the node and all below
}

// A value belongs to a key; those of lower priority are looked at first.
type value struct {
	text     string
	priority int
}

func newIndex() *index { return &index{&node{}} }

// add gives key one more value. Keys and values are 7-bit ASCII, which is all
// that the format allows.
func (x *index) add(key, text string, priority int) error {
	for _, c := range []byte(key + text) {
		if c >= 0x80 || c == 0 {
			return fmt.Errorf("index entry %q %q is not ASCII", key, text)
		}
	}
	n := x.root
	for {
		i := common(n.prefix, key)
		if i < len(n.prefix) {
			n.split(i)
		}
		key = key[i:]
		if key == "" {
			n.insert(value{text, priority})
			return nil
		}
		child := n.children[key[0]]
		if child == nil {
			if n.children == nil {
				n.children = map[byte]*node{}
			}
			n.children[key[0]] = &node{prefix: key[1:], values: []value{{text, priority}}}
			return nil
		}
		n, key = child, key[1:]
	}
}

// common returns how many bytes two strings begin with alike.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// split cuts the node's prefix at i; what follows becomes its only child.
func (n *node) split(i int) {
	rest := &node{prefix: n.prefix[i+1:], values: n.values, children: n.children}
	*n = node{prefix: n.prefix[:i], children: map[byte]*node{n.prefix[i]: rest}}
}

// insert puts v before the first value whose priority is not lower.
func (n *node) insert(v value) {
	i := 0
	for i < len(n.values) && n.values[i].priority < v.priority {
		i++
	}
	n.values = slices.Insert(n.values, i, v)
}

func (n *node) flags() uint32 {
	var f uint32
	if n.prefix != "" {
		f |= hasPrefix
	}
	if len(n.values) > 0 {
		f |= hasValues
	}
	if len(n.children) > 0 {
		f |= hasChildren
	}
	return f
}

// span returns the lowest and the highest byte that leads to a child.
func (n *node) span() (first, last byte) {
	keys := slices.Sorted(maps.Keys(n.children))
	return keys[0], keys[len(keys)-1]
}

// own returns the size in bytes of the node itself.
func (n *node) own() int {
	size := 0
	if n.prefix != "" {
		size += len(n.prefix) + 1
	}
	if len(n.children) > 0 {
		first, last := n.span()
		size += 2 + word*(int(last)-int(first)+1)
	}
	if len(n.values) > 0 {
		size += word
		for _, v := range n.values {
			size += word + len(v.text) + 1
		}
	}
	return size
}

func (n *node) measure() int {
	n.total = n.own()
	for _, c := range n.children {
		n.total += c.measure()
	}
	return n.total
}

// bytes returns the file.
func (x *index) bytes() []byte {
	const head = 3 * word
	size := head + x.root.measure()
	out := make([]byte, 0, size)
	out = binary.BigEndian.AppendUint32(out, indexMagic)
	out = binary.BigEndian.AppendUint32(out, indexVersion)
	out = binary.BigEndian.AppendUint32(out, head|x.root.flags())
	return x.root.write(out)
}

// write appends the node, then its children in order.
func (n *node) write(out []byte) []byte {
	next := len(out) + n.own()
	if n.prefix != "" {
		out = append(append(out, n.prefix...), 0)
	}
	var first, last byte
	if len(n.children) > 0 {
		first, last = n.span()
		out = append(out, first, last)
		for c := int(first); c <= int(last); c++ {
			position := uint32(0)
			if child := n.children[byte(c)]; child != nil {
				position = uint32(next) | child.flags()
				next += child.total
			}
			out = binary.BigEndian.AppendUint32(out, position)
		}
	}
	if len(n.values) > 0 {
		out = binary.BigEndian.AppendUint32(out, uint32(len(n.values)))
		for _, v := range n.values {
			out = binary.BigEndian.AppendUint32(out, uint32(v.priority))
			out = append(append(out, v.text...), 0)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(n.children)) {
		out = n.children[c].write(out)
	}
	return out
}
