package policy_test

import (
	"testing"

	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/policy"
	"coen/ksk/skr"
)

// FuzzReview: whatever can be read can be judged.
func FuzzReview(f *testing.F) {
	f.Add(ksr.Format(ksrtest.Small(f)))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ksr.Parse(text)
		if err != nil || len(text) > 1<<14 {
			return
		}
		c := lawful(t)
		c.Request = r
		c.Signed = &skr.Response{Bundles: r.Bundles}
		c.RequestPolicy.CheckTTL = true
		c.RequestPolicy.EnableUnsupportedEdwardsDSA = true
		review := policy.New(c, nil)
		for _, s := range []policy.Stage{policy.Previous, policy.Request, policy.Chain, policy.Signed} {
			review.Run(s, true)
		}
		if _, err := review.Approve(); err == nil {
			t.Error("a small request is approved")
		}
	})
}
