package squashfs

import (
	"fmt"
)

// maxListing bounds the listing of one directory, some 500,000 names. A Reader
// holds one listing of each directory on a path.
const maxListing = 16 << 20

// A nameRef is one entry of a directory as it was read.
type nameRef struct {
	name string
	ref  inodeRef
}

// names reads the listing of a directory.
func (r *Reader) names(dir *node) ([]nameRef, error) {
	if dir.listingSize == 0 {
		return nil, nil
	}
	c, err := r.newCursor(r.s.DirTable, dir.listing)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	var list []nameRef
	for left := int(dir.listingSize); left > 0; {
		var used int
		if list, used, err = readRun(c, list); err != nil {
			return nil, fmt.Errorf("directory: %w", err)
		}
		if left -= used; left < 0 {
			return nil, fmt.Errorf("directory: listing is longer than its %d bytes", dir.listingSize)
		}
	}
	return list, nil
}

// readRun reads one run of entries and returns how many bytes it took.
func readRun(c *cursor, list []nameRef) ([]nameRef, int, error) {
	var head listingHead
	if err := c.decode(&head); err != nil {
		return nil, 0, err
	}
	if head.Count >= maxRun {
		return nil, 0, fmt.Errorf("run of %d entries", uint64(head.Count)+1)
	}
	used := headSize
	for range head.Count + 1 {
		var e listingEntry
		if err := c.decode(&e); err != nil {
			return nil, 0, err
		}
		if e.NameSize >= maxName {
			return nil, 0, fmt.Errorf("name of %d bytes", int(e.NameSize)+1)
		}
		raw, err := c.bytes(int(e.NameSize) + 1)
		if err != nil {
			return nil, 0, err
		}
		n := nameRef{string(raw), newRef(uint64(head.Block), int(e.Offset))}
		if err := checkElement(n.name); err != nil {
			return nil, 0, err
		}
		if len(list) > 0 && n.name <= list[len(list)-1].name {
			return nil, 0, fmt.Errorf("%q is not in sorted order", n.name)
		}
		list = append(list, n)
		used += entrySize + len(raw)
	}
	return list, used, nil
}
