package squashfs

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// maxXattrSet bounds the attributes of one inode. Linux lists at most 64 KiB of
// names.
const maxXattrSet = 1 << 20

// The encoded sizes of an xattrHead and an xattrID.
const (
	xattrHeadSize = 16
	xattrIDSize   = 16
)

// xattrs reads a set of extended attributes.
func (r *Reader) xattrs(number uint32) (map[string]string, error) {
	if number == none {
		return nil, nil
	}
	if r.s.XattrTable == none64 {
		return nil, errors.New("the image has none")
	}
	raw, err := r.read(r.s.XattrTable, xattrHeadSize)
	if err != nil {
		return nil, err
	}
	var head xattrHead
	if _, err := binary.Decode(raw, binary.LittleEndian, &head); err != nil {
		return nil, err
	}
	if number >= head.IDs {
		return nil, fmt.Errorf("set %d of %d", number, head.IDs)
	}
	raw, err = r.entry(r.s.XattrTable+xattrHeadSize, number, xattrIDSize)
	if err != nil {
		return nil, err
	}
	var id xattrID
	if _, err := binary.Decode(raw, binary.LittleEndian, &id); err != nil {
		return nil, err
	}
	return r.xattrSet(head.Pairs, &id)
}

func (r *Reader) xattrSet(pairs uint64, id *xattrID) (map[string]string, error) {
	if pairs > r.s.Size {
		return nil, errors.New("table is outside the image")
	}
	c, err := r.newCursor(pairs, id.Ref)
	if err != nil {
		return nil, err
	}
	set := make(map[string]string)
	total := 0
	for range id.Count {
		name, value, err := r.xattr(pairs, c)
		if err != nil {
			return nil, err
		}
		total += len(name) + len(value)
		if _, ok := set[name]; ok || total > maxXattrSet {
			return nil, fmt.Errorf("%q comes twice, or all together are more than %d bytes", name, maxXattrSet)
		}
		set[name] = value
	}
	return set, nil
}

// xattr reads one attribute.
func (r *Reader) xattr(pairs uint64, c *cursor) (name, value string, err error) {
	var key xattrKey
	if err := c.decode(&key); err != nil {
		return "", "", err
	}
	number := key.Type &^ xattrElsewhere
	if int(number) >= len(xattrPrefixes) || key.NameSize > maxName {
		return "", "", fmt.Errorf("type %#x with a name of %d bytes", key.Type, key.NameSize)
	}
	rest, err := c.bytes(int(key.NameSize))
	if err != nil {
		return "", "", err
	}
	raw, err := xattrValue(c)
	if err == nil && key.Type&xattrElsewhere != 0 {
		raw, err = r.xattrReference(pairs, raw)
	}
	return xattrPrefixes[number] + string(rest), string(raw), err
}

func xattrValue(c *cursor) ([]byte, error) {
	var size uint32
	if err := c.decode(&size); err != nil {
		return nil, err
	}
	if size > maxXattr {
		return nil, fmt.Errorf("value of %d bytes", size)
	}
	return c.bytes(int(size))
}

// xattrReference reads a value that is stored with another attribute.
func (r *Reader) xattrReference(pairs uint64, raw []byte) ([]byte, error) {
	var ref inodeRef
	if _, err := binary.Decode(raw, binary.LittleEndian, &ref); err != nil {
		return nil, err
	}
	c, err := r.newCursor(pairs, ref)
	if err != nil {
		return nil, err
	}
	return xattrValue(c)
}
