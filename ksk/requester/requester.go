package requester

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"coen/dnssec"
	"coen/ksk/ksr"
	"coen/ksk/lexical"
)

// Signer signs as a zone signing key.
type Signer interface {
	Algorithm() dnssec.Algorithm
	Public() []byte // as a DNSKEY record has it
	Sign(data []byte) ([]byte, error)
}

// ZSK is a zone signing key and the bundles it is in, counted from one.
type ZSK struct {
	Identifier  string
	First, Last int
	Signer      Signer
}

// Plan says what a request is to hold.
type Plan struct {
	ID       string
	Domain   string
	Serial   lexical.Integer
	Start    time.Time // inception of the first bundle
	Bundles  int
	Interval lexical.Duration // from inception to inception
	Last     lexical.Duration // from the last inception but one to the last; zero: as Interval
	Validity lexical.Duration
	TTL      int64
	Policy   ksr.Policy // its algorithms are those of the keys
	Keys     []ZSK
	SignedAt time.Time        // inception of the signatures that prove possession
	SignedBy lexical.Duration // how long these hold
}

// Standard returns the plan of a quarter: nine bundles, ten days apart, of 21 days each.
func Standard(start time.Time) Plan {
	return Plan{
		Domain: ".", Serial: "0", Start: start, Bundles: 9, Interval: lexical.Days(10), Validity: lexical.Days(21), TTL: 172800,
		Policy: ksr.Policy{
			PublishSafety: lexical.Days(10), RetireSafety: lexical.Days(10),
			MaxSignatureValidity: lexical.Days(21), MinSignatureValidity: lexical.Days(21),
			MaxValidityOverlap: lexical.Days(12), MinValidityOverlap: lexical.Days(9),
		},
		SignedAt: start.AddDate(0, 0, -60), SignedBy: lexical.Days(60),
	}
}

// Make makes the request of a plan and verifies it.
func Make(p Plan) (*ksr.Request, error) {
	if p.ID == "" || p.Bundles < 1 || len(p.Keys) == 0 {
		return nil, errors.New("a plan needs an identifier, bundles and keys")
	}
	r := &ksr.Request{ID: p.ID, Domain: p.Domain, Serial: p.Serial, ZSK: p.Policy}
	inception := p.Start
	for n := 1; n <= p.Bundles; n++ {
		b, err := p.bundle(n, inception)
		if err != nil {
			return nil, fmt.Errorf("bundle %d: %w", n, err)
		}
		r.Bundles = append(r.Bundles, b)
		step := p.Interval
		if n == p.Bundles-1 && p.Last != (lexical.Duration{}) {
			step = p.Last
		}
		if inception, err = lexical.Add(inception, step); err != nil {
			return nil, err
		}
	}
	var err error
	r.ZSK.Algorithms, err = ksr.AlgorithmsOf(r.Bundles)
	return r, err
}

// bundle makes one bundle, signed with each of its keys.
func (p Plan) bundle(n int, inception time.Time) (ksr.Bundle, error) {
	expiration, err := lexical.Add(inception, p.Validity)
	if err != nil {
		return ksr.Bundle{}, err
	}
	b := ksr.Bundle{ID: p.bundleID(n), Inception: inception, Expiration: expiration}
	var signers []ZSK
	for _, z := range p.Keys {
		if z.First <= n && n <= z.Last {
			b.Keys = append(b.Keys, p.record(z))
			signers = append(signers, z)
		}
	}
	for _, z := range signers {
		s, err := p.sign(b, z)
		if err != nil {
			return b, fmt.Errorf("key %s: %w", z.Identifier, err)
		}
		b.Signatures = append(b.Signatures, s)
	}
	return b, b.VerifySignatures()
}

func (p Plan) record(z ZSK) ksr.Key {
	k := dnssec.Key{Flags: dnssec.FlagsZSK, Protocol: dnssec.Protocol, Algorithm: z.Signer.Algorithm(), PublicKey: z.Signer.Public()}
	return ksr.Key{
		Identifier: z.Identifier, Tag: lexical.Int(int64(k.Tag())), TTL: lexical.Int(p.TTL), Flags: k.Flags,
		Protocol: lexical.Int(int64(k.Protocol)), Algorithm: k.Algorithm, PublicKey: lexical.EncodeBase64(k.PublicKey),
	}
}

func (p Plan) sign(b ksr.Bundle, z ZSK) (ksr.Signature, error) {
	until, err := lexical.Add(p.SignedAt, p.SignedBy)
	if err != nil {
		return ksr.Signature{}, err
	}
	s := ksr.Signature{
		Identifier: z.Identifier, TTL: lexical.Int(p.TTL), Algorithm: z.Signer.Algorithm(), Labels: "0", OriginalTTL: lexical.Int(p.TTL),
		Expiration: until, Inception: p.SignedAt, KeyTag: p.record(z).Tag, SignersName: ".",
	}
	data, err := s.SignedData(b.Keys)
	if err != nil {
		return s, err
	}
	raw, err := z.Signer.Sign(data)
	s.Data = lexical.EncodeBase64(raw)
	return s, err
}

// bundleID derives a UUID (RFC 9562, version 8) from the request's identifier and the
// number of the bundle.
func (p Plan) bundleID(n int) string {
	b := sha256.Sum256(fmt.Appendf(nil, "%s bundle %d", p.ID, n))
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
