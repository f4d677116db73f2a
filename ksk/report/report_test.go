package report_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"coen/dnssec"
	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/lexical"
	"coen/ksk/policy"
	"coen/ksk/report"
	"coen/ksk/skr"
)

func TestText(t *testing.T) {
	r := report.Report{Request: "id", Previous: "old", SHA256: "00", Words: "aardvark", Changes: []string{"Nothing."}, Checks: []policy.Verdict{
		{ID: "A", Status: policy.Pass, Rule: "a = b", Source: "DPS 1", Found: "fine", Values: []policy.Value{{Name: "a", Value: "1\nFAIL"}, {Name: "b", Value: "1"}}},
		{ID: "B", Status: policy.Disabled, Rule: "r", Source: "s", Found: "off"},
	}}
	r.Judge()
	const want = `Request:   id
SHA-256:   00
PGP Words: aardvark
Previous:  old
Result:    PASS

Checks

PASS     A
         fine
         rule:   a = b (DPS 1)
         values: a = 1 FAIL; b = 1

DISABLED B
         off
         rule:   r (s)

Changes

- Nothing.
`
	if got := string(r.Text()); got != want {
		t.Errorf("is\n%s", got)
	}
	r.Checks = append(r.Checks, policy.Verdict{ID: "C", Status: policy.Fail})
	if r.Judge(); r.Passed {
		t.Error("a failed check passes")
	}
	text, err := r.JSON()
	var back report.Report
	if err != nil || json.Unmarshal(text, &back) != nil || len(back.Checks) != 3 || back.Passed || back.Checks[0].Values[0].Name != "a" {
		t.Errorf("%v\n%s", err, text)
	}
}

// bundles gives the bundles of a request key signing keys that sign, are published or revoked.
func bundles(r *ksr.Request, uses func(n int) map[string]string) *skr.Response {
	s := &skr.Response{ID: r.ID, ZSK: r.ZSK}
	for i, b := range r.Bundles {
		b.Signatures = nil
		b.Keys = slices.Clone(b.Keys)
		for _, id := range []string{"K1", "K2"} {
			use, ok := uses(i + 1)[id]
			if !ok {
				continue
			}
			k := ksr.Key{Identifier: id, Tag: "7", Flags: dnssec.FlagsKSK, Protocol: "3"}
			if strings.Contains(use, "R") {
				k.Flags = dnssec.FlagsRevoked
			}
			b.Keys = append(b.Keys, k)
			if strings.Contains(use, "S") {
				b.Signatures = append(b.Signatures, ksr.Signature{Identifier: id})
			}
		}
		s.Bundles = append(s.Bundles, b)
	}
	return s
}

func TestChanges(t *testing.T) {
	before, after := ksrtest.Request(t, ksrtest.Plan(t)), ksrtest.Request(t, ksrtest.NextPlan(t))
	after.ZSK.MaxValidityOverlap = lexical.Days(13)
	after.ZSK.Algorithms = append(after.ZSK.Algorithms, ksr.AlgorithmPolicy{Algorithm: dnssec.ED25519, Size: "256"})
	previous := bundles(before, func(int) map[string]string { return map[string]string{"K1": "S"} })
	response := bundles(after, func(n int) map[string]string {
		switch {
		case n < 3:
			return map[string]string{"K1": "S", "K2": "P"}
		case n < 6:
			return map[string]string{"K1": "RS", "K2": "S"}
		}
		return map[string]string{"K2": "S"}
	})
	got := strings.Join(report.Changes(after, previous, response), "\n")
	for _, want := range []string{
		"The zone signing policy changes MaxValidityOverlap from 12 days to 13 days.",
		"The zone signing policy adds ED25519 with 256 bits.",
		"leaves: it is in bundle 1 only.",
		"The first bundle begins at 2030-04-01T00:00:00, 11 days before the last one of the previous response ends.",
		"From bundle 1 on, key signing key K2 (tag 7) is published, and is new.",
		"From bundle 3 on, key signing key K1 (tag 7) is revoked and signs (it signs before).",
		"From bundle 3 on, key signing key K2 (tag 7) signs (it is published before).",
		"From bundle 6 on, key signing key K1 is gone (it is revoked and signs before).",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := report.Changes(nil, nil, nil); len(got) != 1 {
		t.Errorf("nothing to compare: %q", got)
	}
	if got := report.Changes(after, nil, nil); len(got) != 1 || !strings.Contains(got[0], "no previous") {
		t.Errorf("no previous response: %q", got)
	}
}
