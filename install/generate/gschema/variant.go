package gschema

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A variant is a GVariant value with its type.
type variant struct {
	typ   string
	num   uint64     // of numbers, booleans and, as bits, doubles
	text  string     // of strings
	elems []*variant // of arrays, tuples, dictionary entries, maybes and boxes
	data  []byte     // serialised already
}

func stringVariant(s string) *variant { return &variant{typ: "s", text: s} }

func tuple(elems ...*variant) *variant {
	typ := "("
	for _, e := range elems {
		typ += e.typ
	}
	return &variant{typ: typ + ")", elems: elems}
}

func byteVariant(c byte) *variant { return &variant{typ: "y", num: uint64(c)} }

// splitType parts a type string into its first complete type and the rest.
func splitType(s string) (first, rest string, err error) {
	if s == "" {
		return "", "", fmt.Errorf("incomplete type")
	}
	switch s[0] {
	case 'b', 'y', 'n', 'q', 'i', 'u', 'x', 't', 'd', 's', 'o', 'g', 'v':
		return s[:1], s[1:], nil
	case 'a', 'm':
		_, rest, err := splitType(s[1:])
		return s[:len(s)-len(rest)], rest, err
	case '(', '{':
		closing := map[byte]byte{'(': ')', '{': '}'}[s[0]]
		rest := s[1:]
		for rest != "" && rest[0] != closing {
			if _, rest, err = splitType(rest); err != nil {
				return "", "", err
			}
		}
		if rest == "" {
			return "", "", fmt.Errorf("unclosed type %q", s)
		}
		return s[:len(s)-len(rest)+1], rest[1:], nil
	}
	return "", "", fmt.Errorf("unknown type %q", s)
}

// members are the types in a tuple or dictionary entry.
func members(typ string) []string {
	var list []string
	for rest := typ[1 : len(typ)-1]; rest != ""; {
		first, next, err := splitType(rest)
		if err != nil {
			return list
		}
		list, rest = append(list, first), next
	}
	return list
}

// layout is the alignment of a type and, if all its values have one size, that
// size; 0 means that sizes vary.
func layout(typ string) (align, size int) {
	switch typ[0] {
	case 'b', 'y':
		return 1, 1
	case 'n', 'q':
		return 2, 2
	case 'i', 'u', 'h':
		return 4, 4
	case 'x', 't', 'd':
		return 8, 8
	case 'v':
		return 8, 0
	case 'a', 'm':
		align, _ = layout(typ[1:])
		return align, 0
	case '(', '{':
		return tupleLayout(members(typ))
	}
	return 1, 0
}

func tupleLayout(types []string) (align, size int) {
	align = 1
	fixed := true
	for _, m := range types {
		a, s := layout(m)
		align = max(align, a)
		fixed = fixed && s > 0
		size = roundUp(size, a) + s
	}
	if len(types) == 0 {
		return 1, 1
	}
	if !fixed {
		return align, 0
	}
	return align, roundUp(size, align)
}

func roundUp(n, align int) int { return (n + align - 1) / align * align }

// boxed serialises the value as one of type "v": itself, a zero, its type.
func (v *variant) boxed() []byte {
	return append(append(v.serialise(), 0), v.typ...)
}

// serialise follows the GVariant specification, little-endian.
func (v *variant) serialise() []byte {
	if v.data != nil {
		return v.data
	}
	le := binary.LittleEndian
	switch v.typ[0] {
	case 'b', 'y':
		return []byte{byte(v.num)}
	case 'n', 'q':
		return le.AppendUint16(nil, uint16(v.num))
	case 'i', 'u':
		return le.AppendUint32(nil, uint32(v.num))
	case 'x', 't', 'd':
		return le.AppendUint64(nil, v.num)
	case 's', 'o', 'g':
		return append([]byte(v.text), 0)
	case 'v':
		return v.elems[0].boxed()
	case 'a':
		return v.array()
	case 'm':
		return v.maybe()
	}
	return v.tuple()
}

func (v *variant) maybe() []byte {
	if len(v.elems) == 0 {
		return nil
	}
	b := v.elems[0].serialise()
	if _, size := layout(v.typ[1:]); size == 0 {
		b = append(b, 0)
	}
	return b
}

// array writes elements at their alignment; if their sizes vary, the ends
// follow.
func (v *variant) array() []byte {
	align, size := layout(v.typ[1:])
	var b []byte
	var ends []int
	for _, e := range v.elems {
		b = append(b, make([]byte, roundUp(len(b), align)-len(b))...)
		b = append(b, e.serialise()...)
		ends = append(ends, len(b))
	}
	if size > 0 {
		return b
	}
	return appendOffsets(b, ends)
}

// tuple writes members at their alignment; the ends of all but the last whose
// size varies follow, backwards.
func (v *variant) tuple() []byte {
	if len(v.elems) == 0 {
		return []byte{0}
	}
	var b []byte
	var ends []int
	for i, e := range v.elems {
		align, size := layout(e.typ)
		b = append(b, make([]byte, roundUp(len(b), align)-len(b))...)
		b = append(b, e.serialise()...)
		if size == 0 && i < len(v.elems)-1 {
			ends = append([]int{len(b)}, ends...)
		}
	}
	if align, size := layout(v.typ); size > 0 {
		return append(b, make([]byte, roundUp(len(b), align)-len(b))...)
	}
	return appendOffsets(b, ends)
}

// appendOffsets adds framing offsets of the least width in which the size of
// the whole fits.
func appendOffsets(b []byte, ends []int) []byte {
	width := 1
	for width < 8 && len(b)+width*len(ends) > 1<<(8*width)-1 {
		width *= 2
	}
	for _, e := range ends {
		var word [8]byte
		binary.LittleEndian.PutUint64(word[:], uint64(e))
		b = append(b, word[:width]...)
	}
	return b
}

// compare orders two numbers of the same type.
func (v *variant) compare(o *variant) int {
	var a, b float64
	switch v.typ[0] {
	case 'd':
		a, b = math.Float64frombits(v.num), math.Float64frombits(o.num)
	case 'n', 'i', 'x':
		if int64(v.num) != int64(o.num) && int64(v.num) < int64(o.num) {
			return -1
		}
		if int64(v.num) > int64(o.num) {
			return 1
		}
		return 0
	default:
		if v.num < o.num {
			return -1
		}
		if v.num > o.num {
			return 1
		}
		return 0
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
