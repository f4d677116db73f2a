package backup

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"coen/dnssec"
	"coen/ksk/pkix"
)

// The bounds of a file.
const (
	MaxSize    = 1 << 20 // bytes
	maxRecords = 100
	maxLabel   = 255 // bytes
)

const (
	magic           = "coen-key-backup 1"
	method          = "AES-256-KWP"
	signaturePrefix = "signature "
	timeLayout      = "2006-01-02T15:04:05Z"
)

// File is a backup. One that Parse or Export returned is vouched for by the keys in it.
type File struct {
	Created       time.Time // in whole seconds
	WrappingID    []byte    // CKA_ID of the wrapping key
	WrappingLabel string
	Records       []Record
}

// Record is a key.
type Record struct {
	Label     string
	ID        []byte           // CKA_ID; may be empty
	Algorithm dnssec.Algorithm // that the key signs a backup with: RSASHA256, or the one of its curve
	Public    []byte           // as a DNSKEY record carries it
	Wrapped   []byte           // PKCS#8, by RFC 5649
	Signature []byte           // over the body of the file, as X.509 has it
}

// body is what the keys sign: all of the file but the signatures.
func (f *File) body() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\ncreated %s\nwrapping-key %s %s %s\n", magic, f.Created.UTC().Format(timeLayout), method,
		identifier(f.WrappingID), f.WrappingLabel)
	for _, r := range f.Records {
		public, err := pkix.Encode(r.Algorithm, r.Public)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", r.Label, err)
		}
		fmt.Fprintf(&b, "\nkey %s\nid %s\npublic-key %s\nwrapped-key %s\n", r.Label, identifier(r.ID),
			base64.StdEncoding.EncodeToString(public), base64.StdEncoding.EncodeToString(r.Wrapped))
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// noID stands for an identifier of no bytes.
const noID = "-"

func identifier(id []byte) string {
	if len(id) == 0 {
		return noID
	}
	return hex.EncodeToString(id)
}

// Text returns the file.
func (f *File) Text() ([]byte, error) {
	text, err := f.body()
	if err != nil {
		return nil, err
	}
	for _, r := range f.Records {
		text = append(text, signaturePrefix+base64.StdEncoding.EncodeToString(r.Signature)+"\n"...)
	}
	return text, nil
}

// Parse reads a file and verifies it. It takes nothing that Text would have written in another way.
func Parse(text []byte) (*File, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("key backup of more than %d bytes", MaxSize)
	}
	r := &reader{lines: strings.Split(string(text), "\n")}
	f := r.file()
	if r.err != nil {
		return nil, fmt.Errorf("key backup: line %d: %w", r.at, r.err)
	}
	if again, err := f.Text(); err != nil || !bytes.Equal(again, text) {
		return nil, fmt.Errorf("key backup: is not written in the one way that it could be")
	}
	return f, f.verify()
}

// verify checks that every key has signed the body.
func (f *File) verify() error {
	body, err := f.body()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, r := range f.Records {
		if seen[r.Label] {
			return fmt.Errorf("key backup: two keys with label %q", r.Label)
		}
		seen[r.Label] = true
		if err := pkix.Verify(r.Algorithm, r.Public, body, r.Signature); err != nil {
			return fmt.Errorf("key backup: key %q: %w", r.Label, err)
		}
	}
	return nil
}

// CheckLabel refuses labels that cannot stand in a file.
func CheckLabel(label string) error {
	if label == "" || len(label) > maxLabel || strings.TrimSpace(label) != label ||
		strings.ContainsFunc(label, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }) {
		return fmt.Errorf("label %q cannot stand in a backup", label)
	}
	return nil
}
