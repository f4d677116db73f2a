package config

import (
	"fmt"
	"math"

	"go.yaml.in/yaml/v4"

	"coen/dnssec"
	"coen/ksk/ksr"
	"coen/ksk/lexical"
)

// Config is what the file says, with defaults where it says nothing.
type Config struct {
	HSM       []HSM // in the order of the file
	Keys      []Key // in the order of the file
	Request   RequestPolicy
	Response  ResponsePolicy
	KSK       KSKPolicy
	Schemas   map[string]Schema
	Filenames Filenames
	Strict    bool     // see "Strict mode" in doc/kskm.md
	Warnings  []string // what is lawful but surprising, for the log
}

// HSM is a PKCS#11 module and how to use it.
type HSM struct {
	Name    string
	Module  string // path of the library
	PIN     []byte // nil: ask; the caller wipes it
	PINFile string // path of a file that holds the PIN; empty: none
	Token   string // label or serial number of the only token to use; empty: all
	Env     []Variable
}

// Variable is a variable of the environment.
type Variable struct{ Name, Value string }

// Key is a key signing key.
type Key struct {
	Name         string // in the configuration
	Description  string
	Label        string // CKA_LABEL, and the key's identifier in responses
	Algorithm    dnssec.Algorithm
	ValidFrom    lexical.Moment
	ValidUntil   *lexical.Moment // nil: open ended
	KeyTag       int64           // of the key with flags 257; 0: not given
	RSASize      int64           // bits; 0: not given
	RSAExponent  int64           // 0: not given
	DSSHA256     string          // hexadecimal; empty: not given
	HashUsingHSM bool
}

// ResponsePolicy is what the previous response and each new bundle must look like.
type ResponsePolicy struct {
	NumBundles         int64
	ValidateSignatures bool
}

// KSKPolicy is what responses say about the key signing keys.
type KSKPolicy struct {
	TTL         int64 // seconds
	SignersName string
	Policy      ksr.Policy // without algorithms, which depend on the keys
}

// Filenames are the files to use when the command line names none.
type Filenames struct {
	PreviousSKR       string
	InputKSR          string
	OutputSKR         string
	OutputTrustAnchor string
}

// PositiveError is the one class of fault that the signer reports with an exit code
// of its own.
type PositiveError struct{ Name string }

func (e *PositiveError) Error() string { return e.Name + " must be a positive integer" }

// Host is what a configuration needs to know about where it is read.
type Host struct {
	Getenv      func(name string) string
	RegularFile func(path string) bool // follows symbolic links
}

// Default returns the configuration of an empty file name.
func Default() *Config {
	return &Config{
		Request:  defaultRequestPolicy(),
		Response: ResponsePolicy{NumBundles: 9, ValidateSignatures: true},
		KSK:      KSKPolicy{TTL: 172800, SignersName: "."},
	}
}

// Load reads a configuration. The error is a [*PositiveError] for the faults of
// that class, whatever else is wrong.
func Load(text []byte, host Host) (*Config, error) {
	document, err := parseSettings(text)
	if err != nil {
		return nil, err
	}
	d := &decoder{}
	c := Default()
	l := &loader{decoder: d, host: host, c: c}
	l.top(document)
	if d.positive != nil {
		return nil, d.positive
	}
	if d.err != nil {
		return nil, fmt.Errorf("configuration: %w", d.err)
	}
	return c, nil
}

// loader fills a configuration.
type loader struct {
	*decoder
	host Host
	c    *Config
}

func (l *loader) top(n *yaml.Node) {
	var explicitTTL, haveTTL bool
	seen := l.section("", n, map[string]func(string, *yaml.Node){
		"hsm":      l.hsm,
		"keys":     l.keys,
		"ksk_keys": l.keys,
		"request_policy": func(path string, n *yaml.Node) {
			explicitTTL = l.requestPolicy(path, n)["dns_ttl"]
		},
		"response_policy": l.responsePolicy,
		"ksk_policy": func(path string, n *yaml.Node) {
			haveTTL = l.kskPolicy(path, n)["ttl"]
		},
		"schemas":   l.schemas,
		"filenames": l.filenames,
		"strict":    func(path string, n *yaml.Node) { l.c.Strict = l.bool(path, n) },
	})
	if seen["keys"] && seen["ksk_keys"] {
		l.fail("ksk_keys", "is the same as keys, which is there too")
	}
	// A TTL of zero in the request policy stands for the one of the key signing keys,
	// but only if it is written out.
	if explicitTTL && l.c.Request.DNSTTL == 0 && seen["ksk_policy"] {
		if !haveTTL {
			l.fail("ksk_policy", "missing ttl, which request_policy.dns_ttl refers to")
		}
		l.c.Request.DNSTTL = l.c.KSK.TTL
	}
}

// Key returns the key with this name in the configuration.
func (c *Config) Key(name string) (Key, bool) {
	for _, k := range c.Keys {
		if k.Name == name {
			return k, true
		}
	}
	return Key{}, false
}

// KeyByLabel returns the first key with this label.
func (c *Config) KeyByLabel(label string) (Key, bool) {
	for _, k := range c.Keys {
		if k.Label == label {
			return k, true
		}
	}
	return Key{}, false
}

// wordForm allows the word characters of any script.
const word = `\pL\pM\p{Nd}\p{Nl}\p{Pc}\x{200C}\x{200D}`

var (
	wordForm   = &pattern{text: `^[` + word + `]+$`}
	domainForm = &pattern{text: `^[` + word + `.]+$`}
	hexForm    = &pattern{text: `^[0-9a-fA-F]+$`}
)

// CheckWord refuses what cannot be the label of a key, or its name in a schema.
func CheckWord(s string) error {
	if !wordForm.MatchString(s) {
		return fmt.Errorf("%q has characters that are not allowed", s)
	}
	return nil
}

func (l *loader) responsePolicy(path string, n *yaml.Node) {
	p := &l.c.Response
	l.section(path, n, map[string]func(string, *yaml.Node){
		"num_bundles":         func(path string, n *yaml.Node) { p.NumBundles = l.int(path, n, 1, math.MaxInt64) },
		"validate_signatures": func(path string, n *yaml.Node) { p.ValidateSignatures = l.bool(path, n) },
	})
}

func (l *loader) kskPolicy(path string, n *yaml.Node) map[string]bool {
	p := &l.c.KSK
	durations := []struct {
		name string
		at   *lexical.Duration
	}{
		{"publish_safety", &p.Policy.PublishSafety},
		{"retire_safety", &p.Policy.RetireSafety},
		{"max_signature_validity", &p.Policy.MaxSignatureValidity},
		{"min_signature_validity", &p.Policy.MinSignatureValidity},
		{"max_validity_overlap", &p.Policy.MaxValidityOverlap},
		{"min_validity_overlap", &p.Policy.MinValidityOverlap},
	}
	fields := map[string]func(string, *yaml.Node){
		"ttl":          func(path string, n *yaml.Node) { p.TTL = l.int(path, n, 0, math.MaxInt64) },
		"signers_name": func(path string, n *yaml.Node) { p.SignersName = l.matching(path, n, domainForm) },
		"signature_policy": func(path string, n *yaml.Node) {
			if len(l.mapping(path, n)) != 0 {
				l.fail(path, "must be empty; its values belong one level up")
			}
		},
	}
	for _, f := range durations {
		fields[f.name] = func(path string, n *yaml.Node) { *f.at = l.isoDuration(path, n) }
	}
	seen := l.section(path, n, fields)
	for _, f := range durations {
		if seen["signature_policy"] && seen[f.name] {
			l.fail(path, "signature_policy may not stand beside %s", f.name)
		}
	}
	return seen
}

// isoDuration reads a duration as requests carry it; null, zero and the empty text are zero.
func (l *loader) isoDuration(path string, n *yaml.Node) lexical.Duration {
	s, ok := l.scalar(path, n)
	if !ok || s.kind == isNull || s.kind == isInt && s.int.Sign() == 0 || s.kind == isFloat && s.float == 0 ||
		s.kind == isBool && !s.bool {
		return lexical.Duration{}
	}
	if s.kind != isText {
		l.fail(path, "%q is not a duration like P10D", s.text)
		return lexical.Duration{}
	}
	v, err := lexical.ParseDuration(s.text)
	if err != nil {
		l.fail(path, "%v", err)
	}
	return v
}

func (l *loader) filenames(path string, n *yaml.Node) {
	f := &l.c.Filenames
	existing := func(to *string) func(string, *yaml.Node) {
		return func(path string, n *yaml.Node) {
			*to = l.text(path, n)
			if l.err == nil && !l.host.RegularFile(*to) {
				l.fail(path, "%q is not a file", *to)
			}
		}
	}
	l.section(path, n, map[string]func(string, *yaml.Node){
		"previous_skr":       existing(&f.PreviousSKR),
		"input_ksr":          existing(&f.InputKSR),
		"output_skr":         func(path string, n *yaml.Node) { f.OutputSKR = l.text(path, n) },
		"output_trustanchor": func(path string, n *yaml.Node) { f.OutputTrustAnchor = l.text(path, n) },
	})
}
