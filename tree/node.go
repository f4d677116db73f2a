package tree

import (
	"bytes"
	"io"
	"maps"
	"slices"
)

// Kind is the type of a Node.
type Kind byte

// The kinds of node, with the letters ls(1) and find(1) use for them.
const (
	Regular     Kind = 'f'
	Directory   Kind = 'd'
	Symlink     Kind = 'l'
	CharDevice  Kind = 'c'
	BlockDevice Kind = 'b'
	Fifo        Kind = 'p'
)

// Content is the immutable body of a regular file. *bytes.Reader and
// *io.SectionReader implement it.
type Content interface {
	io.ReaderAt
	Size() int64
}

// Bytes returns content made of b, which must not change afterwards.
func Bytes(b []byte) Content { return bytes.NewReader(b) }

// A Node is an inode. The exported fields may be read at will; change them
// through the methods of Tree, so that the author is recorded.
type Node struct {
	Kind     Kind
	Mode     uint32 // permission bits, 0 to 07777
	UID, GID uint32
	ModTime  int64             // seconds since 1970-01-01 UTC
	Target   string            // of a Symlink, as written
	Major    uint32            // of a device
	Minor    uint32            // of a device
	Content  Content           // of a Regular node; nil means empty
	Xattrs   map[string][]byte // by full name, "security.capability"; often nil

	Made    Author   // who gave the node its type and content
	Changed []Author // who changed owner, mode or times since, oldest first

	children map[string]*Node // of a Directory
	links    int              // names that lead here (a Directory has one)
}

// Size returns the length of a regular file or a link's target, in bytes, and 0
// for everything else.
func (n *Node) Size() int64 {
	switch {
	case n.Kind == Symlink:
		return int64(len(n.Target))
	case n.Content != nil:
		return n.Content.Size()
	}
	return 0
}

// Links returns how many names lead to the node: the hard link count of
// anything but a directory, for which it is always 1.
func (n *Node) Links() int { return n.links }

// Names returns the names in a directory in byte order, nil for other nodes.
func (n *Node) Names() []string { return slices.Sorted(maps.Keys(n.children)) }

// Child returns the node called name in a directory, or nil.
func (n *Node) Child(name string) *Node { return n.children[name] }

// Read returns the content of a regular file. The caller must not change it.
func (n *Node) Read() ([]byte, error) {
	b := make([]byte, n.Size())
	if len(b) == 0 || n.Content == nil {
		return nil, nil
	}
	if _, err := n.Content.ReadAt(b, 0); err != nil && err != io.EOF {
		return nil, err
	}
	return b, nil
}

// signed notes that a changed the node's metadata.
func (n *Node) signed(a Author) {
	if last := len(n.Changed) - 1; last >= 0 && n.Changed[last] == a {
		return
	}
	if len(n.Changed) == 0 && n.Made == a {
		return
	}
	n.Changed = append(n.Changed, a)
}
