package iso9660

import (
	"errors"
	"time"
)

// Flags of a directory record (ECMA-119 9.1.6).
const (
	flagDirectory  = 0x02
	flagAssociated = 0x04
	flagMore       = 0x80 // the file has further extents
)

const (
	recordSize    = 33  // of a directory record without identifier
	maxRecordSize = 254 // the length is a byte, and even
)

// Identifiers of a directory's own record and its parent's.
const (
	selfID   = "\x00"
	parentID = "\x01"
)

// A record is a directory record (ECMA-119 9.1).
type record struct {
	id        string
	flags     byte
	extent    extent
	time      [7]byte
	systemUse []byte
}

// systemUseOffset is where the system use area of a record starts.
func systemUseOffset(id string) int {
	return recordSize + len(id) + (len(id)+1)%2
}

// append encodes a record. None lies across a boundary of blocks.
func (r *record) append(b []byte) []byte {
	start := systemUseOffset(r.id)
	rec := make([]byte, start+len(r.systemUse)+len(r.systemUse)%2)
	rec[0] = byte(len(rec))
	putBoth32(rec[2:], r.extent.block)
	putBoth32(rec[10:], r.extent.size)
	copy(rec[18:], r.time[:])
	rec[25] = r.flags
	putBoth16(rec[28:], 1) // volume of the set
	rec[32] = byte(len(r.id))
	copy(rec[recordSize:], r.id)
	copy(rec[start:], r.systemUse)
	if room := blockSize - len(b)%blockSize; len(rec) > room {
		b = append(b, make([]byte, room)...)
	}
	return append(b, rec...)
}

var errRecord = errors.New("malformed directory record")

// parseRecord reads the record at the start of b, which is not at its end.
func parseRecord(b []byte) (r record, size int, err error) {
	size = int(b[0])
	if size < recordSize+1 || size > len(b) {
		return r, 0, errRecord
	}
	b = b[:size]
	idEnd := recordSize + int(b[32])
	if b[32] == 0 || idEnd > size {
		return r, 0, errRecord
	}
	if b[1] != 0 || b[26] != 0 || b[27] != 0 {
		return r, 0, errors.New("extended attribute records and interleaving are not supported")
	}
	r = record{
		id:     string(b[recordSize:idEnd]),
		flags:  b[25],
		extent: extent{le.Uint32(b[2:]), le.Uint32(b[10:])},
		time:   [7]byte(b[18:]),
	}
	if start := systemUseOffset(r.id); start < size {
		r.systemUse = b[start:]
	}
	return r, size, nil
}

func (r *record) modTime() time.Time { return unpackTime(r.time[:]) }
