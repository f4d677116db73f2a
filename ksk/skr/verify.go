package skr

import (
	"bytes"
	"errors"
	"fmt"

	"coen/ksk/ksr"
	"coen/ksk/lexical"
)

// Verify checks that a text, when it is read like that of a stranger, is the response that
// was meant: it must parse and say the same, and with signatures set each signature
// must verify.
//
// A response of one bundle or with a negative duration can be written, as it always could, but
// not read; then nothing is compared.
func Verify(text []byte, meant *Response, signatures bool) error {
	if len(meant.Bundles) < 2 || negative(meant.KSK) || negative(meant.ZSK) {
		return nil
	}
	again, err := Parse(text)
	if err != nil {
		return fmt.Errorf("SKR does not read back: %w", err)
	}
	if !bytes.Equal(canonical(again), canonical(meant)) {
		return errors.New("SKR reads back as another one")
	}
	for _, b := range again.Bundles {
		if !signatures {
			break
		}
		if err := b.VerifySignatures(); err != nil {
			return fmt.Errorf("SKR as written: %w", err)
		}
	}
	return nil
}

func negative(p ksr.Policy) bool {
	for _, d := range []lexical.Duration{
		p.PublishSafety, p.RetireSafety, p.MaxSignatureValidity, p.MinSignatureValidity, p.MaxValidityOverlap, p.MinValidityOverlap,
	} {
		if d.Seconds < 0 {
			return true
		}
	}
	return false
}

// canonical writes a response with public keys on one line. As they are, those of several
// lines grow by some blanks each time they are written.
func canonical(r *Response) []byte {
	c := *r
	c.Bundles = nil
	for _, b := range r.Bundles {
		keys := make([]ksr.Key, len(b.Keys))
		for i, k := range b.Keys {
			if pub, err := k.PublicKeyBytes(); err == nil {
				k.PublicKey = lexical.EncodeBase64(pub)
			}
			keys[i] = k
		}
		b.Keys = keys
		c.Bundles = append(c.Bundles, b)
	}
	return Format(&c)
}
