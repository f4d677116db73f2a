package backup

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"coen/ksk/pkix"
)

// reader takes a file line by line and keeps the first fault.
type reader struct {
	lines []string
	at    int // lines taken
	err   error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

// next takes a line.
func (r *reader) next() string {
	if r.err != nil || r.at == len(r.lines) {
		r.fail("the file ends too early")
		return ""
	}
	r.at++
	return r.lines[r.at-1]
}

// expect takes a line that has to be this one.
func (r *reader) expect(line string) {
	if got := r.next(); got != line {
		r.fail("%.40q should be %q", got, line)
	}
}

// field takes a line with a name and returns the rest of it.
func (r *reader) field(name string) string {
	line := r.next()
	rest, ok := strings.CutPrefix(line, name+" ")
	if !ok {
		r.fail("%.40q should begin with %q", line, name+" ")
	}
	return rest
}

// starts reports whether the next line begins so.
func (r *reader) starts(prefix string) bool {
	return r.err == nil && r.at < len(r.lines) && strings.HasPrefix(r.lines[r.at], prefix)
}

func (r *reader) file() *File {
	f := &File{}
	r.expect(magic)
	created, err := time.Parse(timeLayout, r.field("created"))
	if err != nil {
		r.fail("%w", err)
	}
	f.Created = created
	parts := strings.SplitN(r.field("wrapping-key"), " ", 3)
	if len(parts) != 3 || parts[0] != method {
		r.fail("should be %q, an identifier and a label", method)
		return f
	}
	f.WrappingID, f.WrappingLabel = r.identifier(parts[1]), parts[2]
	r.label(f.WrappingLabel)
	r.expect("")
	for r.starts("key ") && len(f.Records) < maxRecords {
		f.Records = append(f.Records, r.record())
	}
	for i := range f.Records {
		f.Records[i].Signature = r.base64(r.field("signature"))
	}
	r.expect("")
	if len(f.Records) == 0 || r.at != len(r.lines) {
		r.fail("should be the end, after one signature for each of 1 to %d keys", maxRecords)
	}
	return f
}

func (r *reader) record() Record {
	var k Record
	k.Label = r.field("key")
	r.label(k.Label)
	k.ID = r.identifier(r.field("id"))
	der := r.base64(r.field("public-key"))
	k.Wrapped = r.base64(r.field("wrapped-key"))
	r.expect("")
	if r.err != nil {
		return k
	}
	var err error
	if k.Algorithm, k.Public, err = pkix.Decode(der); err != nil {
		r.fail("key %q: %w", k.Label, err)
	}
	return k
}

func (r *reader) label(label string) {
	if err := CheckLabel(label); err != nil {
		r.fail("%w", err)
	}
}

func (r *reader) identifier(s string) []byte {
	if s == noID {
		return nil
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		r.fail("%.40q is not hexadecimal", s)
	}
	return b
}

func (r *reader) base64(s string) []byte {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err == nil && len(b) == 0 {
		err = errors.New("empty")
	}
	if err != nil {
		r.fail("%.40q is not base64", s)
	}
	return b
}
