package trustanchor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"coen/dnssec"
	"coen/ksk/lexical"
)

// Digest is one entry of the file.
type Digest struct {
	ID         string // label of the key
	ValidFrom  time.Time
	ValidUntil time.Time // zero: open ended
	KeyTag     uint16
	Algorithm  dnssec.Algorithm
	Digest     string // upper-case hexadecimal
}

// source is where the published file is, or will be.
const source = "http://data.iana.org/root-anchors/root-anchors.xml"

// Format writes the file: digests by the time from which they are valid, then by key tag,
// then by label, equal ones once. There is no line feed at the end.
func Format(id string, digests []Digest) []byte {
	ordered := slices.Clone(digests)
	slices.SortFunc(ordered, func(a, b Digest) int {
		return cmp.Or(a.ValidFrom.Compare(b.ValidFrom), cmp.Compare(a.KeyTag, b.KeyTag), cmp.Compare(a.ID, b.ID),
			a.ValidUntil.Compare(b.ValidUntil), cmp.Compare(a.Algorithm, b.Algorithm), cmp.Compare(a.Digest, b.Digest))
	})
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	fmt.Fprintf(&b, "<TrustAnchor id=\"%s\" source=\"%s\">\n<Zone>.</Zone>\n", id, source)
	for _, d := range slices.Compact(ordered) {
		fmt.Fprintf(&b, "<KeyDigest id=\"%s\" validFrom=\"%s\"", d.ID, lexical.FormatTime(d.ValidFrom))
		if !d.ValidUntil.IsZero() {
			fmt.Fprintf(&b, " validUntil=\"%s\"", lexical.FormatTime(d.ValidUntil))
		}
		fmt.Fprintf(&b, ">\n<KeyTag>%d</KeyTag>\n<Algorithm>%d</Algorithm>\n<DigestType>2</DigestType>\n<Digest>%s</Digest>\n</KeyDigest>\n",
			d.KeyTag, d.Algorithm, d.Digest)
	}
	b.WriteString("</TrustAnchor>")
	return []byte(b.String())
}
