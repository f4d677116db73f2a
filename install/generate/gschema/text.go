package gschema

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A textReader reads a value in GVariant's text format, whose type is known.
type textReader struct{ s string }

// parseText reads one value of the given type.
func parseText(typ, text string) (*variant, error) {
	r := &textReader{text}
	v, err := r.value(typ)
	if err != nil {
		return nil, err
	}
	if r.blank(); r.s != "" {
		return nil, fmt.Errorf("%q after the value", r.s)
	}
	return v, nil
}

func (r *textReader) blank() { r.s = strings.TrimLeft(r.s, " \t\n\r") }

// take consumes a token if it comes next.
func (r *textReader) take(token string) bool {
	r.blank()
	rest, ok := strings.CutPrefix(r.s, token)
	if ok {
		r.s = rest
	}
	return ok
}

func (r *textReader) expect(token string) error {
	if !r.take(token) {
		return fmt.Errorf("%q expected before %q", token, r.s)
	}
	return nil
}

func (r *textReader) value(typ string) (*variant, error) {
	r.blank()
	if r.take("@") { // a type in front: it must be the one expected
		if err := r.expect(typ); err != nil {
			return nil, err
		}
		r.blank()
	}
	switch typ[0] {
	case 's', 'o', 'g':
		for _, word := range []string{"objectpath", "signature"} {
			r.take(word)
		}
		text, err := r.quoted()
		return &variant{typ: typ, text: text}, err
	case 'b':
		switch {
		case r.take("true"):
			return &variant{typ: typ, num: 1}, nil
		case r.take("false"):
			return &variant{typ: typ}, nil
		}
		return nil, fmt.Errorf("neither true nor false: %q", r.s)
	case 'a':
		return r.array(typ)
	case '(':
		return r.tuple(typ)
	case 'm':
		return r.maybe(typ)
	case 'v', '{':
		return nil, fmt.Errorf("values of type %q are not known", typ)
	}
	return r.number(typ)
}

func (r *textReader) maybe(typ string) (*variant, error) {
	if r.take("nothing") {
		return &variant{typ: typ}, nil
	}
	r.take("just")
	v, err := r.value(typ[1:])
	return &variant{typ: typ, elems: []*variant{v}}, err
}

func (r *textReader) array(typ string) (*variant, error) {
	v := &variant{typ: typ}
	if typ[1] == '{' {
		return r.dictionary(v)
	}
	if err := r.expect("["); err != nil {
		return nil, err
	}
	for !r.take("]") {
		if len(v.elems) > 0 {
			if err := r.expect(","); err != nil {
				return nil, err
			}
		}
		e, err := r.value(typ[1:])
		if err != nil {
			return nil, err
		}
		v.elems = append(v.elems, e)
	}
	return v, nil
}

func (r *textReader) dictionary(v *variant) (*variant, error) {
	if err := r.expect("{"); err != nil {
		return nil, err
	}
	types := members(v.typ[1:])
	for !r.take("}") {
		if len(v.elems) > 0 {
			if err := r.expect(","); err != nil {
				return nil, err
			}
		}
		key, err := r.value(types[0])
		if err != nil {
			return nil, err
		}
		if err := r.expect(":"); err != nil {
			return nil, err
		}
		val, err := r.value(types[1])
		if err != nil {
			return nil, err
		}
		v.elems = append(v.elems, &variant{typ: v.typ[1:], elems: []*variant{key, val}})
	}
	return v, nil
}

func (r *textReader) tuple(typ string) (*variant, error) {
	if err := r.expect("("); err != nil {
		return nil, err
	}
	v := &variant{typ: typ}
	for i, m := range members(typ) {
		if i > 0 {
			if err := r.expect(","); err != nil {
				return nil, err
			}
		}
		e, err := r.value(m)
		if err != nil {
			return nil, err
		}
		v.elems = append(v.elems, e)
	}
	r.take(",")
	return v, r.expect(")")
}

// numberWords may stand before a number to say its type.
var numberWords = map[byte]string{'y': "byte", 'n': "int16", 'q': "uint16", 'i': "int32", 'u': "uint32",
	'x': "int64", 't': "uint64", 'd': "double"}

var numberBits = map[byte]int{'y': 8, 'n': 16, 'q': 16, 'i': 32, 'u': 32, 'x': 64, 't': 64}

func (r *textReader) number(typ string) (*variant, error) {
	r.take(numberWords[typ[0]])
	r.blank()
	n := strings.IndexAny(r.s, " \t\n\r,])}:")
	if n < 0 {
		n = len(r.s)
	}
	word := r.s[:n]
	r.s = r.s[n:]
	switch typ[0] {
	case 'd':
		f, err := strconv.ParseFloat(word, 64)
		return &variant{typ: typ, num: math.Float64bits(f)}, err
	case 'n', 'i', 'x':
		i, err := strconv.ParseInt(word, 0, numberBits[typ[0]])
		return &variant{typ: typ, num: uint64(i)}, err
	case 'y', 'q', 'u', 't':
		u, err := strconv.ParseUint(word, 0, numberBits[typ[0]])
		return &variant{typ: typ, num: u}, err
	}
	return nil, fmt.Errorf("values of type %q are not known", typ)
}

// quoted reads a string in single or double quotes, with C's escapes.
func (r *textReader) quoted() (string, error) {
	r.blank()
	if r.s == "" || r.s[0] != '\'' && r.s[0] != '"' {
		return "", fmt.Errorf("a string expected before %q", r.s)
	}
	quote := r.s[0]
	var b strings.Builder
	for i := 1; i < len(r.s); i++ {
		switch c := r.s[i]; {
		case c == quote:
			r.s = r.s[i+1:]
			return b.String(), nil
		case c == '\\' && i+1 < len(r.s):
			text, n, err := escaped(r.s[i+1:])
			if err != nil {
				return "", err
			}
			b.WriteString(text)
			i += n
		default:
			b.WriteByte(c)
		}
	}
	return "", fmt.Errorf("unterminated string %q", r.s)
}

// escaped gives what stands for the text after a backslash, and its length.
func escaped(s string) (string, int, error) {
	simple := map[byte]string{'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v", '\n': ""}
	if text, ok := simple[s[0]]; ok {
		return text, 1, nil
	}
	if digits := map[byte]int{'u': 4, 'U': 8}[s[0]]; digits > 0 {
		if len(s) <= digits {
			return "", 0, fmt.Errorf("incomplete escape %q", s)
		}
		n, err := strconv.ParseUint(s[1:1+digits], 16, 32)
		if err != nil || !utf8.ValidRune(rune(n)) {
			return "", 0, fmt.Errorf("escape %q", s[:1+digits])
		}
		return string(rune(n)), 1 + digits, nil
	}
	return s[:1], 1, nil
}
