package squashfs

import (
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
)

// xattrPrefixes are the namespaces of the format, by their number.
var xattrPrefixes = [...]string{"user.", "trusted.", "security."}

// xattrElsewhere in the type of an attribute says that in place of the value there
// is a reference to an equal one.
const xattrElsewhere = 1 << 8

// An xattrKey is followed by a name without its prefix, and that by the size of
// the value in 32 bits and the value.
type xattrKey struct{ Type, NameSize uint16 }

// An xattrID is one set of attributes. Inodes refer to it by number.
type xattrID struct {
	Ref   inodeRef // of the first key
	Count uint32
	Size  uint32 // of names and values as listxattr(2) and getxattr(2) give them
}

// An xattrHead begins the index of the table.
type xattrHead struct {
	Pairs  uint64 // where in the image the keys and values begin
	IDs    uint32
	Unused uint32
}

func cutXattrPrefix(name string) (number uint16, rest string, ok bool) {
	for i, prefix := range xattrPrefixes {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return uint16(i), rest, true
		}
	}
	return 0, "", false
}

// An xattrTable collects sets of attributes. Equal sets are stored once; equal
// values in different sets are not, because what images hold, such as
// capabilities, is no longer than a reference to it.
type xattrTable struct {
	pairs *metadataWriter
	ids   []byte
	count uint32
	known map[string]uint32
}

func newXattrTable(c *compressor) *xattrTable {
	return &xattrTable{pairs: newMetadataWriter(c), known: make(map[string]uint32)}
}

// add returns the number of a set, or none for the empty one.
func (t *xattrTable) add(xattrs map[string]string) (uint32, error) {
	if len(xattrs) == 0 {
		return none, nil
	}
	var raw []byte
	var size uint64
	for _, name := range slices.Sorted(maps.Keys(xattrs)) {
		value := xattrs[name]
		number, rest, _ := cutXattrPrefix(name)
		raw = append(raw, little(xattrKey{number, uint16(len(rest))})...)
		raw = append(raw, rest...)
		raw = binary.LittleEndian.AppendUint32(raw, uint32(len(value)))
		raw = append(raw, value...)
		size += uint64(len(name)) + 1 + uint64(len(value))
	}
	if size > math.MaxUint32 {
		return 0, errors.New("extended attributes are too large")
	}
	if n, ok := t.known[string(raw)]; ok {
		return n, nil
	}
	t.ids = append(t.ids, little(xattrID{t.pairs.ref(), uint32(len(xattrs)), uint32(size)})...)
	t.pairs.write(raw)
	n := t.count
	t.known[string(raw)] = n
	t.count++
	return n, nil
}

// indexed makes the table of sets, which begins at start, for keys and values that
// begin at pairs. It returns the position of its index.
func (t *xattrTable) indexed(pairs, start uint64, c *compressor) (table []byte, index uint64) {
	blocks, index := indexed(t.ids, start, c)
	at := index - start
	table = append(table, blocks[:at]...)
	table = append(table, little(xattrHead{Pairs: pairs, IDs: t.count})...)
	return append(table, blocks[at:]...), index
}
