package skr

import (
	"errors"
	"fmt"
	"slices"

	"coen/dnssec"
	"coen/ksk/ksr"
)

// Answers reports how the response fails to be an answer to a request: it must have the
// request's identifier, domain, serial and policy, and bundle by bundle its identifiers, times and
// zone signing keys, and each bundle must be signed with a key signing key.
func (r *Response) Answers(request *ksr.Request) error {
	switch {
	case r.ID != request.ID || r.Domain != request.Domain || r.Serial != request.Serial:
		return errors.New("identifier, domain or serial is not that of the request")
	case len(r.Bundles) != len(request.Bundles):
		return fmt.Errorf("%d bundles, the request has %d", len(r.Bundles), len(request.Bundles))
	}
	for i, b := range r.Bundles {
		if err := answers(b, request.Bundles[i]); err != nil {
			return fmt.Errorf("bundle %s: %w", b.ID, err)
		}
	}
	return nil
}

func answers(b, asked ksr.Bundle) error {
	if b.ID != asked.ID || b.Inception.Unix() != asked.Inception.Unix() || b.Expiration.Unix() != asked.Expiration.Unix() {
		return errors.New("identifier or times are not those of the request")
	}
	zone := 0
	for _, k := range b.Keys {
		if dnssec.SEP(k.Flags) {
			continue
		}
		zone++
		if !slices.ContainsFunc(asked.Keys, func(a ksr.Key) bool { return sameKey(a, k) }) {
			return fmt.Errorf("zone signing key %s is not in the request", k.Identifier)
		}
	}
	if zone != len(asked.Keys) {
		return fmt.Errorf("%d zone signing keys, the request has %d", zone, len(asked.Keys))
	}
	for _, s := range b.Signatures {
		if !signsAsKSK(b, s) {
			return fmt.Errorf("signature with %s, which is not a key signing key", s.Identifier)
		}
	}
	return nil
}

// sameKey compares all that is in a record but the time to live, which a ceremony sets.
func sameKey(a, b ksr.Key) bool {
	x, err1 := a.DNSKEY()
	y, err2 := b.DNSKEY()
	return err1 == nil && err2 == nil && a.Identifier == b.Identifier && string(x.RDATA()) == string(y.RDATA())
}

func signsAsKSK(b ksr.Bundle, s ksr.Signature) bool {
	return slices.ContainsFunc(b.Keys, func(k ksr.Key) bool { return k.Identifier == s.Identifier && dnssec.SEP(k.Flags) })
}

// Follows reports how the response fails to go on from a previous one: it must be another one,
// begin before that ends, and a resolver that trusts the signers of the last bundle of the
// previous one must find one of them among the signers of the first bundle, or the
// new signers published in that last bundle.
func (r *Response) Follows(previous *Response) error {
	last, first := previous.Bundles[len(previous.Bundles)-1], r.Bundles[0]
	switch {
	case r.ID == previous.ID:
		return errors.New("it has the same identifier")
	case first.Inception.After(last.Expiration):
		return errors.New("there is a gap between the two")
	case !first.Inception.After(last.Inception):
		return errors.New("it begins before the last bundle of the previous one")
	}
	for _, s := range first.Signatures {
		if !signsAsKSK(last, ksr.Signature{Identifier: s.Identifier}) {
			return fmt.Errorf("signer %s is not in the last bundle of the previous one", s.Identifier)
		}
	}
	return nil
}
