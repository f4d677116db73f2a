package archive

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"coen/debian/deb822"
)

// A Digest is a SHA-256.
type Digest [32]byte

// String returns the digest in lower-case hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// ParseDigest reads 64 lower-case hexadecimal digits.
func ParseDigest(s string) (Digest, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(Digest{}) || strings.ToLower(s) != s {
		return Digest{}, fmt.Errorf("bad SHA-256 %.80q", s)
	}
	return Digest(b), nil
}

// MarshalText returns what String does, for JSON.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDigest does.
func (d *Digest) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDigest(string(text))
	return err
}

// A File is what an index says about a file.
type File struct {
	Size   int64 // bytes
	SHA256 Digest
}

// A Release is the content of a verified InRelease file.
type Release struct {
	Origin, Label, Suite, Codename, Version string
	// Date is when the archive made the file.
	Date time.Time
	// ValidUntil is when it stops being valid; zero if it never does.
	ValidUntil time.Time
	// ByHash tells that indices can also be had under their hash.
	ByHash        bool
	Architectures []string
	Components    []string
	// Files lists the suite's indices by path below its directory.
	Files map[string]File
	// Signatures are the good ones, in the file's order.
	Signatures []Signature
}

// parseRelease reads the signed text.
func parseRelease(text []byte) (*Release, error) {
	p, err := deb822.ParseOne(text)
	if err != nil {
		return nil, err
	}
	r := &Release{
		Origin: p.Get("Origin"), Label: p.Get("Label"), Suite: p.Get("Suite"),
		Codename: p.Get("Codename"), Version: p.Get("Version"),
		ByHash:        p.Get("Acquire-By-Hash") == "yes",
		Architectures: strings.Fields(p.Get("Architectures")),
		Components:    strings.Fields(p.Get("Components")),
	}
	if r.Date, err = parseDate(p.Get("Date")); err != nil {
		return nil, fmt.Errorf("Date: %v", err)
	}
	if p.Has("Valid-Until") {
		if r.ValidUntil, err = parseDate(p.Get("Valid-Until")); err != nil {
			return nil, fmt.Errorf("Valid-Until: %v", err)
		}
	}
	if r.Files, err = parseFiles(p.Lines("SHA256")); err != nil {
		return nil, fmt.Errorf("SHA256: %v", err)
	}
	return r, nil
}

// parseDate reads a date such as "Sat, 12 Sep 2026 07:55:41 UTC".
func parseDate(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC1123, s)
	if err != nil || !strings.HasSuffix(s, " UTC") && !strings.HasSuffix(s, " GMT") {
		return time.Time{}, fmt.Errorf("bad date %.60q", s)
	}
	return t.UTC(), nil
}

// parseFiles reads lines of digest, size and path.
func parseFiles(lines []string) (map[string]File, error) {
	files := make(map[string]File, len(lines))
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) != 3 {
			return nil, fmt.Errorf("bad line %.100q", line)
		}
		f, err := parseFile(words[1], words[0])
		if err != nil {
			return nil, err
		}
		name := words[2]
		if err := CheckPath(name); err != nil {
			return nil, err
		}
		if other, twice := files[name]; twice && other != f {
			return nil, fmt.Errorf("%q is listed twice, differently", name)
		}
		files[name] = f
	}
	if len(files) == 0 {
		return nil, errors.New("lists no files")
	}
	return files, nil
}

func parseFile(size, digest string) (File, error) {
	d, err := ParseDigest(digest)
	if err != nil {
		return File{}, err
	}
	n, err := strconv.ParseUint(size, 10, 62)
	if err != nil {
		return File{}, fmt.Errorf("bad size %.40q", size)
	}
	return File{int64(n), d}, nil
}

// CheckPath returns an error unless name is a clean relative path within an
// archive, of characters that mean themselves in a URL or can be escaped.
func CheckPath(name string) error {
	if name == "" || name[0] == '/' || name == "." || path.Clean(name) != name ||
		name == ".." || strings.HasPrefix(name, "../") || len(name) > 1024 {
		return fmt.Errorf("bad path %.100q", name)
	}
	for _, c := range []byte(name) {
		if c <= ' ' || c > '~' || c == '\\' {
			return fmt.Errorf("bad path %.100q", name)
		}
	}
	return nil
}

// CheckSuite returns an error unless the file is that of the named suite: a
// mirror must not serve another one in its place, however well signed.
func (r *Release) CheckSuite(name string) error {
	if r.Codename != name && r.Suite != name {
		return fmt.Errorf("is for suite %q (%q), not %q", r.Codename, r.Suite, name)
	}
	return nil
}

// CheckDates returns an error unless the file was made before now, is still
// valid then, and is not older than earlier, the date of one seen before (zero
// if there is none).
func (r *Release) CheckDates(now, earlier time.Time) error {
	switch {
	case r.Date.After(now):
		return fmt.Errorf("dated %s, which is in the future of %s", stamp(r.Date), stamp(now))
	case !r.ValidUntil.IsZero() && r.ValidUntil.Before(now):
		return fmt.Errorf("expired: was valid until %s, and now is %s", stamp(r.ValidUntil), stamp(now))
	case r.Date.Before(earlier):
		return fmt.Errorf("rolled back: dated %s, and one of %s was seen before", stamp(r.Date), stamp(earlier))
	}
	return nil
}
