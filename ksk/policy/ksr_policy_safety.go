package policy

import (
	"slices"

	"coen/dnssec"
	"coen/ksk/ksr"
	"coen/ksk/lexical"
)

// safetyPublish: a key signs only after it has been published long enough for every
// resolver to have seen it.
var safetyPublish = Check{
	ID:     "KSR-POLICY-SAFETY",
	Stage:  Signed,
	Rule:   "each signer of the first bundle is in the last bundle of the previous response, which holds at first inception - publish_safety",
	Source: "DPS 6.6",
	run: func(f *finding, c *Case) {
		last, first, ok := f.joint(c)
		if !ok {
			return
		}
		if !c.RequestPolicy.CheckKeysPublishSafety {
			f.disabled("PublishSafety checking disabled by policy (check_keys_publish_safety)")
			return
		}
		safety := c.KSKPolicy.Policy.PublishSafety
		f.value("publish_safety", safety.Short())
		for _, s := range first.Signatures {
			if !hasKey(last, s.Identifier) {
				f.tables(c)
				f.fail("Key %s used to sign the first bundle (%s) is not in the last bundle of SKR(n-1) (%s)", s.Identifier, first.ID, last.ID)
				return
			}
		}
		at, err := lexical.Add(first.Inception, safety.Negative())
		if err != nil {
			f.fault(err)
			return
		}
		f.value("published at", lexical.FormatPlain(at))
		if at.Before(last.Inception) || at.After(last.Expiration) {
			f.tables(c)
			f.fail("PublishSafety violated: %s is not within the last bundle of SKR(n-1) (\"%s\")", lexical.FormatPlain(at), last.Brief())
			return
		}
		f.pass("PublishSafety validated")
	},
}

// safetyRetire: a key stays published for as long as signatures made with it may be in a
// cache, unless it is revoked.
var safetyRetire = Check{
	ID:     "KSR-POLICY-SAFETY",
	Stage:  Signed,
	Rule:   "signers of the last bundle of the previous response stay until first inception + retire_safety, and signers of a new bundle in all later ones",
	Source: "DPS 6.6",
	run: func(f *finding, c *Case) {
		last, first, ok := f.joint(c)
		if !ok {
			return
		}
		if !c.RequestPolicy.CheckKeysRetireSafety {
			f.disabled("RetireSafety checking disabled by policy (check_keys_retire_safety)")
			return
		}
		safety := c.KSKPolicy.Policy.RetireSafety
		f.value("retire_safety", safety.Short())
		until, err := lexical.Add(first.Inception, safety)
		if err != nil {
			f.fault(err)
			return
		}
		f.value("published until", lexical.FormatPlain(until))
		for i, b := range c.Signed.Bundles {
			for _, s := range last.Signatures {
				if !b.Inception.After(until) && !hasKey(b, s.Identifier) {
					f.tables(c)
					f.fail("Key %s used to sign the last bundle of SKR(n-1) is not in bundle #%d (%s), before RetireSafety", s.Identifier, i+1, b.ID)
					return
				}
			}
		}
		if f.staysInAll(c); f.err == nil {
			f.pass("RetireSafety validated")
		}
	},
}

// staysInAll looks for the signers of each new bundle in all later ones.
func (f *finding) staysInAll(c *Case) {
	for i, b := range c.Signed.Bundles {
		for _, s := range b.Signatures {
			if isRevoked(b, s.Identifier) {
				continue
			}
			for j := i + 1; j < len(c.Signed.Bundles); j++ {
				if later := c.Signed.Bundles[j]; !hasKey(later, s.Identifier) {
					f.tables(c)
					// The first bundle is counted from one and the later one from zero, as ever.
					f.fail("Key %s used to sign bundle #%d is not in bundle #%d (%s)", s.Identifier, i+1, j, later.ID)
					return
				}
			}
		}
	}
}

// joint returns the last bundle of the previous response and the first of the new one.
func (f *finding) joint(c *Case) (last, first ksr.Bundle, ok bool) {
	if c.Previous == nil || c.Signed == nil || len(c.Previous.Bundles) == 0 || len(c.Signed.Bundles) == 0 {
		f.skip("no previous response")
		return ksr.Bundle{}, ksr.Bundle{}, false
	}
	return c.Previous.Bundles[len(c.Previous.Bundles)-1], c.Signed.Bundles[0], true
}

func hasKey(b ksr.Bundle, identifier string) bool {
	return slices.ContainsFunc(b.Keys, func(k ksr.Key) bool { return k.Identifier == identifier })
}

// tables shows both responses to whoever has to find out what is wrong.
func (f *finding) tables(c *Case) {
	f.main().Errorf("KSR-POLICY-SAFETY: SKR(n-1):")
	for _, line := range ksr.Table(c.Previous.Bundles) {
		f.main().Errorf("%s", line)
	}
	f.main().Errorf("KSR-POLICY-SAFETY: SKR(n):")
	for _, line := range ksr.Table(c.Signed.Bundles) {
		f.main().Errorf("%s", line)
	}
}

func isRevoked(b ksr.Bundle, identifier string) bool {
	return slices.ContainsFunc(b.Keys, func(k ksr.Key) bool {
		return k.Identifier == identifier && dnssec.Revoked(k.Flags)
	})
}
