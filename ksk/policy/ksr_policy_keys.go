package policy

import "coen/ksk/config"

// ksrPolicyKeys: keys roll over at the ends of a cycle and nowhere else, so the number
// of keys is known for each bundle and for the whole request. The time to live of the
// keys is not part of this check, though the practice statement fixes it: see KSR-POLICY-TTL.
var ksrPolicyKeys = Check{
	ID:     "KSR-POLICY-KEYS",
	Stage:  Request,
	Rule:   "bundle i has num_keys_per_bundle[i] keys, and all bundles together num_different_keys_in_all_bundles",
	Source: "DPS 6.9",
	run: func(f *finding, c *Case) {
		p, bundles := c.RequestPolicy, c.Request.Bundles
		if !p.CheckKeysMatchKSKOperatorPolicy {
			f.knob("check_keys_match_ksk_operator_policy")
			return
		}
		f.value("num_keys_per_bundle", config.Show(&p.NumKeysPerBundle))
		f.value("num_different_keys_in_all_bundles", p.NumDifferentKeysInAllBundles)
		if len(bundles) != len(p.NumKeysPerBundle) {
			f.fail("Can't check number of keys per bundle for a KSR with %d bundles, policy has %d",
				len(bundles), len(p.NumKeysPerBundle))
			return
		}
		different := map[string]bool{}
		for i, b := range bundles {
			if n, want := int64(len(b.Keys)), p.NumKeysPerBundle[i]; n != want {
				f.value("bundle", b.ID)
				f.fail("Bundle #%d (%s) has %d keys, not %d", i+1, b.ID, n, want)
				return
			}
			for _, k := range b.Keys {
				different[k.Identifier] = true
			}
		}
		const earlyOnTimeLate = 3
		if len(different) != earlyOnTimeLate {
			f.main().Warningf("Request %s does not have three (early,on-time,late) key sets in it (%d)", c.Request.ID, len(different))
		}
		f.value("different keys", len(different))
		if int64(len(different)) != p.NumDifferentKeysInAllBundles {
			f.fail("Unacceptable number of key sets in request %s, (%d keys instead of %d)",
				c.Request.ID, len(different), p.NumDifferentKeysInAllBundles)
			return
		}
		f.pass("Validated number of keys per bundle, and for all bundles")
	},
}
