package gschema

import (
	"bytes"
	"encoding/binary"
)

// A strinfo is the list of strings a key may have, in the form of
// gio/strinfo.c: words of 32 bits, for each string its number and the string
// between marks; an alias has the place of its target for a number.
type strinfo []byte

const (
	markItem  = 0xff
	markAlias = 0xfe
)

// words brackets a string: the mark, the string, and 0xff at the end of the
// last word.
func (strinfo) words(s string, mark byte) []byte {
	b := make([]byte, 4*max(2, (len(s)+6)>>2))
	b[0], b[len(b)-1] = mark, 0xff
	copy(b[1:], s)
	return b
}

func (s *strinfo) add(name string, value uint32) {
	*s = binary.LittleEndian.AppendUint32(*s, value)
	*s = append(*s, s.words(name, markItem)...)
}

// alias adds another name for target and reports whether target is there.
func (s *strinfo) alias(name, target string) bool {
	at := s.find(target, markItem)
	if at < 0 {
		return false
	}
	*s = binary.LittleEndian.AppendUint32(*s, uint32(at))
	*s = append(*s, s.words(name, markAlias)...)
	return true
}

// find gives the place, in words, of the number before a string, or -1.
func (s strinfo) find(name string, mark byte) int {
	words := s.words(name, mark)
	for i := 4; i+len(words) <= len(s); i += 4 {
		if bytes.Equal(s[i:i+len(words)], words) {
			return i/4 - 1
		}
	}
	return -1
}

// allows says whether a value, or all strings in an array, are in the list.
func (s strinfo) allows(v *variant) bool {
	if v.typ == "s" {
		return s.find(v.text, markItem) >= 0
	}
	for _, e := range v.elems {
		if !s.allows(e) {
			return false
		}
	}
	return true
}
