package command

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// An ordering is how sort compares lines.
type ordering struct {
	separator byte // 0 if fields are divided by the start of blanks
	fields    []sortKey
	reverse   bool // of the comparison of whole lines, the last resort
	keysOnly  bool // -s or -u: no last resort
}

// A sortKey is one -k option: from a field and byte to another, and the letters
// that say how to compare.
type sortKey struct {
	from, to position
	letters  string
}

// A position counts fields and bytes from 1; field 0 means the end of the line,
// byte 0 the end of the field. Blank leaves out leading blanks.
type position struct {
	field, char int
	blank       bool
}

const sortLetters = "bdfghiMnrRV"

// ordering reads sort's options.
func (c *call) ordering() (*ordering, int) {
	o := &ordering{keysOnly: c.has("s") || c.has("u"), reverse: c.has("r")}
	if sep := c.value("t"); c.has("t") {
		if sep == `\0` {
			sep = "\x00"
		}
		if len(sep) != 1 {
			c.failf("multi-character tab %s", quote(sep))
			return nil, 2
		}
		o.separator = sep[0]
	}
	global := c.globalLetters()
	for _, s := range c.given {
		if s.name != "k" {
			continue
		}
		k, ok := parseSortKey(s.value, global)
		if !ok {
			c.failf("stray character in field spec: invalid field specification %s", quote(s.value))
			return nil, 2
		}
		o.fields = append(o.fields, k)
	}
	if len(o.fields) == 0 {
		o.fields = []sortKey{{from: position{field: 1, char: 1, blank: strings.Contains(global, "b")}, letters: global}}
	}
	if slices.ContainsFunc(o.fields, func(k sortKey) bool { return strings.ContainsAny(k.letters, "Rh") }) {
		return nil, c.unmodelled("option -R or -h")
	}
	return o, 0
}

var sortWords = map[string]string{
	"general-numeric": "g", "human-numeric": "h", "month": "M", "numeric": "n", "random": "R", "version": "V",
}

// globalLetters returns the letters that hold for keys without their own.
func (c *call) globalLetters() string {
	letters := ""
	for _, s := range c.given {
		if len(s.name) == 1 && strings.Contains(sortLetters, s.name) {
			letters += s.name
		}
		if s.name == "sort" {
			letters += sortWords[s.value]
		}
	}
	return letters
}

// parseSortKey reads "2", "2,2", "1.3n,1.5", "2nr".
func parseSortKey(s, global string) (k sortKey, ok bool) {
	from, to, ranged := strings.Cut(s, ",")
	k.from, k.letters, ok = parsePosition(from)
	if !ok || k.from.field < 1 {
		return k, false
	}
	k.from.char = max(k.from.char, 1)
	var letters string
	if ranged {
		if k.to, letters, ok = parsePosition(to); !ok || k.to.field < 1 {
			return k, false
		}
	}
	if k.letters += letters; k.letters == "" {
		k.letters = global
		blank := strings.Contains(global, "b")
		k.from.blank, k.to.blank = blank, blank
	}
	return k, true
}

func parsePosition(s string) (p position, letters string, ok bool) {
	digits := strings.TrimRight(s, sortLetters)
	letters = s[len(digits):]
	field, char, dotted := strings.Cut(digits, ".")
	var err error
	if p.field, err = strconv.Atoi(field); err != nil {
		return p, "", false
	}
	if dotted {
		if p.char, err = strconv.Atoi(char); err != nil {
			return p, "", false
		}
	}
	p.blank = strings.Contains(letters, "b")
	return p, letters, true
}

// compare orders lines by their keys, then as a whole.
func (o *ordering) compare(a, b []byte) int {
	order := o.keys(a, b)
	if order == 0 && !o.keysOnly {
		order = bytes.Compare(a, b)
		if o.reverse {
			order = -order
		}
	}
	return order
}

// keys orders lines by their keys only.
func (o *ordering) keys(a, b []byte) int {
	for _, k := range o.fields {
		if order := k.compare(o.extract(a, k), o.extract(b, k)); order != 0 {
			return order
		}
	}
	return 0
}

// extract returns the part of a line that a key names.
func (o *ordering) extract(line []byte, k sortKey) []byte {
	from := o.start(line, k.from.field)
	if k.from.blank {
		from = skipBlanks(line, from)
	}
	from = min(from+k.from.char-1, len(line))
	to := len(line)
	switch {
	case k.to.field == 0:
	case k.to.char == 0:
		to = o.end(line, k.to.field)
	default:
		to = o.start(line, k.to.field)
		if k.to.blank {
			to = skipBlanks(line, to)
		}
		to = min(to+k.to.char, len(line))
	}
	return line[from:max(from, to)]
}

// start returns where field n starts: after the separator or, without one, at
// the blanks before it.
func (o *ordering) start(line []byte, n int) int {
	at := 0
	for range n - 1 {
		at = o.next(line, at)
		if o.separator != 0 && at < len(line) {
			at++
		}
	}
	return at
}

// end returns where field n ends.
func (o *ordering) end(line []byte, n int) int { return o.next(line, o.start(line, n)) }

// next returns where the field that starts at index at ends.
func (o *ordering) next(line []byte, at int) int {
	if o.separator != 0 {
		if i := bytes.IndexByte(line[at:], o.separator); i >= 0 {
			return at + i
		}
		return len(line)
	}
	at = skipBlanks(line, at)
	for at < len(line) && !isBlank(line[at]) {
		at++
	}
	return at
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' }

func skipBlanks(line []byte, at int) int {
	for at < len(line) && isBlank(line[at]) {
		at++
	}
	return at
}
