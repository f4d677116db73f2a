package media

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Parse reads a manifest. It accepts exactly what Bytes writes: for one tree
// there is one text.
func Parse(text []byte) (*Manifest, error) {
	rest, ok := strings.CutPrefix(string(text), head)
	if !ok {
		return nil, fmt.Errorf("manifest: does not begin with %q", head)
	}
	m := &Manifest{}
	number := 1
	for line := range strings.Lines(rest) {
		number++
		e, err := parseLine(line)
		if err == nil && len(m.Entries) > 0 && m.Entries[len(m.Entries)-1].Path >= e.Path {
			err = errors.New("not in the order of paths")
		}
		if err != nil {
			return nil, fmt.Errorf("manifest: line %d: %w", number, err)
		}
		m.Entries = append(m.Entries, e)
	}
	return m, nil
}

func parseLine(line string) (Entry, error) {
	text, ended := strings.CutSuffix(line, "\n")
	fields := strings.SplitN(text, " ", 5)
	if !ended || len(fields) != 5 || len(fields[0]) != 1 || !strings.Contains("fdlpsbc", fields[0]) {
		return Entry{}, errors.New("not of the form: type mode size digest path")
	}
	e := Entry{Type: fields[0][0], Mode: NoMode}
	var err error
	if e.Path, err = unescape(fields[4]); err != nil {
		return Entry{}, err
	}
	if fields[1] != "-" {
		mode, err := strconv.ParseUint(fields[1], 8, 12)
		if err != nil || strconv.FormatUint(mode, 8) != fields[1] || e.Type == 'l' {
			return Entry{}, fmt.Errorf("mode %q", fields[1])
		}
		e.Mode = int(mode)
	}
	if !e.content() {
		if fields[2] != "-" || fields[3] != "-" {
			return Entry{}, fmt.Errorf("size or digest of what has no content")
		}
		return e, nil
	}
	e.Size, err = strconv.ParseInt(fields[2], 10, 64)
	if err != nil || e.Size < 0 || strconv.FormatInt(e.Size, 10) != fields[2] {
		return Entry{}, fmt.Errorf("size %q", fields[2])
	}
	digest, err := hex.DecodeString(fields[3])
	if err != nil || len(digest) != sha256.Size || hex.EncodeToString(digest) != fields[3] {
		return Entry{}, fmt.Errorf("digest %q", fields[3])
	}
	e.SHA256 = [sha256.Size]byte(digest)
	return e, nil
}

// unescape is the inverse of Escape.
func unescape(text string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			b.WriteByte(text[i])
			continue
		}
		c, err := strconv.ParseUint(text[i+1:min(i+4, len(text))], 8, 8)
		if err != nil || len(text) < i+4 {
			return "", fmt.Errorf("path %q: a backslash without three octal digits", text)
		}
		b.WriteByte(byte(c))
		i += 3
	}
	path := b.String()
	if Escape(path) != text || !relative(path) {
		return "", fmt.Errorf("path %q", text)
	}
	return path, nil
}

// relative reports whether a path leads to a place below where it starts, and is
// written in the one way a walk writes it.
func relative(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if part == "" || part == "." || part == ".." || strings.Contains(part, "\x00") {
			return false
		}
	}
	return true
}
