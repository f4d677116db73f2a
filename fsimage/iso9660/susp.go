package iso9660

import (
	"errors"
	"fmt"
)

// A system use entry is a signature of two letters, its length, its version,
// and data (SUSP 4.1).
const (
	suspVersion    = 1
	suspHeader     = 4
	maxEntrySize   = 255
	continueSize   = 28   // of a CE entry
	maxContinues   = 32   // Linux's bound for CE entries of one record
	continueFlag   = 0x01 // of NM and SL entries and of link elements
	rockRidgeID    = "IEEE_P1282"
	rockRidgeDescr = "THE IEEE P1282 PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS."
	rockRidgeSrc   = "PLEASE CONTACT THE IEEE STANDARDS DEPARTMENT, PISCATAWAY, NJ, USA FOR THE P1282 SPECIFICATION."
)

func suspEntry(signature string, data ...byte) []byte {
	return append([]byte{signature[0], signature[1], byte(suspHeader + len(data)), suspVersion}, data...)
}

// indicator is the SP entry that starts the system use area of the root, and
// says that SUSP is in use (SUSP 5.3).
func indicator() []byte { return suspEntry("SP", 0xBE, 0xEF, 0) }

// reference is the ER entry that says that Rock Ridge is (SUSP 5.5, RRIP 4.3).
func reference() []byte {
	data := []byte{byte(len(rockRidgeID)), byte(len(rockRidgeDescr)), byte(len(rockRidgeSrc)), 1}
	return suspEntry("ER", append(data, rockRidgeID+rockRidgeDescr+rockRidgeSrc...)...)
}

// A continuation is the blocks behind a directory that take the system use
// entries for which its records have no room.
type continuation struct {
	first uint32 // block
	buf   []byte
}

// split returns what is to go into a system use area of the given room: all
// entries, or the first few and a CE entry that leads to the rest.
func (c *continuation) split(entries [][]byte, room int) []byte {
	total := 0
	for _, e := range entries {
		total += len(e)
	}
	var area []byte
	for i, e := range entries {
		if total > room && len(area)+len(e)+continueSize > room {
			return append(area, c.place(entries[i:])...)
		}
		area = append(area, e...)
	}
	return area
}

// place puts entries into the continuation, no area across a boundary of
// blocks, and returns the CE entry that leads to them (SUSP 5.1).
func (c *continuation) place(entries [][]byte) []byte {
	total := 0
	for _, e := range entries {
		total += len(e)
	}
	if room := blockSize - len(c.buf)%blockSize; total > room {
		c.buf = append(c.buf, make([]byte, room)...)
	}
	start := len(c.buf)
	c.buf = append(c.buf, make([]byte, min(total, blockSize))...)
	area := c.split(entries, len(c.buf)-start)
	copy(c.buf[start:], area)

	data := make([]byte, continueSize-suspHeader)
	putBoth32(data, c.first+uint32(start/blockSize))
	putBoth32(data[8:], uint32(start%blockSize))
	putBoth32(data[16:], uint32(len(area)))
	return suspEntry("CE", data...)
}

// eachEntry calls f for the entries of a system use area and its continuations,
// which read fetches.
func eachEntry(area []byte, read func(block, offset, size uint32) ([]byte, error), f func(signature string, data []byte) error) error {
	for range maxContinues {
		next, err := entriesOf(area, f)
		if err != nil || next == nil {
			return err
		}
		block, offset, size := le.Uint32(next), le.Uint32(next[8:]), le.Uint32(next[16:])
		if offset > blockSize || size > blockSize-offset {
			return errors.New("continuation area is not within a block")
		}
		if area, err = read(block, offset, size); err != nil {
			return err
		}
	}
	return errors.New("too many continuation areas")
}

// entriesOf calls f for the entries of one area and returns the data of the CE
// entry, if there is one.
func entriesOf(area []byte, f func(signature string, data []byte) error) (next []byte, err error) {
	for len(area) >= suspHeader && area[0] != 0 {
		size := int(area[2])
		if size < suspHeader || size > len(area) {
			return nil, fmt.Errorf("malformed system use entry %q", area[:2])
		}
		signature, data := string(area[:2]), area[suspHeader:size]
		area = area[size:]
		switch {
		case signature == "ST":
			return next, nil
		case signature == "CE" && len(data) < continueSize-suspHeader:
			return nil, errors.New("malformed CE entry")
		case signature == "CE":
			next = data
		default:
			if err := f(signature, data); err != nil {
				return nil, err
			}
		}
	}
	return next, nil
}
