package hwdb

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"coen/install/proc"
	"coen/tree"
)

// The sizes of the structures of hwdb-internal.h.
const (
	headerSize = 80
	nodeSize   = 24
	childSize  = 16
	valueSize  = 32
)

const signature = "KSLPHHRH"

// Write compiles the tree's database to hwdb.bin in dir: /usr/lib/udev for
// systemd-hwdb --usr, /etc/udev otherwise. version is that of systemd, which
// the file carries. Without text files there is no binary either. The binary is
// kept in memo, if that is not nil.
func Write(t *tree.Tree, dir string, version uint64, memo proc.Memo) error {
	data, err := recall(t, sourceDirs, version, memo)
	file := dir + "/hwdb.bin"
	if err != nil {
		return err
	}
	if data == nil {
		return t.RemoveAll(file)
	}
	if err := t.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return t.Put(file, &tree.Node{Kind: tree.Regular, Mode: 0o444, ModTime: t.Epoch(), Content: tree.Bytes(data)})
}

// binaryFormat is part of all keys. It changes when the same text would be
// compiled to something else.
const binaryFormat = 1

// recall returns what the text files make, from memo if that has it.
func recall(t *tree.Tree, dirs []string, version uint64, memo proc.Memo) ([]byte, error) {
	files := sources(t, dirs)
	if len(files) == 0 || memo == nil {
		return compile(t, files, version)
	}
	inputs := fmt.Appendf(nil, "hwdb %d %d\n", binaryFormat, version)
	for _, file := range files {
		n, err := t.Lookup(file)
		if err != nil {
			return nil, err
		}
		sum, err := n.Sum()
		if err != nil {
			return nil, err
		}
		inputs = fmt.Appendf(inputs, "%x %q\n", sum, file)
	}
	key := sha256.Sum256(inputs)
	if data, ok := memo.Get(key); ok {
		return data, nil
	}
	data, err := compile(t, files, version)
	if err == nil {
		memo.Put(key, data)
	}
	return data, err
}

func compile(t *tree.Tree, files []string, version uint64) ([]byte, error) {
	tr := newTrie()
	if len(files) == 0 {
		return nil, nil
	}
	for i, file := range files {
		text, err := t.ReadFile(file)
		if err != nil {
			return nil, err
		}
		tr.read(string(text), origin{file: file, priority: uint16(i + 1)})
	}
	return tr.encode(version), nil
}

// An encoder lays nodes out one after the other.
type encoder struct {
	b       []byte
	strings uint64 // where the string buffer begins
}

// encode makes the file: header, nodes, strings.
func (tr *trie) encode(version uint64) []byte {
	le := binary.LittleEndian
	size := headerSize + tr.root.size()
	e := &encoder{b: make([]byte, headerSize, size+uint64(len(tr.strings.Bytes()))), strings: size}
	root := e.node(tr.root)
	nodes := uint64(len(e.b)) - headerSize
	e.b = append(e.b, tr.strings.Bytes()...)
	copy(e.b, signature)
	for i, v := range []uint64{version, uint64(len(e.b)), headerSize, nodeSize, childSize, valueSize,
		root, nodes, uint64(len(tr.strings.Bytes()))} {
		le.PutUint64(e.b[8+8*i:], v)
	}
	return e.b
}

// size is what a node and all below it take.
func (n *node) size() uint64 {
	s := uint64(nodeSize + childSize*len(n.children) + valueSize*len(n.values))
	for _, c := range n.children {
		s += c.node.size()
	}
	return s
}

// node writes a node after its children and returns its offset.
func (e *encoder) node(n *node) uint64 {
	le := binary.LittleEndian
	offsets := make([]uint64, len(n.children))
	for i, c := range n.children {
		offsets[i] = e.node(c.node)
	}
	at := uint64(len(e.b))
	e.b = le.AppendUint64(e.b, e.strings+n.prefix)
	e.b = append(e.b, byte(len(n.children)), 0, 0, 0, 0, 0, 0, 0)
	e.b = le.AppendUint64(e.b, uint64(len(n.values)))
	for i, c := range n.children {
		e.b = append(e.b, c.c, 0, 0, 0, 0, 0, 0, 0)
		e.b = le.AppendUint64(e.b, offsets[i])
	}
	for _, v := range n.values {
		e.b = le.AppendUint64(e.b, e.strings+v.key)
		e.b = le.AppendUint64(e.b, e.strings+v.value)
		e.b = le.AppendUint64(e.b, e.strings+v.file)
		e.b = le.AppendUint32(e.b, v.line)
		e.b = le.AppendUint16(e.b, v.priority)
		e.b = append(e.b, 0, 0)
	}
	return at
}
