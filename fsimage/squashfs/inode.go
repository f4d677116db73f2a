package squashfs

import (
	"encoding/binary"
	"io/fs"
	"math"
)

// Inodes begin with this. The type decides what follows.
type inodeHead struct {
	Type, Mode uint16
	UID, GID   uint16 // places in the id table
	ModTime    uint32
	Number     uint32
}

type dirInode struct {
	Block  uint32 // of the listing, in the directory table
	Links  uint32
	Size   uint16 // of the listing, plus 3 for "." and "..", which are not stored
	Offset uint16
	Parent uint32
}

type extendedDirInode struct {
	Links   uint32
	Size    uint32
	Block   uint32
	Parent  uint32
	Indexes uint16 // how many dirIndex follow
	Offset  uint16
	Xattrs  uint32
}

// A dirIndex, with a name behind it, helps to find a name in a long listing.
type dirIndex struct {
	Position uint32 // in the listing
	Block    uint32 // in the directory table
	NameSize uint32 // minus 1
}

// A regularInode is followed by the sizes of its blocks, 32 bits each.
type regularInode struct {
	Start    uint32
	Fragment uint32
	Offset   uint32
	Size     uint32
}

type extendedRegularInode struct {
	Start    uint64
	Size     uint64
	Holes    uint64 // bytes that take no space
	Links    uint32
	Fragment uint32
	Offset   uint32
	Xattrs   uint32
}

// listingExtra is what Linux adds to the size of a listing.
const listingExtra = 3

// encodeInode encodes an inode, in the basic form if that can hold it.
func (t *tables) encodeInode(node *inode) ([]byte, error) {
	h := &node.header
	xattrs, err := t.xattrs.add(h.Xattrs)
	if err != nil {
		return nil, err
	}
	head, err := t.head(node)
	if err != nil {
		return nil, err
	}
	var body []byte
	large := xattrs != none
	switch h.Mode.Type() {
	case fs.ModeDir:
		body, large, err = encodeDir(node, xattrs)
	case 0:
		body, large = encodeRegular(node, xattrs)
	case fs.ModeSymlink:
		body = little(node.names, uint32(len(h.Linkname)))
		body = append(body, h.Linkname...)
	case fs.ModeDevice, fs.ModeDevice | fs.ModeCharDevice:
		body = little(node.names, encodeDevice(h.Devmajor, h.Devminor))
	default:
		body = little(node.names)
	}
	if err != nil {
		return nil, err
	}
	if large {
		head.Type += extended
	}
	if xattrs != none && !h.Mode.IsDir() && !h.Mode.IsRegular() {
		body = append(body, little(xattrs)...)
	}
	return append(little(head), body...), nil
}

func (t *tables) head(node *inode) (*inodeHead, error) {
	h := &node.header
	mode, err := unixMode(h.Mode)
	if err != nil {
		return nil, err
	}
	mtime, err := seconds(h.ModTime)
	if err != nil {
		return nil, err
	}
	uid, err := t.ids.add(h.UID)
	if err != nil {
		return nil, err
	}
	gid, err := t.ids.add(h.GID)
	if err != nil {
		return nil, err
	}
	return &inodeHead{inodeTypes[h.Mode.Type()], uint16(mode), uid, gid, mtime, node.number}, nil
}

func encodeDir(node *inode, xattrs uint32) (body []byte, large bool, err error) {
	links := uint32(2)
	for _, e := range node.children {
		if e.node.header.Mode.IsDir() {
			links++
		}
	}
	l := &node.listing
	size := l.size + listingExtra
	if size <= math.MaxUint16 && l.indexes == 0 && xattrs == none {
		return little(dirInode{
			Block:  uint32(l.ref.block()),
			Links:  links,
			Size:   uint16(size),
			Offset: uint16(l.ref.offset()),
			Parent: node.parent,
		}), false, nil
	}
	return append(little(extendedDirInode{
		Links:   links,
		Size:    size,
		Block:   uint32(l.ref.block()),
		Parent:  node.parent,
		Indexes: uint16(l.indexes),
		Offset:  uint16(l.ref.offset()),
		Xattrs:  xattrs,
	}), l.index...), true, nil
}

func encodeRegular(node *inode, xattrs uint32) (body []byte, large bool) {
	d := node.data
	size := uint64(d.content.Size())
	large = xattrs != none || node.names > 1 || d.holes > 0 || d.start > math.MaxUint32 || size > math.MaxUint32
	if large {
		body = little(extendedRegularInode{
			Start:    d.start,
			Size:     size,
			Holes:    d.holes,
			Links:    node.names,
			Fragment: d.fragment,
			Offset:   d.offset,
			Xattrs:   xattrs,
		})
	} else {
		body = little(regularInode{
			Start:    uint32(d.start),
			Fragment: d.fragment,
			Offset:   d.offset,
			Size:     uint32(size),
		})
	}
	return append(body, little(d.blocks)...), large
}

// little encodes numbers and structures of numbers.
func little(values ...any) []byte {
	var b []byte
	for _, v := range values {
		b, _ = binary.Append(b, binary.LittleEndian, v) // fails only for types of no fixed size
	}
	return b
}
