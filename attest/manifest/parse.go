package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"coen/debian/archive"
)

// MaxSize is the largest size in bytes of a manifest file.
const MaxSize = 64 << 10

// Parse reads a manifest file. It accepts what Bytes writes and nothing else: so
// digits and words are of one hash. Who released it, see Open.
func Parse(text []byte) (*Manifest, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("manifest: larger than %d bytes", MaxSize)
	}
	if !Is(text) {
		return nil, errors.New("manifest: does not begin with \"coen-manifest\"")
	}
	m, n := &Manifest{}, 0
	for line := range strings.Lines(string(text)) {
		n++
		keyword, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if err := m.take(keyword, rest); err != nil {
			return nil, fmt.Errorf("manifest: line %d: %w", n, err)
		}
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	if !bytes.Equal(m.Bytes(), text) {
		return nil, errors.New("manifest: lines are missing, repeated or out of order, or the words are of another hash")
	}
	return m, nil
}

// take reads one line. That lines are in order and of one hash is seen when they
// are written again.
func (m *Manifest) take(keyword, rest string) (err error) {
	switch keyword {
	case "coen-manifest":
		if rest != "1" {
			return fmt.Errorf("format %.20q is not known", rest)
		}
	case "image":
		m.Image = rest
	case "release":
		m.Release = rest
	case "iso":
		m.ISO = rest
	case "recipe":
		m.Recipe, err = archive.ParseDigest(rest)
	case "lock":
		m.Lock, err = archive.ParseDigest(rest)
	case "open":
		m.Open, err = archive.ParseDigest(rest)
	case "sha256":
		m.SHA256, err = archive.ParseDigest(rest)
	case "size":
		m.Size, err = strconv.ParseInt(rest, 10, 63)
	case "overlay":
		name, digest, _ := strings.Cut(rest, " ")
		o := Overlay{Name: name}
		o.SHA256, err = archive.ParseDigest(digest)
		m.Overlays = append(m.Overlays, o)
	case "words":
	default:
		return fmt.Errorf("unexpected %.80q", keyword)
	}
	return err
}
