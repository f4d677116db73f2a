package signer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"coen/dnssec"
	"coen/hsm"
	"coen/ksk/config"
	"coen/ksk/journal"
	"coen/ksk/ksr"
	"coen/ksk/lexical"
	"coen/ksk/policy"
	"coen/ksk/skr"
)

// Signer signs requests with the keys of a configuration.
type Signer struct {
	Config *config.Config
	Tokens *hsm.Tokens
	Log    func(journal.Record)

	findings findings
}

func (s *Signer) logger(name string) journal.Logger { return journal.NewLogger(s.Log, name) }

const loggerName = "kskm.signer.sign"

// NotFound says that no token has a key that a schema needs.
type NotFound struct{ Name string }

func (e *NotFound) Error() string { return fmt.Sprintf("Key '%s' not found", e.Name) }

// Sign makes the response to a request. It stops between two signatures when ctx is done.
func (s *Signer) Sign(ctx context.Context, approved policy.Approved, schema config.Schema) (*skr.Response, error) {
	request := approved.Request()
	if request == nil {
		return nil, errors.New("request is not approved")
	}
	r := &skr.Response{ID: request.ID, Domain: request.Domain, Serial: request.Serial, ZSK: request.ZSK, KSK: s.Config.KSK.Policy}
	for i, b := range request.Bundles {
		slot, ok := schema[int64(i+1)]
		if !ok {
			return nil, fmt.Errorf("schema has no slot %d", i+1)
		}
		signed, err := s.bundle(ctx, b, slot)
		if err != nil {
			return nil, err
		}
		r.Bundles = append(r.Bundles, signed)
	}
	var err error
	r.KSK.Algorithms, err = ksr.AlgorithmsOf(r.Bundles)
	return r, err
}

// bundle makes one bundle of the response.
func (s *Signer) bundle(ctx context.Context, request ksr.Bundle, slot config.Slot) (ksr.Bundle, error) {
	b := ksr.Bundle{ID: request.ID, Inception: request.Inception, Expiration: request.Expiration}
	if len(request.Signers) > 0 {
		s.logger(loggerName).Warningf("Bundle %s names signers (%s), which have no effect", b.ID, strings.Join(request.Signers, ", "))
	}
	set := &keySet{ttl: lexical.Int(s.Config.KSK.TTL), log: s.logger(loggerName)}
	signers, err := s.collect(set, request, slot)
	if err != nil {
		return b, err
	}
	b.Keys = set.keys
	for _, k := range signers {
		if err := ctx.Err(); err != nil {
			return b, err
		}
		signature, err := s.sign(b, k)
		if err != nil {
			return b, err
		}
		if !slices.Contains(b.Signatures, signature) { // a key that is named twice signs once
			b.Signatures = append(b.Signatures, signature)
		}
	}
	s.warnOfClashes(b)
	if err := s.balance(request, b); err != nil {
		return b, err
	}
	return b, s.checkResponse(b)
}

// warnOfClashes tells of keys that a resolver cannot tell apart by their tags.
func (s *Signer) warnOfClashes(b ksr.Bundle) {
	keys := ksr.SortedKeys(b.Keys)
	for i := 1; i < len(keys); i++ {
		if keys[i].Tag == keys[i-1].Tag && keys[i].Algorithm == keys[i-1].Algorithm {
			s.logger(loggerName).Warningf("Bundle %s has two keys with tag %s: %s and %s", b.ID, keys[i].Tag, keys[i-1].Identifier, keys[i].Identifier)
		}
	}
}

// collect gathers the keys of a bundle and returns the private halves that sign it.
func (s *Signer) collect(set *keySet, request ksr.Bundle, slot config.Slot) ([]loaded, error) {
	for _, name := range slot.Publish {
		k, err := s.load(name, request, hsm.PublicKey)
		if err != nil {
			return nil, err
		}
		set.add(k.record(dnssec.FlagsKSK, set.ttl))
	}
	for _, name := range slot.Revoke {
		k, err := s.load(name, request, hsm.PublicKey)
		if err != nil {
			return nil, err
		}
		revoked := k.record(dnssec.FlagsRevoked, set.ttl)
		set.remove(revoked.PublicKey)
		set.add(revoked)
	}
	var signers []loaded
	for _, name := range slot.Sign {
		k, err := s.load(name, request, hsm.PrivateKey)
		if err != nil {
			return nil, err
		}
		set.add(k.record(dnssec.FlagsKSK, set.ttl))
		signers = append(signers, k)
	}
	for _, k := range request.Keys {
		set.add(k)
	}
	return signers, nil
}

// keySet is the keys of a bundle, no two with the same text of the public key.
type keySet struct {
	keys []ksr.Key
	ttl  lexical.Integer
	log  journal.Logger
}

// add adds a key, with the time to live of the set, unless its public key is there.
func (s *keySet) add(k ksr.Key) {
	for _, there := range s.keys {
		if there.PublicKey == k.PublicKey {
			return
		}
	}
	if k.TTL != s.ttl {
		s.log.Warningf("Overriding key %s TTL %s -> %s", k.Identifier, k.TTL, s.ttl)
		k.TTL = s.ttl
	}
	s.keys = append(s.keys, k)
}

func (s *keySet) remove(publicKey string) {
	kept := s.keys[:0]
	for _, k := range s.keys {
		if k.PublicKey != publicKey {
			kept = append(kept, k)
		}
	}
	s.keys = kept
}

// sign signs the bundle's keys and verifies the signature.
func (s *Signer) sign(b ksr.Bundle, k loaded) (ksr.Signature, error) {
	ttl := lexical.Int(s.Config.KSK.TTL)
	signature := ksr.Signature{
		Identifier: k.config.Label, TTL: ttl, Algorithm: k.config.Algorithm, Labels: "0", OriginalTTL: ttl,
		Expiration: b.Expiration, Inception: b.Inception, SignersName: s.Config.KSK.SignersName,
	}
	for _, there := range b.Keys {
		if there.Identifier == k.config.Label {
			signature.KeyTag = there.Tag // that of the revoked key, where it is revoked
		}
	}
	data, err := signature.SignedData(b.Keys)
	if err != nil {
		return signature, err
	}
	raw, err := k.Sign(k.config.Algorithm, k.config.HashUsingHSM, data)
	if err != nil {
		return signature, err
	}
	if err := dnssec.Verify(k.config.Algorithm, k.Public, data, raw); err != nil {
		s.logger(loggerName).Errorf("Signature with key %s in bundle %s: %v", k.config.Label, b.ID, err)
		return signature, s.findings.violation(skrVerify, "Invalid KSK signature encountered in bundle %s", b.ID)
	}
	s.findings.pass(skrVerify)
	signature.Data = lexical.EncodeBase64(raw)
	return signature, nil
}
