package requester_test

import (
	"bytes"
	"testing"

	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/lexical"
	"coen/ksk/requester"
)

// TestSameBytes: a plan has one request.
func TestSameBytes(t *testing.T) {
	p := ksrtest.Plan(t)
	p.Keys = append(p.Keys, requester.ZSK{Identifier: "zsk-p256", First: 1, Last: 9, Signer: ksrtest.Key(t, "zsk-p256", 0)})
	a, err := requester.Make(p)
	if err != nil {
		t.Fatal(err)
	}
	b, err := requester.Make(p)
	if err != nil || !bytes.Equal(ksr.Format(a), ksr.Format(b)) {
		t.Errorf("two requests differ: %v", err)
	}
	if len(a.ZSK.Algorithms) != 2 {
		t.Errorf("policy %v", a.ZSK.Algorithms)
	}
}

func TestCalendar(t *testing.T) {
	p := ksrtest.Plan(t)
	p.Last = lexical.Days(11)
	r, err := requester.Make(p)
	if err != nil {
		t.Fatal(err)
	}
	if got := lexical.Since(r.Bundles[8].Inception, r.Bundles[0].Inception); got != lexical.Days(81) {
		t.Errorf("the cycle has %s", got)
	}
	seen := map[string]bool{}
	for _, b := range r.Bundles {
		if len(b.ID) != 36 || seen[b.ID] {
			t.Errorf("identifier %q", b.ID)
		}
		seen[b.ID] = true
		if lexical.Since(b.Expiration, b.Inception) != lexical.Days(21) {
			t.Errorf("bundle %s is too long or short", b.ID)
		}
	}
	for i, want := range []int{2, 1, 1, 1, 1, 1, 1, 1, 2} {
		if len(r.Bundles[i].Keys) != want || len(r.Bundles[i].Signatures) != want {
			t.Errorf("bundle %d has %d keys", i+1, len(r.Bundles[i].Keys))
		}
	}
}

func TestFaults(t *testing.T) {
	for name, change := range map[string]func(*requester.Plan){
		"no identifier":      func(p *requester.Plan) { p.ID = "" },
		"no keys":            func(p *requester.Plan) { p.Keys = nil },
		"no bundles":         func(p *requester.Plan) { p.Bundles = 0 },
		"bundle without key": func(p *requester.Plan) { p.Keys = p.Keys[:1] },
		"one name twice":     func(p *requester.Plan) { p.Keys[0].Identifier = "zsk-b" },
		"end of time":        func(p *requester.Plan) { p.Start = p.Start.AddDate(7969, 11, 1) },
		"after 2106":         func(p *requester.Plan) { p.SignedBy = lexical.Days(99999) },
	} {
		p := ksrtest.Plan(t)
		change(&p)
		if _, err := requester.Make(p); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
