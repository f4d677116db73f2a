package fat

import (
	"encoding/binary"
	"fmt"
	"time"
	"unicode/utf16"
)

// Attributes of a directory slot.
const (
	attrReadOnly  = 0x01
	attrHidden    = 0x02
	attrSystem    = 0x04
	attrLabel     = 0x08
	attrDirectory = 0x10
	attrArchive   = 0x20
	attrLong      = attrReadOnly | attrHidden | attrSystem | attrLabel

	slotFree    = 0xE5 // first byte of an unused slot
	slotEnd     = 0x00 // first byte of the slot after the last
	longLast    = 0x40 // in the number of the slot that ends a long name
	longOrdinal = 0x1F
)

var le = binary.LittleEndian

// A slot is the short entry of a file, directory or label.
type slot struct {
	name    shortName
	attr    byte
	lower   byte // see shortName.String
	time    uint32
	cluster uint32
	size    uint32
}

func (s *slot) append(b []byte) []byte {
	b = append(b, s.name[:]...)
	b = append(b, s.attr, s.lower, 0)
	b = le.AppendUint32(b, s.time)                // created
	b = le.AppendUint16(b, uint16(s.time>>16))    // accessed, only a date
	b = le.AppendUint16(b, uint16(s.cluster>>16)) // reserved in FAT16, where it is 0
	b = le.AppendUint32(b, s.time)                // written
	b = le.AppendUint16(b, uint16(s.cluster))
	return le.AppendUint32(b, s.size)
}

func parseSlot(b []byte) (s slot) {
	copy(s.name[:], b)
	s.attr, s.lower = b[11], b[12]
	s.time = le.Uint32(b[22:])
	s.cluster = uint32(le.Uint16(b[20:]))<<16 | uint32(le.Uint16(b[26:]))
	s.size = le.Uint32(b[28:])
	return s
}

// Offsets of the 13 units within the slot of a long name.
var unitOffsets = [unitsPerSlot]int{1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30}

// longSlots is the number of slots a long name takes.
func longSlots(name string) int {
	return (len(utf16.Encode([]rune(name))) + unitsPerSlot - 1) / unitsPerSlot
}

// appendLong encodes the slots of a long name, which precede the short one,
// last part first.
func appendLong(b []byte, name string, short shortName) []byte {
	units := utf16.Encode([]rune(name))
	if len(units)%unitsPerSlot != 0 {
		units = append(units, 0)
	}
	for len(units)%unitsPerSlot != 0 {
		units = append(units, 0xFFFF)
	}
	n := len(units) / unitsPerSlot
	for i := n; i > 0; i-- {
		var s [slotSize]byte
		s[0], s[11], s[13] = byte(i), attrLong, short.checksum()
		if i == n {
			s[0] |= longLast
		}
		for j, off := range unitOffsets {
			le.PutUint16(s[off:], units[(i-1)*unitsPerSlot+j])
		}
		b = append(b, s[:]...)
	}
	return b
}

// A longName collects the slots of a long name.
type longName struct {
	units    []uint16 // from the unit at next*13 on
	next     byte     // ordinal that must come next; 0 if all have come
	checksum byte
	valid    bool
}

// add takes the next slot of a long name.
func (l *longName) add(b []byte) {
	ordinal := b[0] & longOrdinal
	if b[0]&longLast != 0 {
		*l = longName{next: ordinal, checksum: b[13], valid: ordinal != 0}
	}
	if !l.valid || ordinal != l.next || b[13] != l.checksum || ordinal == 0 {
		*l = longName{}
		return
	}
	units := make([]uint16, unitsPerSlot, unitsPerSlot+len(l.units))
	for i, off := range unitOffsets {
		units[i] = le.Uint16(b[off:])
	}
	l.units = append(units, l.units...)
	l.next--
}

// take returns the name if it is complete and belongs to the short name, and
// forgets it. Without one, the file only has its short name.
func (l *longName) take(short shortName) (string, bool) {
	got := *l
	*l = longName{}
	if !got.valid || got.next != 0 || got.checksum != short.checksum() {
		return "", false
	}
	for i, u := range got.units {
		if u == 0 {
			got.units = got.units[:i]
			break
		}
	}
	return string(utf16.Decode(got.units)), true
}

// packTime encodes a time as date<<16 | time. The zero time.Time is 1980-01-01.
func packTime(t time.Time) (uint32, error) {
	if t.IsZero() {
		return 1<<21 | 1<<16, nil
	}
	t = t.UTC()
	if t.Year() < 1980 || t.Year() > 2107 {
		return 0, fmt.Errorf("year %d is not from 1980 to 2107", t.Year())
	}
	date := (t.Year()-1980)<<9 | int(t.Month())<<5 | t.Day()
	clock := t.Hour()<<11 | t.Minute()<<5 | t.Second()/2
	return uint32(date)<<16 | uint32(clock), nil
}

func unpackTime(t uint32) time.Time {
	return time.Date(1980+int(t>>25), time.Month(t>>21&15), int(t>>16&31),
		int(t>>11&31), int(t>>5&63), int(t&31)*2, 0, time.UTC)
}
