package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"coen/attest/key"
	"coen/debian/archive"
	"coen/internal/failure"
	"coen/pgpwords"
)

// Namespace is what SSH signatures of manifests are made for.
const Namespace = "coen-manifest"

// A Manifest is the content of a manifest file.
type Manifest struct {
	Image   string // name in the recipe
	Release string // likewise
	Recipe  archive.Digest
	Lock    archive.Digest
	// Overlays are archives of vendors that are in the ISO, sorted by name.
	Overlays []Overlay
	// Open is the SHA-256 of the ISO without the overlays, which everybody
	// can rebuild; zero if there are none.
	Open archive.Digest

	ISO    string // file name
	Size   int64  // in bytes
	SHA256 archive.Digest
}

// An Overlay is an archive of a vendor.
type Overlay struct {
	Name   string
	SHA256 archive.Digest
}

// Is reports whether data begins as a manifest does.
func Is(data []byte) bool { return bytes.HasPrefix(data, []byte("coen-manifest ")) }

// wordsPerLine is how many PGP words stand on a line: two even and odd times
// four, as the sheet has them too.
const wordsPerLine = 8

// Bytes returns the manifest file.
func (m *Manifest) Bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "coen-manifest 1")
	fmt.Fprintf(&b, "image %s\n", m.Image)
	fmt.Fprintf(&b, "release %s\n", m.Release)
	fmt.Fprintf(&b, "recipe %s\n", m.Recipe)
	fmt.Fprintf(&b, "lock %s\n", m.Lock)
	for _, o := range m.Overlays {
		fmt.Fprintf(&b, "overlay %s %s\n", o.Name, o.SHA256)
	}
	if len(m.Overlays) > 0 {
		fmt.Fprintf(&b, "open %s\n", m.Open)
	}
	fmt.Fprintf(&b, "iso %s\n", m.ISO)
	fmt.Fprintf(&b, "size %d\n", m.Size)
	fmt.Fprintf(&b, "sha256 %s\n", m.SHA256)
	words := pgpwords.Words(m.SHA256[:])
	for i := 0; i < len(words); i += wordsPerLine {
		fmt.Fprintf(&b, "words %s\n", strings.Join(words[i:i+wordsPerLine], " "))
	}
	return b.Bytes()
}

// check refuses what Bytes could not write so that Parse reads it again.
func (m *Manifest) check() error {
	for _, s := range []string{m.Image, m.Release, m.ISO} {
		if !isWord(s) {
			return fmt.Errorf("bad image, release or ISO %.80q", s)
		}
	}
	if path.Base(m.ISO) != m.ISO {
		return fmt.Errorf("%.80q is no file name", m.ISO)
	}
	if m.Size <= 0 {
		return fmt.Errorf("size %d", m.Size)
	}
	for i, o := range m.Overlays {
		if !isWord(o.Name) || i > 0 && m.Overlays[i-1].Name >= o.Name {
			return fmt.Errorf("overlay %.80q is misnamed, occurs twice or out of order", o.Name)
		}
	}
	if (m.Open == archive.Digest{}) != (len(m.Overlays) == 0) {
		return errors.New("overlays, and the ISO without them, are named together or not at all")
	}
	return nil
}

func isWord(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return s != "" && len(s) <= 200
}

// Signer refuses a signature, the content of the file beside the manifest's,
// unless one of the keys made it, and returns that key.
func Signer(text, signature []byte, keys []key.Public) (key.Public, error) {
	sig, err := key.Decode(signature)
	if err != nil {
		return key.Public{}, failure.Refuse("manifest", err)
	}
	var all []error
	for _, k := range keys {
		err := k.Verify(Namespace, text, sig)
		if err == nil {
			return k, nil
		}
		all = append(all, err)
	}
	if len(all) == 0 {
		all = append(all, errors.New("there is no key to verify the signature with"))
	}
	return key.Public{}, failure.Refuse("manifest", errors.Join(all...))
}

// Open reads a manifest that one of the keys signed; it refuses others.
func Open(text, signature []byte, keys []key.Public) (*Manifest, error) {
	if _, err := Signer(text, signature, keys); err != nil {
		return nil, err
	}
	return Parse(text)
}

// Sign returns the content of the signature's file for a manifest's.
func Sign(text []byte, k key.Signer) ([]byte, error) {
	if _, err := Parse(text); err != nil {
		return nil, err
	}
	sig, err := k.Sign(Namespace, text)
	if err != nil {
		return nil, err
	}
	return key.Encode(sig), nil
}
