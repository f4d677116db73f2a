package squashfs

import (
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// A node is an inode as it was read.
type node struct {
	ref    inodeRef
	head   inodeHead
	kind   fs.FileMode
	links  uint32
	xattrs uint32

	listing     inodeRef // of a directory
	listingSize uint32
	target      string // of a symbolic link
	device      uint32
	file        fileNode
}

// A fileNode is what an inode tells of a regular file's content.
type fileNode struct {
	size     uint64
	start    uint64
	fragment uint32
	offset   uint32
	blocks   cursor // at the sizes of the blocks
}

// node reads an inode.
func (r *Reader) node(ref inodeRef) (*node, error) {
	n, err := r.decodeNode(ref)
	if err != nil {
		return nil, fmt.Errorf("inode %d:%d: %w", ref.block(), ref.offset(), err)
	}
	return n, nil
}

func (r *Reader) decodeNode(ref inodeRef) (*node, error) {
	c, err := r.newCursor(r.s.InodeTable, ref)
	if err != nil {
		return nil, err
	}
	n := &node{ref: ref, xattrs: none}
	if err := c.decode(&n.head); err != nil {
		return nil, err
	}
	basic, large := n.head.Type, false
	if basic > extended {
		basic, large = basic-extended, true
	}
	kind, ok := fileTypes[basic]
	if !ok {
		return nil, fmt.Errorf("unknown type %d", n.head.Type)
	}
	n.kind = kind
	switch {
	case kind.IsDir():
		err = n.decodeDir(c, large)
	case kind.IsRegular():
		err = n.decodeRegular(c, large)
	default:
		err = n.decodeOther(c, large)
	}
	return n, err
}

func (n *node) decodeDir(c *cursor, large bool) error {
	var size uint32
	if large {
		var d extendedDirInode
		if err := c.decode(&d); err != nil {
			return err
		}
		n.links, size, n.xattrs = d.Links, d.Size, d.Xattrs
		n.listing = newRef(uint64(d.Block), int(d.Offset))
	} else {
		var d dirInode
		if err := c.decode(&d); err != nil {
			return err
		}
		n.links, size = d.Links, uint32(d.Size)
		n.listing = newRef(uint64(d.Block), int(d.Offset))
	}
	if size < listingExtra || size > maxListing+listingExtra {
		return fmt.Errorf("directory with a listing of %d bytes", size)
	}
	n.listingSize = size - listingExtra
	return nil
}

func (n *node) decodeRegular(c *cursor, large bool) error {
	if large {
		var f extendedRegularInode
		if err := c.decode(&f); err != nil {
			return err
		}
		n.links, n.xattrs = f.Links, f.Xattrs
		n.file = fileNode{f.Size, f.Start, f.Fragment, f.Offset, *c}
	} else {
		var f regularInode
		if err := c.decode(&f); err != nil {
			return err
		}
		n.links = 1
		n.file = fileNode{uint64(f.Size), uint64(f.Start), f.Fragment, f.Offset, *c}
	}
	if n.file.size > 1<<63-1 {
		return errors.New("size is negative")
	}
	return nil
}

// decodeOther reads the inode of a symbolic link, device, pipe or socket.
func (n *node) decodeOther(c *cursor, large bool) error {
	if err := c.decode(&n.links); err != nil {
		return err
	}
	var err error
	switch {
	case n.kind == fs.ModeSymlink:
		err = n.decodeTarget(c)
	case n.kind&fs.ModeDevice != 0:
		err = c.decode(&n.device)
	}
	if err == nil && large {
		err = c.decode(&n.xattrs)
	}
	return err
}

func (n *node) decodeTarget(c *cursor) error {
	var size uint32
	if err := c.decode(&size); err != nil {
		return err
	}
	if size == 0 || size > maxTarget {
		return fmt.Errorf("link target of %d bytes", size)
	}
	target, err := c.bytes(int(size))
	n.target = string(target)
	return err
}

// header returns what the image tells of a node under a name.
func (r *Reader) header(name string, n *node) (*Header, error) {
	uid, err := r.id(n.head.UID)
	if err != nil {
		return nil, err
	}
	gid, err := r.id(n.head.GID)
	if err != nil {
		return nil, err
	}
	xattrs, err := r.xattrs(n.xattrs)
	if err != nil {
		return nil, fmt.Errorf("extended attributes: %w", err)
	}
	h := &Header{
		Name:     name,
		Mode:     fileMode(n.kind, n.head.Mode),
		UID:      uid,
		GID:      gid,
		ModTime:  time.Unix(int64(n.head.ModTime), 0).UTC(),
		Linkname: n.target,
		Xattrs:   xattrs,
	}
	h.Devmajor, h.Devminor = decodeDevice(n.device)
	return h, nil
}
