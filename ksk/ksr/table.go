package ksr

import (
	"fmt"
	"slices"
	"strings"

	"coen/dnssec"
	"coen/ksk/lexical"
)

// Table draws bundles for people, one a line under a header: when they hold, the tags
// of their zone signing keys, and their key signing keys with how each is used (R revoked,
// S signs, P is only published).
func Table(bundles []Bundle) []string {
	const row = "%-2v %-19s %-20s %-13s %s"
	lines := []string{fmt.Sprintf(row, "#", "Inception", "Expiration", "ZSK Tags", "KSK(CKA_LABEL)")}
	for i, b := range bundles {
		var zsk, ksk []string
		for _, k := range SortedKeys(b.Keys) {
			if dnssec.SEP(k.Flags) {
				ksk = append(ksk, fmt.Sprintf("%s(%s)/%s", k.Tag, k.Identifier, b.usage(k)))
			} else {
				zsk = append(zsk, string(k.Tag))
			}
		}
		lines = append(lines, fmt.Sprintf(row, i+1, lexical.FormatPlain(b.Inception),
			lexical.FormatPlain(b.Expiration), strings.Join(zsk, ","), strings.Join(ksk, ",")))
	}
	return lines
}

func (b Bundle) usage(k Key) string {
	use := "P"
	if slices.ContainsFunc(b.Signatures, func(s Signature) bool { return s.Identifier == k.Identifier }) {
		use = "S"
	}
	if dnssec.Revoked(k.Flags) {
		use = "R" + use
	}
	return use
}

// Brief names a bundle in a message: the front of its identifier and its days.
func (b Bundle) Brief() string {
	const day = "2006-01-02"
	id := []rune(b.ID)
	return fmt.Sprintf("id=%s %s->%s", string(id[:min(len(id), 8)]), b.Inception.Format(day), b.Expiration.Format(day))
}
