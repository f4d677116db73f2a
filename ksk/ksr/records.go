package ksr

import (
	"fmt"
	"time"

	"coen/ksk/lexical"
)

// Records returns the records of a bundle in the presentation format of DNS (RFC 1035 section
// 5.1, RFC 4034): its keys, then its signatures, in the order of responses.
func (b Bundle) Records() ([]string, error) {
	var records []string
	for _, k := range SortedKeys(b.Keys) {
		pub, err := k.PublicKeyBytes()
		if err != nil {
			return nil, err
		}
		records = append(records, fmt.Sprintf(". %s IN DNSKEY %d %s %d %s ; key tag %s, %s",
			k.TTL, k.Flags, k.Protocol, k.Algorithm, lexical.EncodeBase64(pub), k.Tag, k.Identifier))
	}
	for _, s := range SortedSignatures(b.Signatures) {
		sig, err := lexical.DecodeBase64(s.Data)
		if err != nil {
			return nil, fmt.Errorf("signature with key %s: %w", s.Identifier, err)
		}
		records = append(records, fmt.Sprintf(". %s IN RRSIG DNSKEY %d %s %s %s %s %s %s %s",
			s.TTL, s.Algorithm, s.Labels, s.OriginalTTL, compact(s.Expiration), compact(s.Inception), s.KeyTag, s.SignersName,
			lexical.EncodeBase64(sig)))
	}
	return records, nil
}

// compact is how signature records write a time.
func compact(t time.Time) string { return t.UTC().Format("20060102150405") }
