package policy

import (
	"slices"

	"coen/ksk/ksr"
)

// chainKeys: the request goes on with the keys that the previous response left off with.
// Keys are compared in all fields, the text of the public key and the time to live included. The
// previous bundle may have more keys; the first bundle of the request may not.
var chainKeys = Check{
	ID:     "KSR-CHAIN-KEYS",
	Stage:  Chain,
	Rule:   "each key of the first bundle is in the last bundle of the previous response",
	Source: "DPS 1.3.5(3), 6.7",
	run: func(f *finding, c *Case) {
		last, first, ok := f.link(c)
		if !ok {
			return
		}
		if !c.RequestPolicy.CheckChainKeys {
			f.disabled("Checking published keys disabled by policy (check_chain_keys)")
			return
		}
		for _, k := range first.Keys {
			if !slices.Contains(last.Keys, k) {
				f.value("key", k.Identifier)
				f.fail("Last key set in SKR(n-1) does not match first key set in KSR")
				return
			}
		}
		f.value("keys", len(first.Keys))
		f.pass("The last keys in SKR(n-1) matches the first keys in this KSR")
	},
}

// link returns the two bundles at the joint of the chain.
func (f *finding) link(c *Case) (last, first ksr.Bundle, ok bool) {
	if c.Previous == nil || len(c.Previous.Bundles) == 0 || len(c.Request.Bundles) == 0 {
		f.skip("no previous response")
		return ksr.Bundle{}, ksr.Bundle{}, false
	}
	return c.Previous.Bundles[len(c.Previous.Bundles)-1], c.Request.Bundles[0], true
}

// chainKeysInHSM: the previous response was signed with keys that are at hand, so that it is
// known to be ours.
var chainKeysInHSM = Check{
	ID:     "KSR-CHAIN-KEYS",
	Stage:  Chain,
	Rule:   "each signature of the last bundle of the previous response was made with a key that is in a token",
	Source: "DPS 1.3.5(3), 6.7",
	run: func(f *finding, c *Case) {
		last, _, ok := f.link(c)
		if !ok {
			return
		}
		if !c.RequestPolicy.CheckChainKeysInHSM {
			f.disabled("Checking published keys disabled by policy (check_chain_keys_present)")
			return
		}
		if c.Tokens == nil || c.Tokens.Empty() {
			f.skip("No HSM configured, not checking for key presence")
			f.main().Infof("KSR-CHAIN-KEYS: %s", f.found)
			return
		}
		if len(last.Signatures) == 0 {
			f.fail("No signatures in the last bundle of the last SKR")
			return
		}
		for _, s := range last.Signatures {
			if f.inToken(c.Tokens, last, s.Identifier); f.err != nil {
				f.value("key", s.Identifier)
				return
			}
		}
		f.value("signatures", len(last.Signatures))
		f.pass("All %d signatures in the last bundle of the last SKR were made with keys present in the HSM(s)", len(last.Signatures))
	},
}

// inToken compares a key of the bundle with the one of the same label in the tokens.
func (f *finding) inToken(tokens KeyFinder, b ksr.Bundle, label string) {
	text, found, err := tokens.PublicKey(label)
	switch {
	case err != nil:
		f.fault(err)
	case !found:
		f.fail("Key %s not found in the HSM(s)", label)
	case !slices.ContainsFunc(b.Keys, func(k ksr.Key) bool { return k.Identifier == label && k.PublicKey == text }):
		f.fail("Key %s does not match key in the HSM (bundle %s)", label, b.ID)
	}
}
