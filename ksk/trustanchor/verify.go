package trustanchor

import (
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"

	"coen/dnssec"
	"coen/ksk/ksr"
)

// document is the file as it is read.
type document struct {
	XMLName xml.Name `xml:"TrustAnchor"`
	Zone    string
	Digests []struct {
		ID         string `xml:"id,attr"`
		ValidFrom  string `xml:"validFrom,attr"`
		ValidUntil string `xml:"validUntil,attr"`
		KeyTag     uint16
		Algorithm  uint8
		DigestType uint8
		Digest     string
	} `xml:"KeyDigest"`
}

// Parse reads a trust anchor of the root. Digests of another type than SHA-256 are an error.
func Parse(text []byte) ([]Digest, error) {
	var d document
	if err := xml.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("trust anchor: %w", err)
	}
	if d.Zone != "." {
		return nil, fmt.Errorf("trust anchor of zone %q", d.Zone)
	}
	var all []Digest
	for _, e := range d.Digests {
		from, err := time.Parse(time.RFC3339, e.ValidFrom)
		if err != nil {
			return nil, fmt.Errorf("trust anchor: %w", err)
		}
		var until time.Time
		if e.ValidUntil != "" {
			if until, err = time.Parse(time.RFC3339, e.ValidUntil); err != nil {
				return nil, fmt.Errorf("trust anchor: %w", err)
			}
		}
		if digest, err := hex.DecodeString(e.Digest); e.DigestType != 2 || err != nil || len(digest) != 32 {
			return nil, fmt.Errorf("trust anchor: digest of key %d is not one of SHA-256", e.KeyTag)
		}
		all = append(all, Digest{
			ID: e.ID, ValidFrom: from.UTC(), ValidUntil: until.UTC(), KeyTag: e.KeyTag,
			Algorithm: dnssec.Algorithm(e.Algorithm), Digest: strings.ToUpper(e.Digest),
		})
	}
	return all, nil
}

// Verify reports a bundle that a resolver with these digests would not believe: one without a
// signature that verifies with a key whose digest is there and valid while the bundle is. A revoked
// key does not count (RFC 5011).
func Verify(digests []Digest, bundles []ksr.Bundle) error {
	if len(digests) == 0 {
		return errors.New("trust anchor is empty")
	}
	for _, b := range bundles {
		if err := b.VerifySignatures(); err != nil {
			return err
		}
		if !believed(digests, b) {
			return fmt.Errorf("bundle %s has no signature with a key of the trust anchor", b.ID)
		}
	}
	return nil
}

func believed(digests []Digest, b ksr.Bundle) bool {
	for _, s := range b.Signatures {
		for _, k := range b.Keys {
			record, err := k.DNSKEY()
			if k.Identifier != s.Identifier || err != nil || record.Flags != dnssec.FlagsKSK {
				continue
			}
			for _, d := range digests {
				valid := !d.ValidFrom.After(b.Inception) && (d.ValidUntil.IsZero() || !d.ValidUntil.Before(b.Expiration))
				if valid && d.Digest == record.DSHex() && d.Algorithm == record.Algorithm && d.KeyTag == record.Tag() {
					return true
				}
			}
		}
	}
	return false
}
