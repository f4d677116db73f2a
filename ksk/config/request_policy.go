package config

import (
	"fmt"
	"math"
	"strings"

	"go.yaml.in/yaml/v4"

	"coen/ksk/lexical"
)

// RequestPolicy is what a request must look like. Each check of package policy says
// which of these it obeys.
type RequestPolicy struct {
	AcceptableDomains               []string
	NumBundles                      int64
	ValidateSignatures              bool
	KeysMatchZSKPolicy              bool
	RSAExponentMatchZSKPolicy       bool
	EnableUnsupportedECDSA          bool
	EnableUnsupportedEdwardsDSA     bool
	CheckCycleLength                bool
	MinCycleInceptionLength         lexical.Duration
	MaxCycleInceptionLength         lexical.Duration
	MinBundleInterval               lexical.Duration
	MaxBundleInterval               lexical.Duration
	CheckBundleIntervals            bool
	CheckBundleOverlap              bool
	SignatureAlgorithmsMatchPolicy  bool
	ApprovedAlgorithms              []string
	RSAApprovedExponents            []int64
	RSAApprovedKeySizes             []int64
	SignatureValidityMatchZSKPolicy bool
	CheckKeysMatchKSKOperatorPolicy bool
	NumKeysPerBundle                []int64
	NumDifferentKeysInAllBundles    int64
	DNSTTL                          int64 // seconds
	CheckTTL                        bool  // not in the predecessor: see KSR-POLICY-TTL
	SignatureCheckExpireHorizon     bool
	SignatureHorizonDays            int64
	CheckChainKeys                  bool
	CheckChainKeysInHSM             bool
	CheckChainOverlap               bool
	CheckKeysPublishSafety          bool
	CheckKeysRetireSafety           bool
}

func defaultRequestPolicy() RequestPolicy {
	return RequestPolicy{
		AcceptableDomains:               []string{"."},
		NumBundles:                      9,
		ValidateSignatures:              true,
		KeysMatchZSKPolicy:              true,
		RSAExponentMatchZSKPolicy:       true,
		CheckCycleLength:                true,
		MinCycleInceptionLength:         lexical.Days(79),
		MaxCycleInceptionLength:         lexical.Days(81),
		MinBundleInterval:               lexical.Days(9),
		MaxBundleInterval:               lexical.Days(11),
		CheckBundleIntervals:            true,
		CheckBundleOverlap:              true,
		SignatureAlgorithmsMatchPolicy:  true,
		ApprovedAlgorithms:              []string{"RSASHA256"},
		RSAApprovedExponents:            []int64{65537},
		RSAApprovedKeySizes:             []int64{2048},
		SignatureValidityMatchZSKPolicy: true,
		CheckKeysMatchKSKOperatorPolicy: true,
		NumKeysPerBundle:                []int64{2, 1, 1, 1, 1, 1, 1, 1, 2},
		NumDifferentKeysInAllBundles:    3,
		SignatureCheckExpireHorizon:     true,
		SignatureHorizonDays:            180,
		CheckChainKeys:                  true,
		CheckChainKeysInHSM:             true,
		CheckChainOverlap:               true,
		CheckKeysPublishSafety:          true,
		CheckKeysRetireSafety:           true,
	}
}

// knob is a key of the request policy: where its value is, and how it is read.
type knob struct {
	name string
	at   any // *bool, *int64, *lexical.Duration, *[]string or *[]int64
}

// knobs lists the keys by name, as the log shows them.
func (p *RequestPolicy) knobs() []knob {
	return []knob{
		{"acceptable_domains", &p.AcceptableDomains},
		{"approved_algorithms", &p.ApprovedAlgorithms},
		{"check_bundle_intervals", &p.CheckBundleIntervals},
		{"check_bundle_overlap", &p.CheckBundleOverlap},
		{"check_chain_keys", &p.CheckChainKeys},
		{"check_chain_keys_in_hsm", &p.CheckChainKeysInHSM},
		{"check_chain_overlap", &p.CheckChainOverlap},
		{"check_cycle_length", &p.CheckCycleLength},
		{"check_dns_ttl", &p.CheckTTL},
		{"check_keys_match_ksk_operator_policy", &p.CheckKeysMatchKSKOperatorPolicy},
		{"check_keys_publish_safety", &p.CheckKeysPublishSafety},
		{"check_keys_retire_safety", &p.CheckKeysRetireSafety},
		{"dns_ttl", &p.DNSTTL},
		{"enable_unsupported_ecdsa", &p.EnableUnsupportedECDSA},
		{"enable_unsupported_edwards_dsa", &p.EnableUnsupportedEdwardsDSA},
		{"keys_match_zsk_policy", &p.KeysMatchZSKPolicy},
		{"max_bundle_interval", &p.MaxBundleInterval},
		{"max_cycle_inception_length", &p.MaxCycleInceptionLength},
		{"min_bundle_interval", &p.MinBundleInterval},
		{"min_cycle_inception_length", &p.MinCycleInceptionLength},
		{"num_bundles", &p.NumBundles},
		{"num_different_keys_in_all_bundles", &p.NumDifferentKeysInAllBundles},
		{"num_keys_per_bundle", &p.NumKeysPerBundle},
		{"rsa_approved_exponents", &p.RSAApprovedExponents},
		{"rsa_approved_key_sizes", &p.RSAApprovedKeySizes},
		{"rsa_exponent_match_zsk_policy", &p.RSAExponentMatchZSKPolicy},
		{"signature_algorithms_match_zsk_policy", &p.SignatureAlgorithmsMatchPolicy},
		{"signature_check_expire_horizon", &p.SignatureCheckExpireHorizon},
		{"signature_horizon_days", &p.SignatureHorizonDays},
		{"signature_validity_match_zsk_policy", &p.SignatureValidityMatchZSKPolicy},
		{"validate_signatures", &p.ValidateSignatures},
	}
}

// Items returns "key: value" for each key of the policy, by name. The one key that the
// predecessor did not have is left out while it is off.
func (p RequestPolicy) Items() []string {
	var items []string
	for _, k := range p.knobs() {
		if k.at == &p.CheckTTL && !p.CheckTTL {
			continue
		}
		items = append(items, k.name+": "+Show(k.at))
	}
	return items
}

// Show writes a value of the policy as the log does: True, 9, 79 days, 0:00:00, ['.'].
func Show(at any) string {
	switch v := at.(type) {
	case *bool:
		if *v {
			return "True"
		}
		return "False"
	case *int64:
		return fmt.Sprint(*v)
	case *lexical.Duration:
		return v.String()
	case *[]string:
		quoted := make([]string, len(*v))
		for i, s := range *v {
			quoted[i] = "'" + s + "'"
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case *[]int64:
		return strings.ReplaceAll(fmt.Sprint(*v), " ", ", ")
	}
	return fmt.Sprint(at)
}

func (l *loader) requestPolicy(path string, n *yaml.Node) map[string]bool {
	p := &l.c.Request
	fields := map[string]func(string, *yaml.Node){}
	for _, k := range p.knobs() {
		switch at := k.at.(type) {
		case *bool:
			fields[k.name] = func(path string, n *yaml.Node) { *at = l.bool(path, n) }
		case *int64:
			fields[k.name] = func(path string, n *yaml.Node) { *at = l.positiveInt(path, n) }
		case *lexical.Duration:
			fields[k.name] = func(path string, n *yaml.Node) { *at = l.span(path, n) }
		case *[]int64:
			fields[k.name] = func(path string, n *yaml.Node) { *at = l.integers(path, n, 1, math.MaxInt64) }
		}
	}
	fields["acceptable_domains"] = func(path string, n *yaml.Node) { p.AcceptableDomains = l.texts(path, n, domainForm) }
	fields["approved_algorithms"] = func(path string, n *yaml.Node) { p.ApprovedAlgorithms = l.texts(path, n, nil) }
	fields["rsa_approved_key_sizes"] = func(path string, n *yaml.Node) { p.RSAApprovedKeySizes = l.integers(path, n, 1, 65535) }
	fields["dns_ttl"] = func(path string, n *yaml.Node) { p.DNSTTL = l.int(path, n, 0, math.MaxInt64) }
	return l.section(path, n, fields)
}
