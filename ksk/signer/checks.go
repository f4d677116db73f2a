package signer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"coen/dnssec"
	"coen/ksk/ksr"
	"coen/ksk/lexical"
	"coen/ksk/policy"
)

// The checks that are made while signing, for every key and every bundle.
var (
	kskValidity = policy.Check{ID: "KSK-VALIDITY", Stage: policy.Signed, Source: "DPS 5.1.4",
		Rule: "valid_from <= inception and expiration <= valid_until, for each key that a bundle uses"}
	kskPresence = policy.Check{ID: "KSK-PRESENCE", Stage: policy.Signed, Source: "DPS 6.6",
		Rule: "each key of the schema is in a token"}
	kskType = policy.Check{ID: "KSK-TYPE", Stage: policy.Signed, Source: "DPS 6.1",
		Rule: "each key is of the configured algorithm, RSA keys of the configured size and exponent"}
	kskDS = policy.Check{ID: "KSK-DS", Stage: policy.Signed, Source: "DPS 6.8",
		Rule: "the DS digest of each key is the configured one"}
	kskTag = policy.Check{ID: "KSK-TAG", Stage: policy.Signed, Source: "DPS 6.8",
		Rule: "the key tag of each key is the configured one"}
	skrAlgorithms = policy.Check{ID: "SKR-ALGORITHMS", Stage: policy.Signed, Source: "RFC 4035 2.2",
		Rule: "the algorithms of the signatures of each bundle are those of the request's keys in it"}
	skrVerify = policy.Check{ID: "SKR-VERIFY", Stage: policy.Signed, Source: "DPS 6.8",
		Rule: "each new signature verifies in software"}
	skrResponse = policy.Check{ID: "SKR-RESPONSE", Stage: policy.Signed, Source: "DPS 6.8",
		Rule: "each finished bundle has keys and signatures, no identifier twice, and each signature verifies over all its keys"}
)

// Checks lists the checks that are made while signing.
func Checks() []policy.Check {
	return []policy.Check{kskValidity, kskPresence, kskType, kskDS, kskTag, skrVerify, skrAlgorithms, skrResponse}
}

// findings counts what the checks found.
type findings struct {
	passed map[string]int
	failed map[string]string
	noted  map[string]string
}

func (f *findings) pass(c policy.Check) {
	if f.passed == nil {
		f.passed = map[string]int{}
	}
	f.passed[c.ID]++
}

func (f *findings) note(c policy.Check, text string) {
	if f.noted == nil {
		f.noted = map[string]string{}
	}
	f.noted[c.ID] = text
}

// fail notes a failure and names the check in the error.
func (f *findings) fail(c policy.Check, err error) error {
	if f.failed == nil {
		f.failed = map[string]string{}
	}
	f.failed[c.ID] = err.Error()
	return &policy.Fault{ID: c.ID, Err: err}
}

func (f *findings) violation(c policy.Check, format string, args ...any) error {
	v := &policy.Violation{ID: c.ID, Reason: fmt.Sprintf(format, args...)}
	f.fail(c, v)
	return v
}

// Verdicts returns what the checks found so far, one verdict for each.
func (s *Signer) Verdicts() []policy.Verdict {
	var all []policy.Verdict
	for _, c := range Checks() {
		v := policy.Verdict{ID: c.ID, Rule: c.Rule, Source: c.Source, Status: policy.Skipped, Found: "not reached"}
		if n := s.findings.passed[c.ID]; n > 0 {
			v.Status, v.Found = policy.Pass, fmt.Sprintf("held %d times", n)
		}
		if text, ok := s.findings.failed[c.ID]; ok {
			v.Status, v.Found = policy.Fail, text
		}
		if text, ok := s.findings.noted[c.ID]; ok {
			v.Values = []policy.Value{{Name: "note", Value: text}}
		}
		all = append(all, v)
	}
	return all
}

// balance compares the algorithms of the request's keys with those of the signatures: a zone
// must be signed with every algorithm of its keys.
func (s *Signer) balance(request, b ksr.Bundle) error {
	var zsk, ksk []string
	for _, k := range request.Keys {
		zsk = append(zsk, k.Algorithm.String())
	}
	for _, sig := range b.Signatures {
		ksk = append(ksk, sig.Algorithm.String())
	}
	zskSet, kskSet := set(zsk), set(ksk)
	if zskSet != kskSet {
		return s.findings.fail(skrAlgorithms, fmt.Errorf("ZSK algorithms %s does not match KSK algorithms %s for bundle %s", zskSet, kskSet, b.ID))
	}
	s.findings.pass(skrAlgorithms)
	return nil
}

// set writes names in order, each once.
func set(names []string) string {
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return "set()"
	}
	return "{'" + strings.Join(names, "', '") + "'}"
}

// checkResponse checks a finished bundle like that of a stranger.
func (s *Signer) checkResponse(b ksr.Bundle) error {
	if !s.Config.Response.ValidateSignatures {
		s.logger(loggerName).Warningf("Not validating signatures of bundle %s: disabled by policy (validate_signatures)", b.ID)
		s.findings.note(skrResponse, "disabled by policy (validate_signatures)")
		return nil
	}
	err := b.VerifySignatures()
	var invalid *ksr.InvalidSignature
	if errors.As(err, &invalid) {
		return s.findings.violation(skrResponse, "%s", invalid)
	}
	if err != nil {
		return s.findings.fail(skrResponse, err)
	}
	s.findings.pass(skrResponse)
	return nil
}

// zoned returns a moment of the configuration in UTC. One without an offset cannot be
// compared with the moments of a request.
func zoned(m lexical.Moment) (time.Time, error) {
	if !m.Zoned {
		return time.Time{}, errors.New("has no offset from UTC")
	}
	return m.UTC()
}

// TagsOf returns the key tag of a key's record as it is published and as it is revoked.
func TagsOf(r dnssec.Key) (published, revoked uint16) {
	r.Flags = dnssec.FlagsKSK
	published = r.Tag()
	r.Flags = dnssec.FlagsRevoked
	return published, r.Tag()
}
