package chain

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Format is the value of the field "format" in a log's first entry.
const Format = "coen-ceremony-log-1"

// MaxLine is the greatest length of an entry in bytes, its newline included.
const MaxLine = 64 << 10

// KindBegin and KindTorn are the kinds of entry that have a meaning for the chain itself.
const (
	KindBegin = "begin" // the first entry of a log
	KindTorn  = "torn"  // vouches for the unfinished line before it
)

// timeLayout is UTC in microseconds, RFC 3339.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// A Hash is the SHA-256 of an entry and, through it, of all entries before.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// A Field is one named value of an entry.
type Field struct {
	Key   string // a lower-case letter, then letters, digits and hyphens
	Value string // any bytes
}

// F makes a field. The value is written as fmt.Sprint writes it.
func F(key string, value any) Field { return Field{key, fmt.Sprint(value)} }

// A Draft is an entry that has no place in the log yet.
type Draft struct {
	Time   time.Time // when it happened, to the microsecond; zero for the time of appending
	Kind   string    // a lower-case letter, then letters, digits and hyphens
	Fields []Field
}

// An Entry is one line of a log.
type Entry struct {
	Draft
	Number int64 // from 1
	Hash   Hash
}

// Get returns the value of the first field with that key, or "".
func (d Draft) Get(key string) string {
	for _, f := range d.Fields {
		if f.Key == key {
			return f.Value
		}
	}
	return ""
}

// line returns the entry that follows prev, as it stands in the file, and its hash.
func (d Draft) line(number int64, prev Hash) ([]byte, Hash, error) {
	if !isName(d.Kind) {
		return nil, Hash{}, fmt.Errorf("kind of entry %q is not a name", d.Kind)
	}
	if y := d.Time.UTC().Year(); y < 0 || y > 9999 {
		return nil, Hash{}, fmt.Errorf("entry %q: year %d has not four digits", d.Kind, y)
	}
	b := fmt.Appendf(nil, "%d %s %s", number, d.Time.UTC().Format(timeLayout), d.Kind)
	for _, f := range d.Fields {
		if !isName(f.Key) {
			return nil, Hash{}, fmt.Errorf("entry %q: key %q is not a name", d.Kind, f.Key)
		}
		b = append(append(append(b, ' '), f.Key...), '=')
		b = appendValue(b, f.Value)
	}
	hash := hashOf(prev, b)
	b = fmt.Appendf(nil, "%s %s\n", hash, b)
	if len(b) > MaxLine {
		return nil, Hash{}, fmt.Errorf("entry %q has %d bytes, more than %d", d.Kind, len(b), MaxLine)
	}
	return b, hash, nil
}

// hashOf is the hash of the entry that follows prev; rest is the line after its own hash, without
// the newline.
func hashOf(prev Hash, rest []byte) Hash {
	b := make([]byte, 0, 512)
	b = hex.AppendEncode(b, prev[:])
	b = append(append(append(b, ' '), rest...), '\n')
	return sha256.Sum256(b)
}

// parse reads a line without its newline. It returns also what follows the hash. The hash is read,
// not judged.
func parse(line []byte) (e Entry, rest []byte, err error) {
	if len(line) < 65 || line[64] != ' ' {
		return e, nil, errors.New("it does not begin with a hash")
	}
	if e.Hash, err = ParseHash(string(line[:64])); err != nil {
		return e, nil, err
	}
	rest = line[65:]
	words := strings.SplitN(string(rest), " ", 4)
	if len(words) < 3 {
		return e, rest, errors.New("number, time or kind is missing")
	}
	e.Number, err = strconv.ParseInt(words[0], 10, 64)
	if err != nil || e.Number < 1 || strconv.FormatInt(e.Number, 10) != words[0] {
		return e, rest, fmt.Errorf("%q is not a number", words[0])
	}
	if e.Time, err = time.Parse(timeLayout, words[1]); err != nil || e.Time.Format(timeLayout) != words[1] {
		return e, rest, fmt.Errorf("%q is not a time", words[1])
	}
	if e.Kind = words[2]; !isName(e.Kind) {
		return e, rest, fmt.Errorf("%q is not a kind of entry", e.Kind)
	}
	if len(words) == 4 {
		e.Fields, err = parseFields(words[3])
	}
	return e, rest, err
}

// ParseHash reads 64 lower-case hexadecimal digits.
func ParseHash(s string) (Hash, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != sha256.Size || hex.EncodeToString(b) != s {
		return Hash{}, fmt.Errorf("%q is not a hash", s)
	}
	return Hash(b), nil
}

func isName(s string) bool {
	for i, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}
