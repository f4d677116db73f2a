package regex

// A Set is a set of bytes.
type Set [4]uint64

// Add puts b into the set.
func (s *Set) Add(b byte) { s[b>>6] |= 1 << (b & 63) }

// Has reports whether b is in the set.
func (s *Set) Has(b byte) bool { return s[b>>6]>>(b&63)&1 != 0 }

func (s *Set) addRange(from, to byte) {
	for i := int(from); i <= int(to); i++ {
		s.Add(byte(i))
	}
}

func (s *Set) union(t *Set) {
	for i := range s {
		s[i] |= t[i]
	}
}

func (s *Set) invert() {
	for i := range s {
		s[i] = ^s[i]
	}
}

// fold adds each letter of ASCII in the other case.
func (s *Set) fold() {
	for c := byte('a'); c <= 'z'; c++ {
		if upper := c - 'a' + 'A'; s.Has(c) || s.Has(upper) {
			s.Add(c)
			s.Add(upper)
		}
	}
}

func anyByte() *Set {
	s := &Set{}
	s.invert()
	return s
}

func classSet(in func(byte) bool, inverted bool) *Set {
	s := &Set{}
	for i := range 256 {
		if in(byte(i)) != inverted {
			s.Add(byte(i))
		}
	}
	return s
}

// Class returns the character class of the C locale that has the given name,
// such as "alpha", or nil.
func Class(name string) func(byte) bool { return classes[name] }

var classes = map[string]func(byte) bool{
	"alpha":  isAlpha,
	"digit":  isDigit,
	"alnum":  func(b byte) bool { return isAlpha(b) || isDigit(b) },
	"upper":  func(b byte) bool { return 'A' <= b && b <= 'Z' },
	"lower":  func(b byte) bool { return 'a' <= b && b <= 'z' },
	"space":  func(b byte) bool { return b == ' ' || '\t' <= b && b <= '\r' },
	"blank":  func(b byte) bool { return b == ' ' || b == '\t' },
	"punct":  func(b byte) bool { return '!' <= b && b <= '~' && !isAlpha(b) && !isDigit(b) },
	"print":  func(b byte) bool { return ' ' <= b && b <= '~' },
	"graph":  func(b byte) bool { return '!' <= b && b <= '~' },
	"cntrl":  func(b byte) bool { return b < ' ' || b == 0x7f },
	"xdigit": func(b byte) bool { return isDigit(b) || 'a' <= b|0x20 && b|0x20 <= 'f' },
}

func isAlpha(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }
func isDigit(b byte) bool { return '0' <= b && b <= '9' }
func isWord(b byte) bool  { return isAlpha(b) || isDigit(b) || b == '_' }
