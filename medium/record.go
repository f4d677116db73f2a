package medium

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A Record is one line of a provenance list: a path of the root file system and
// who wrote it. Fields are separated by tabs, paths and authors quoted as Go
// does where they hold anything but printable ASCII.
type Record struct {
	Path string // absolute
	Kind byte   // as find(1) prints it: f, d, l, c, b or p
	Mode uint32 // permission bits, 0 to 07777

	UID, GID uint32

	// Digest is the SHA-256 of a regular file in hexadecimal, the quoted target
	// of a link, MAJOR:MINOR of a device, and "-" for the rest.
	Digest string
	// Made says who gave the path its type and content: "package bash 5.2-1".
	Made string
	// Changed says who changed owner, mode or times since, oldest first.
	Changed []string
}

// Author says in one line who made the path and who changed it last.
func (r *Record) Author() string {
	if n := len(r.Changed); n > 0 {
		return r.Made + "; then " + r.Changed[n-1]
	}
	return r.Made
}

// String returns the line without its newline.
func (r *Record) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\t%c\t%04o\t%d:%d\t%s\t%s",
		plain(r.Path), r.Kind, r.Mode, r.UID, r.GID, r.Digest, plain(r.Made))
	for _, a := range r.Changed {
		b.WriteString("\t" + plain(a))
	}
	return b.String()
}

// plain returns s, quoted if it holds anything but printable ASCII.
func plain(s string) string {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' {
			return strconv.Quote(s)
		}
	}
	return s
}

// unplain is the inverse of plain.
func unplain(s string) (string, error) {
	if !strings.HasPrefix(s, `"`) {
		return s, nil
	}
	u, err := strconv.Unquote(s)
	if err != nil {
		return "", fmt.Errorf("%q: %w", s, err)
	}
	return u, nil
}

// ParseRecord reads what String returns.
func ParseRecord(line string) (*Record, error) {
	f := strings.Split(line, "\t")
	if len(f) < 6 || len(f[1]) != 1 {
		return nil, fmt.Errorf("%.200q is not path, kind, mode, owner, digest and authors", line)
	}
	r := &Record{Kind: f[1][0], Digest: f[4]}
	if !isKind(r.Kind) {
		return nil, fmt.Errorf("%.200q: kind %q", line, f[1])
	}
	var err error
	if r.Path, err = unplain(f[0]); err != nil {
		return nil, err
	}
	mode, err := strconv.ParseUint(f[2], 8, 12)
	if err != nil {
		return nil, fmt.Errorf("mode %q: %w", f[2], err)
	}
	r.Mode = uint32(mode)
	if r.UID, r.GID, err = owner(f[3]); err != nil {
		return nil, err
	}
	if r.Made, err = unplain(f[5]); err != nil {
		return nil, err
	}
	for _, a := range f[6:] {
		if a, err = unplain(a); err != nil {
			return nil, err
		}
		r.Changed = append(r.Changed, a)
	}
	return r, nil
}

func owner(s string) (uid, gid uint32, err error) {
	u, g, _ := strings.Cut(s, ":")
	a, err := strconv.ParseUint(u, 10, 32)
	if err != nil {
		return 0, 0, fmt.Errorf("owner %q: %w", s, err)
	}
	b, err := strconv.ParseUint(g, 10, 32)
	if err != nil {
		return 0, 0, fmt.Errorf("owner %q: %w", s, err)
	}
	return uint32(a), uint32(b), nil
}

// maxLine bounds a line of a provenance list in bytes: a path and some authors.
const maxLine = 1 << 20

// ReadRecords calls fn for each line of a provenance list. An error of fn ends
// the reading and is returned.
func ReadRecords(r io.Reader, fn func(*Record) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		rec, err := ParseRecord(lines.Text())
		if err != nil {
			return fmt.Errorf("provenance: line %d: %w", n, err)
		}
		if err := fn(rec); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("provenance: after line %d: %w", n, err)
	}
	return nil
}
