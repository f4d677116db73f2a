package squashfs

import "encoding/binary"

// A metadataWriter makes a table: a sequence of blocks of 8 KiB, each compressed
// on its own behind two bytes that tell its size on disc.
type metadataWriter struct {
	c     *compressor
	table []byte // the blocks that are complete
	block []byte // the one that is not
}

func newMetadataWriter(c *compressor) *metadataWriter {
	return &metadataWriter{c: c, block: make([]byte, 0, metadataSize)}
}

// ref returns the place of the next byte to be written.
func (m *metadataWriter) ref() inodeRef {
	return newRef(uint64(len(m.table)), len(m.block))
}

func (m *metadataWriter) write(p []byte) {
	for len(p) > 0 {
		n := min(len(p), metadataSize-len(m.block))
		m.block = append(m.block, p[:n]...)
		p = p[n:]
		if len(m.block) == metadataSize {
			m.flush()
		}
	}
}

// flush ends the current block, if it has begun.
func (m *metadataWriter) flush() {
	if len(m.block) == 0 {
		return
	}
	m.table = appendMetadata(m.table, m.block, m.c)
	m.block = m.block[:0]
}

// finish returns the whole table.
func (m *metadataWriter) finish() []byte {
	m.flush()
	return m.table
}

// appendMetadata appends one block to a table.
func appendMetadata(table, raw []byte, c *compressor) []byte {
	if out := c.compress(nil, raw); out != nil {
		table = binary.LittleEndian.AppendUint16(table, uint16(len(out)))
		return append(table, out...)
	}
	table = binary.LittleEndian.AppendUint16(table, uint16(len(raw))|metadataStored)
	return append(table, raw...)
}

// indexed makes a table that is found by number: its blocks, and after them the
// position of each. start is where in the image the table will begin. It returns
// the table and the position of the index.
func indexed(entries []byte, start uint64, c *compressor) (table []byte, index uint64) {
	var positions []byte
	for len(entries) > 0 {
		n := min(len(entries), metadataSize)
		positions = binary.LittleEndian.AppendUint64(positions, start+uint64(len(table)))
		table = appendMetadata(table, entries[:n], c)
		entries = entries[n:]
	}
	index = start + uint64(len(table))
	return append(table, positions...), index
}
