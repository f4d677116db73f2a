package policy

import (
	"fmt"
	"slices"
	"strconv"

	"coen/dnssec"
	"coen/ksk/config"
	"coen/ksk/ksr"
	"coen/ksk/lexical"
)

// ksrPolicyAlg: the algorithms that the request announces are ones that the operator of the
// key signing key has agreed to. The switch leaves the rules that
// [unsupported] states in force.
var ksrPolicyAlg = Check{
	ID:     "KSR-POLICY-ALG",
	Stage:  Request,
	Rule:   "each algorithm of the ZSK policy is in approved_algorithms, RSA ones with a size in rsa_approved_key_sizes and an exponent in rsa_approved_exponents",
	Source: "DPS 6.1, ZSK DPS 5.1.3",
	run: func(f *finding, c *Case) {
		p := c.RequestPolicy
		for _, a := range c.Request.ZSK.Algorithms {
			f.value("algorithm", fmt.Sprintf("%v %s %s", a.Algorithm, a.Size, a.Exponent))
			if reason := unsupported(a.Algorithm, p); reason != "" {
				f.fail("Algorithm %s", reason)
				return
			}
		}
		if !p.SignatureAlgorithmsMatchPolicy {
			f.knob("signature_algorithms_match_zsk_policy")
			return
		}
		for _, name := range p.ApprovedAlgorithms {
			if _, ok := dnssec.ParseAlgorithm(name); !ok {
				f.fault(fmt.Errorf("unknown algorithm %q in approved_algorithms", name))
				return
			}
		}
		for _, a := range c.Request.ZSK.Algorithms {
			if reason := unapproved(a, p); reason != "" {
				f.fail("ZSK policy has %s", reason)
				return
			}
		}
		f.pass("All %d ZSK operator signature algorithms accepted by policy", len(c.Request.ZSK.Algorithms))
	},
}

// unsupported says why an algorithm can never, or not in this configuration, be used.
func unsupported(a dnssec.Algorithm, p config.RequestPolicy) string {
	switch {
	case a == dnssec.RSAMD5 || a == dnssec.DSA || a == dnssec.DSANSEC3SHA1 || a == dnssec.ECCGOST:
		return fmt.Sprintf("%v is deprecated", a)
	case a == dnssec.RSASHA1 || a == dnssec.RSASHA1NSEC3SHA1:
		return fmt.Sprintf("%v is not supported", a)
	case a.IsECDSA() && !p.EnableUnsupportedECDSA:
		return "ECDSA is not supported"
	case a.IsEdDSA() && !p.EnableUnsupportedEdwardsDSA:
		return "EdDSA is not supported"
	}
	return ""
}

// unapproved says what the operator has not agreed to.
func unapproved(a ksr.AlgorithmPolicy, p config.RequestPolicy) string {
	if !slices.Contains(p.ApprovedAlgorithms, a.Algorithm.String()) {
		return fmt.Sprintf("%v, but policy dictates %s", a.Algorithm, config.Show(&p.ApprovedAlgorithms))
	}
	if !a.Algorithm.IsRSA() {
		return ""
	}
	if !contains(p.RSAApprovedKeySizes, a.Size) {
		return fmt.Sprintf("RSA-%s, but policy dictates %s", a.Size, config.Show(&p.RSAApprovedKeySizes))
	}
	if !contains(p.RSAApprovedExponents, a.Exponent) {
		return fmt.Sprintf("RSA exponent %s, but policy dictates %s", a.Exponent, config.Show(&p.RSAApprovedExponents))
	}
	return ""
}

func contains(numbers []int64, n lexical.Integer) bool {
	return slices.ContainsFunc(numbers, func(m int64) bool { return strconv.FormatInt(m, 10) == string(n) })
}
