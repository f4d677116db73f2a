package policy_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"coen/dnssec"
	"coen/ksk/config"
	"coen/ksk/journal"
	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/lexical"
	"coen/ksk/policy"
	"coen/ksk/requester"
	"coen/ksk/skr"
)

const (
	day    = 24 * time.Hour
	second = time.Second
)

// lawful returns a case in which every check passes.
func lawful(t testing.TB) policy.Case {
	c := config.Default()
	next := ksrtest.NextPlan(t)
	request := ksrtest.Request(t, next)
	c.KSK.Policy.PublishSafety = lexical.Days(10)
	c.KSK.Policy.RetireSafety = lexical.Days(28)
	c.Request.DNSTTL = 172800
	return policy.Case{
		Request: request, Previous: response(ksrtest.Request(t, ksrtest.Plan(t))), Signed: response(request),
		RequestPolicy: c.Request, ResponsePolicy: c.Response, KSKPolicy: c.KSK,
		Now: next.Start.Add(-30 * day), Tokens: tokens{"ksk": "AwEAAQ=="},
	}
}

// response answers a request with a key signing key that signs nothing really: the checks of
// the chain and of safety look at names and times.
func response(r *ksr.Request) *skr.Response {
	s := &skr.Response{ID: r.ID, Domain: r.Domain, Serial: r.Serial, ZSK: r.ZSK}
	for _, b := range r.Bundles {
		b.Keys = append(slices.Clone(b.Keys), ksr.Key{
			Identifier: "ksk", Tag: "1", TTL: "172800", Flags: dnssec.FlagsKSK, Protocol: "3", Algorithm: dnssec.RSASHA256, PublicKey: "AwEAAQ==",
		})
		b.Signatures = []ksr.Signature{{Identifier: "ksk", KeyTag: "1"}}
		s.Bundles = append(s.Bundles, b)
	}
	return s
}

// tokens are public keys by label.
type tokens map[string]string

func (t tokens) PublicKey(label string) (string, bool, error) {
	if label == "broken" {
		return "", false, errors.New("token is broken")
	}
	text, ok := t[label]
	return text, ok, nil
}

func (t tokens) Empty() bool { return len(t) == 0 }

// boundary is a change to a lawful case, and what a check says to it.
type boundary struct {
	id     string
	stage  policy.Stage
	name   string
	change func(*policy.Case)
	want   policy.Status
	says   string // a part of what was found
}

func TestLawful(t *testing.T) {
	c := lawful(t)
	c.Previous = nil
	c.Signed = nil
	r := policy.New(c, nil)
	for _, s := range []policy.Stage{policy.Previous, policy.Request, policy.Chain, policy.Signed} {
		if err := r.Run(s, false); err != nil {
			t.Errorf("stage %d: %v", s, err)
		}
	}
}

func TestBoundaries(t *testing.T) {
	tested := map[string]bool{}
	for _, b := range slices.Concat(requestBoundaries, chainBoundaries, safetyBoundaries) {
		tested[fmt.Sprint(b.id, b.stage, b.want == policy.Fail)] = true
		t.Run(b.id+"/"+b.name, func(t *testing.T) {
			c := lawful(t)
			b.change(&c)
			r := policy.New(c, nil)
			first := r.Run(b.stage, true)
			got := verdict(r.Verdicts(), b.id)
			if got.Status != b.want || !strings.Contains(got.Found, b.says) {
				t.Errorf("%s %q, want %s %q", got.Status, got.Found, b.want, b.says)
			}
			if (b.want == policy.Fail) && first == nil {
				t.Error("the stage passes")
			}
		})
	}
	for _, c := range policy.Checks() {
		if c.Stage == policy.Previous || c.ID == "KSR-ID" && c.Stage == policy.Request {
			continue // see TestPreviousResponse; the latter only announces
		}
		for _, fails := range []bool{true, false} {
			if !tested[fmt.Sprint(c.ID, c.Stage, fails)] {
				t.Errorf("%s at stage %d has no case in which fails is %v", c.ID, c.Stage, fails)
			}
		}
	}
}

// verdict returns the failed verdict of a check, or else its last.
func verdict(all []policy.Verdict, id string) policy.Verdict {
	var last policy.Verdict
	for _, v := range all {
		if v.ID == id && last.Status != policy.Fail {
			last = v
		}
	}
	return last
}

// remake changes the plan of the request.
func remake(change func(*requester.Plan)) func(*policy.Case) {
	return func(c *policy.Case) {
		var t testing.T
		p := ksrtest.NextPlan(&t)
		change(&p)
		c.Request = ksrtest.Request(&t, p)
	}
}

// TestOrder: the first of several failures is reported, and the later checks are not made.
func TestOrder(t *testing.T) {
	c := lawful(t)
	c.Request.Domain = "example."
	c.Request.Bundles = c.Request.Bundles[:8]
	r := policy.New(c, nil)
	var v *policy.Violation
	if err := r.Run(policy.Request, false); !errors.As(err, &v) || v.ID != "KSR-DOMAIN" {
		t.Errorf("%v", err)
	}
	if n := len(r.Verdicts()); n != 1 {
		t.Errorf("%d verdicts", n)
	}
	if _, err := r.Approve(); err == nil {
		t.Error("the request is approved")
	}
	r = policy.New(c, nil)
	if err := r.Run(policy.Request, true); !errors.As(err, &v) || v.ID != "KSR-DOMAIN" {
		t.Errorf("all checks: %v", err)
	}
	failed := 0
	for _, v := range r.Verdicts() {
		if v.Status == policy.Fail {
			failed++
		}
	}
	if failed < 3 || len(r.Verdicts()) < 12 {
		t.Errorf("%d of %d checks failed", failed, len(r.Verdicts()))
	}
}

// TestApprove: nothing is approved before every stage has passed.
func TestApprove(t *testing.T) {
	c := lawful(t)
	c.ResponsePolicy.ValidateSignatures = false // the previous response of this test is not signed
	r := policy.New(c, nil)
	for _, s := range []policy.Stage{policy.Previous, policy.Request, policy.Chain} {
		if _, err := r.Approve(); err == nil {
			t.Errorf("approved before stage %d", s)
		}
		if err := r.Run(s, false); err != nil {
			t.Fatal(err)
		}
	}
	a, err := r.Approve()
	if err != nil || a.Request() != c.Request {
		t.Errorf("not approved: %v", err)
	}
}

// TestPreviousResponse has the checks of a previous response, really signed.
func TestPreviousResponse(t *testing.T) {
	signed := func() policy.Case {
		c := lawful(t)
		r := ksrtest.Request(t, ksrtest.Plan(t))
		c.Previous = &skr.Response{ID: r.ID, Domain: r.Domain, Bundles: r.Bundles}
		return c
	}
	for _, b := range []struct {
		name   string
		change func(*policy.Case)
		id     string // of the check that fails, if one does
	}{
		{"lawful", func(*policy.Case) {}, ""},
		{"one bundle less", func(c *policy.Case) { c.Previous.Bundles = c.Previous.Bundles[1:] }, "SKR-BUNDLE-COUNT"},
		{"other number in the policy", func(c *policy.Case) { c.ResponsePolicy.NumBundles = 10 }, "SKR-BUNDLE-COUNT"},
		{"altered signature", func(c *policy.Case) { alterSignature(&c.Previous.Bundles[4]) }, "SKR-BUNDLE-SIGNATURES"},
		{"not every key signs", func(c *policy.Case) { c.Previous.Bundles[0].Signatures = c.Previous.Bundles[0].Signatures[1:] }, ""},
		{"no signature", func(c *policy.Case) { c.Previous.Bundles[0].Signatures = nil }, "SKR-BUNDLE-SIGNATURES"},
		{"signatures not validated", func(c *policy.Case) {
			alterSignature(&c.Previous.Bundles[4])
			c.ResponsePolicy.ValidateSignatures = false
		}, ""},
	} {
		c := signed()
		b.change(&c)
		r := policy.New(c, nil)
		err := r.Run(policy.Previous, false)
		id := ""
		var v *policy.Violation
		var f *policy.Fault
		switch {
		case errors.As(err, &v):
			id = v.ID
		case errors.As(err, &f):
			id = f.ID
		}
		if id != b.id {
			t.Errorf("%s: %q (%v), want %q", b.name, id, err, b.id)
		}
	}
}

// alterSignature changes a bit of the first signature of a bundle.
func alterSignature(b *ksr.Bundle) {
	b.Signatures = slices.Clone(b.Signatures)
	sig, err := lexical.DecodeBase64(b.Signatures[0].Data)
	if err != nil {
		panic(err)
	}
	sig[20] ^= 1
	b.Signatures[0].Data = lexical.EncodeBase64(sig)
}

// TestLog has the records of a request whose checks all pass.
func TestLog(t *testing.T) {
	var lines []string
	r := policy.New(lawful(t), func(r journal.Record) { lines = append(lines, fmt.Sprintf("%s %v %s", r.Logger, r.Level, r.Text)) })
	if err := r.Run(policy.Request, false); err != nil {
		t.Fatal(err)
	}
	const want = `kskm.ksr.validate INFO KSR-DOMAIN: Verified domain '.'
kskm.ksr.validate INFO KSR-ID: Will be checked later, when SKR is available
kskm.ksr.validate INFO KSR-BUNDLE-UNIQUE: All 9 bundles have unique ids
kskm.ksr.validate INFO KSR-BUNDLE-KEYS: All 3 unique keys in the bundles accepted by policy
kskm.ksr.validate INFO KSR-BUNDLE-POP: All 9 bundles contain proof-of-possession
kskm.ksr.validate INFO KSR-BUNDLE-COUNT: Number of bundles (9) accepted
kskm.ksr.validate INFO KSR-BUNDLE-CYCLE-DURATION: The cycle length is in accordance with the KSK operator policy
kskm.ksr.validate INFO KSR-POLICY-KEYS: Validated number of keys per bundle, and for all bundles
kskm.ksr.validate INFO KSR-POLICY-ALG: All 1 ZSK operator signature algorithms accepted by policy
kskm.ksr.validate INFO KSR-POLICY-SIG-OVERLAP: All bundles overlap in accordance with the stated ZSK operator policy
kskm.ksr.validate INFO KSR-POLICY-SIG-VALIDITY: All 9 bundles have 21 days <= validity >= 21 days
kskm.ksr.validate INFO KSR-POLICY-SIG-HORIZON: All signatures expire in less than 180 days
kskm.ksr.validate INFO KSR-POLICY-BUNDLE-INTERVALS: All bundles intervals in accordance with the KSK operator policy`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("log:\n%s", got)
	}
}
