package command

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"coen/install/command/regex"
)

const trOptions = "+ c,C,complement d,delete s,squeeze-repeats t,truncate-set1"

func tr(c *call) int {
	remove, squeeze := c.has("d"), c.has("s")
	need := 2
	if remove != squeeze {
		need = 1
	}
	switch n := len(c.operands); {
	case n == 0:
		return c.missing()
	case n < need:
		return c.misuse("missing operand after %s\n%s", quote(c.operands[0]), trNeeds[remove])
	case n > 2:
		return c.misuse("extra operand %s", quote(c.operands[2]))
	case n > need && remove:
		return c.misuse("extra operand %s\n%s", quote(c.operands[1]),
			"Only one string may be given when deleting without squeezing repeats.")
	}
	t, err := c.translation()
	if err != nil {
		return c.failf("%v", err)
	}
	data, err := io.ReadAll(c.Stdin())
	if err != nil {
		return c.failf("read error: %s", reason(err))
	}
	last := -1
	for _, b := range data {
		if t.remove[b] {
			continue
		}
		b = t.become[b]
		if t.squeeze[b] && int(b) == last {
			continue
		}
		last = int(b)
		c.out.WriteByte(b)
	}
	return 0
}

// trNeeds tells what to give, when deleting as well as squeezing or not.
var trNeeds = map[bool]string{
	true:  "Two strings must be given when both deleting and squeezing repeats.",
	false: "Two strings must be given when translating.",
}

// A translation is what tr does to each byte.
type translation struct {
	become          [256]byte
	remove, squeeze [256]bool
}

func (c *call) translation() (*translation, error) {
	t := &translation{}
	for i := range t.become {
		t.become[i] = byte(i)
	}
	first, err := parseSet(c.operands[0], 0)
	if err != nil {
		return nil, err
	}
	if c.has("c") {
		first = complement(first)
	}
	last := first
	if len(c.operands) == 2 {
		if last, err = parseSet(c.operands[1], len(first)); err != nil {
			return nil, err
		}
	}
	switch {
	case c.has("d"):
		mark(&t.remove, first)
	case len(c.operands) == 2 && len(last) == 0 && !c.has("t"):
		return nil, errors.New("when not truncating set1, string2 must be non-empty")
	case len(c.operands) == 2:
		for i, b := range first {
			if i >= len(last) && c.has("t") {
				break
			}
			t.become[b] = last[min(i, len(last)-1)]
		}
	}
	if c.has("s") {
		mark(&t.squeeze, last)
	}
	return t, nil
}

func mark(set *[256]bool, bytes []byte) {
	for _, b := range bytes {
		set[b] = true
	}
}

// complement returns the bytes that are not in set, in order.
func complement(set []byte) []byte {
	var rest []byte
	for i := range 256 {
		if !slices.Contains(set, byte(i)) {
			rest = append(rest, byte(i))
		}
	}
	return rest
}

// parseSet expands an operand of tr: bytes, escapes, ranges, [:class:], [=c=],
// [c*n] and [c*], which fills up to the given length.
func parseSet(s string, length int) ([]byte, error) {
	var set []byte
	for s != "" {
		if name, rest, ok := bracketed(s, ':'); ok {
			f := regex.Class(name)
			if f == nil {
				return nil, fmt.Errorf("invalid character class %s", quote(name))
			}
			for i := range 256 {
				if f(byte(i)) {
					set = append(set, byte(i))
				}
			}
			s = rest
			continue
		}
		if equal, rest, ok := bracketed(s, '='); ok && len(equal) == 1 {
			set, s = append(set, equal[0]), rest
			continue
		}
		if b, n, rest, ok := repeated(s); ok {
			if n == 0 {
				n = max(length-len(set), 0)
			}
			set, s = append(set, slices.Repeat([]byte{b}, n)...), rest
			continue
		}
		from, rest := trByte(s)
		s = rest
		if len(s) > 1 && s[0] == '-' {
			to, rest := trByte(s[1:])
			if to < from {
				return nil, fmt.Errorf("range-endpoints of '%c-%c' are in reverse collating sequence order", from, to)
			}
			for i := int(from); i <= int(to); i++ {
				set = append(set, byte(i))
			}
			s = rest
			continue
		}
		set = append(set, from)
	}
	return set, nil
}

// bracketed reads "[:name:]".
func bracketed(s string, mark byte) (name, rest string, ok bool) {
	if len(s) < 4 || s[0] != '[' || s[1] != mark {
		return "", s, false
	}
	return strings.Cut(s[2:], string(mark)+"]")
}

// repeated reads "[c*n]", n being 0 where it is left out.
func repeated(s string) (b byte, n int, rest string, ok bool) {
	if len(s) < 4 || s[0] != '[' {
		return 0, 0, s, false
	}
	b, after := trByte(s[1:])
	count, rest, ok := strings.Cut(after, "]")
	if !ok || !strings.HasPrefix(count, "*") {
		return 0, 0, s, false
	}
	if count == "*" {
		return b, 0, rest, true
	}
	v, err := strconv.ParseUint(count[1:], 0, 16)
	return b, int(v), rest, err == nil
}

var trEscapes = map[byte]byte{
	'a': 7, 'b': 8, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11, '\\': '\\',
}

// trByte reads one byte, which may be written as an escape.
func trByte(s string) (b byte, rest string) {
	if len(s) < 2 || s[0] != '\\' {
		return s[0], s[1:]
	}
	n := 1
	value := 0
	for n < len(s) && n < 4 && '0' <= s[n] && s[n] <= '7' && value*8+int(s[n]-'0') < 256 {
		value = value*8 + int(s[n]-'0')
		n++
	}
	if n > 1 {
		return byte(value), s[n:]
	}
	if e, ok := trEscapes[s[1]]; ok {
		return e, s[2:]
	}
	return s[1], s[2:]
}
