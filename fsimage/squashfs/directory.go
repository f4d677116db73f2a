package squashfs

import (
	"errors"
	"math"
)

// A listing is the encoded content of a directory: runs of entries. Each run has
// this head, which holds what its entries share.
type listingHead struct {
	Count uint32 // of entries, minus 1
	Block uint32 // of their inodes, in the inode table
	Base  uint32 // the number that inode numbers are relative to
}

// A listingEntry is followed by its name.
type listingEntry struct {
	Offset   uint16 // of the inode in its block
	Delta    int16  // inode number minus Base
	Type     uint16 // the basic one
	NameSize uint16 // minus 1
}

const (
	headSize  = 12
	entrySize = 8

	// maxRun is how many entries a run can have. Linux refuses more.
	maxRun = 256
)

// A listing is where that of a directory is, and what its inode says of it.
type listing struct {
	ref     inodeRef
	size    uint32
	index   []byte
	indexes int
}

// addListing writes the listing of a directory. Where a listing goes on in another
// metadata block a new run begins, and the index of the directory gets an entry
// for it.
func (t *tables) addListing(entries []dirEntry) (listing, error) {
	l := listing{ref: t.dirs.ref()}
	indexed := l.ref.block()
	var size uint64
	for len(entries) > 0 {
		at := t.dirs.ref()
		if at.block() != indexed {
			indexed = at.block()
			l.addIndex(uint32(size), uint32(indexed), entries[0].name)
		}
		n := runLength(entries, metadataSize-at.offset())
		raw := encodeRun(entries[:n])
		t.dirs.write(raw)
		size += uint64(len(raw))
		entries = entries[n:]
	}
	if size > maxListing || l.indexes > math.MaxUint16 {
		return l, errors.New("directory is too large")
	}
	l.size = uint32(size)
	return l, nil
}

func (l *listing) addIndex(position, block uint32, name string) {
	l.index = append(l.index, little(dirIndex{position, block, uint32(len(name)) - 1})...)
	l.index = append(l.index, name...)
	l.indexes++
}

// runLength returns how many of the entries one run can take: those whose inodes
// are in one block and have near numbers, and that begin in the space of one
// metadata block.
func runLength(entries []dirEntry, space int) int {
	first := entries[0].node
	used := headSize
	for i, e := range entries {
		delta := int64(e.node.number) - int64(first.number)
		if i == maxRun || i > 0 && used >= space ||
			e.node.ref.block() != first.ref.block() ||
			delta < math.MinInt16 || delta > math.MaxInt16 {
			return i
		}
		used += entrySize + len(e.name)
	}
	return len(entries)
}

func encodeRun(entries []dirEntry) []byte {
	first := entries[0].node
	b := little(listingHead{
		Count: uint32(len(entries)) - 1,
		Block: uint32(first.ref.block()),
		Base:  first.number,
	})
	for _, e := range entries {
		b = append(b, little(listingEntry{
			Offset:   uint16(e.node.ref.offset()),
			Delta:    int16(int64(e.node.number) - int64(first.number)),
			Type:     inodeTypes[e.node.header.Mode.Type()],
			NameSize: uint16(len(e.name)) - 1,
		})...)
		b = append(b, e.name...)
	}
	return b
}
