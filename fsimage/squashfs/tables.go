package squashfs

import (
	"encoding/binary"
	"fmt"
	"math"
)

// tables are what describes the contents.
type tables struct {
	c      *compressor
	inodes *metadataWriter
	dirs   *metadataWriter
	ids    idTable
	xattrs *xattrTable
	export []byte // where the inode of each number is
}

func newTables(c *compressor) *tables {
	return &tables{
		c:      c,
		inodes: newMetadataWriter(c),
		dirs:   newMetadataWriter(c),
		ids:    idTable{index: make(map[uint32]uint16)},
		xattrs: newXattrTable(c),
	}
}

// addTree writes all inodes and listings and returns where the root's inode is.
func (t *tables) addTree(root *inode, inodes uint32) (inodeRef, error) {
	t.export = make([]byte, 8*int(inodes))
	root.parent = inodes + 1 // a number that no inode has, as mksquashfs does
	if err := t.addDir(root); err != nil {
		return 0, err
	}
	err := t.addInode(root)
	return root.ref, err
}

// addDir writes the listing of a directory, after the inodes of what is in it. The
// inodes of one directory come in a row, which keeps its listing short.
func (t *tables) addDir(dir *inode) error {
	for _, e := range dir.children {
		if e.node.header.Mode.IsDir() {
			if err := t.addDir(e.node); err != nil {
				return err
			}
		}
	}
	for _, e := range dir.children {
		if err := t.addInode(e.node); err != nil {
			return fmt.Errorf("%q: %w", e.node.header.Name, err)
		}
	}
	var err error
	dir.listing, err = t.addListing(dir.children)
	if err != nil {
		return fmt.Errorf("%q: %w", dir.header.Name, err)
	}
	return nil
}

// addInode writes an inode, unless one of its other names came before.
func (t *tables) addInode(node *inode) error {
	if node.written {
		return nil
	}
	node.written = true
	node.ref = t.inodes.ref()
	raw, err := t.encodeInode(node)
	if err != nil {
		return err
	}
	t.inodes.write(raw)
	binary.LittleEndian.PutUint64(t.export[8*(node.number-1):], uint64(node.ref))
	return nil
}

// An idTable holds the user and group ids of an image in order of first use.
type idTable struct {
	list  []uint32
	index map[uint32]uint16
}

func (t *idTable) add(id uint32) (uint16, error) {
	i, ok := t.index[id]
	if ok {
		return i, nil
	}
	if len(t.list) == math.MaxUint16 {
		return 0, fmt.Errorf("more than %d different user and group ids", math.MaxUint16)
	}
	i = uint16(len(t.list))
	t.list = append(t.list, id)
	t.index[id] = i
	return i, nil
}

func (t *idTable) encode() []byte {
	var b []byte
	for _, id := range t.list {
		b = binary.LittleEndian.AppendUint32(b, id)
	}
	return b
}
