package ksr

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"coen/dnssec"
	"coen/ksk/lexical"
	"coen/ksk/xml"
)

// Parse reads a request. The bundles are sorted by expiration; those that expire
// together keep their order.
func Parse(text []byte) (*Request, error) {
	root, err := ParseRoot(text)
	if err != nil {
		return nil, err
	}
	r := &Request{ID: root.ID, Domain: root.Domain, Serial: root.Serial}
	if text, ok := root.Attributes["timestamp"]; ok {
		if r.Timestamp, err = lexical.ParseTime(text); err != nil {
			return nil, err
		}
	}
	request, err := root.Group.Inside("Request")
	if err != nil {
		return nil, err
	}
	policy, err := request.Inside("RequestPolicy")
	if err != nil {
		return nil, err
	}
	if r.ZSK, err = ParsePolicy(policy, "ZSK"); err != nil {
		return nil, err
	}
	if r.Bundles, err = ParseBundles(request, "RequestBundle"); err != nil {
		return nil, err
	}
	slices.SortStableFunc(r.Bundles, func(a, b Bundle) int { return a.Expiration.Compare(b.Expiration) })
	return r, nil
}

// Root is the outermost element of a request or a response.
type Root struct {
	ID, Domain string
	Serial     lexical.Integer
	xml.Element
}

// ParseRoot reads the outermost element.
func ParseRoot(text []byte) (*Root, error) {
	document, err := xml.Parse(text)
	if err != nil {
		return nil, err
	}
	element, err := document.One("KSR")
	if err != nil {
		return nil, err
	}
	if element.Group == nil {
		return nil, errors.New("<KSR> has no elements inside")
	}
	p := parser{}
	root := &Root{Element: element}
	root.ID = p.attribute(element, "id")
	root.Domain = p.attribute(element, "domain")
	root.Serial = p.integer(p.attribute(element, "serial"))
	return root, p.err
}

// parser collects the first error of many small readings.
type parser struct{ err error }

func (p *parser) keep(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *parser) attribute(e xml.Element, name string) string {
	value, err := e.Attribute(name)
	p.keep(err)
	return value
}

func (p *parser) value(g xml.Group, name string) string {
	value, err := g.Value(name)
	p.keep(err)
	return value
}

func (p *parser) integer(text string) lexical.Integer {
	if p.err != nil {
		return ""
	}
	n, err := lexical.ParseInteger(text)
	p.keep(err)
	return n
}

func (p *parser) duration(g xml.Group, name string) lexical.Duration {
	text, err := g.Value(name)
	if err != nil {
		p.keep(err)
		return lexical.Duration{}
	}
	d, err := lexical.ParseDuration(text)
	p.keep(err)
	return d
}

func (p *parser) time(g xml.Group, name string) time.Time {
	text := p.value(g, name)
	if p.err != nil {
		return time.Time{}
	}
	t, err := lexical.ParseTime(text)
	p.keep(err)
	return t
}

func (p *parser) algorithm(text string) dnssec.Algorithm {
	n := p.integer(text)
	if p.err != nil {
		return 0
	}
	v, ok := n.Uint(8)
	a := dnssec.Algorithm(v)
	if !ok || !a.Known() {
		p.keep(fmt.Errorf("unknown algorithm %s", n))
	}
	return a
}

// ParsePolicy reads the policy block with this name.
func ParsePolicy(g xml.Group, name string) (Policy, error) {
	block, err := g.Inside(name)
	if err != nil {
		return Policy{}, err
	}
	p := parser{}
	policy := Policy{
		PublishSafety:        p.duration(block, "PublishSafety"),
		RetireSafety:         p.duration(block, "RetireSafety"),
		MaxSignatureValidity: p.duration(block, "MaxSignatureValidity"),
		MinSignatureValidity: p.duration(block, "MinSignatureValidity"),
		MaxValidityOverlap:   p.duration(block, "MaxValidityOverlap"),
		MinValidityOverlap:   p.duration(block, "MinValidityOverlap"),
	}
	all, err := block.All("SignatureAlgorithm")
	p.keep(err)
	if len(all) == 0 {
		p.keep(errors.New("missing <SignatureAlgorithm>"))
	}
	seen := map[AlgorithmPolicy]bool{}
	for _, e := range all {
		a := p.algorithmPolicy(e)
		if !seen[a] {
			seen[a] = true
			policy.Algorithms = append(policy.Algorithms, a)
		}
	}
	return policy, p.err
}

func (p *parser) algorithmPolicy(e xml.Element) AlgorithmPolicy {
	a := AlgorithmPolicy{Algorithm: p.algorithm(p.attribute(e, "algorithm"))}
	if p.err != nil {
		return a
	}
	family := Family(a.Algorithm)
	if family == "" {
		p.keep(fmt.Errorf("algorithm %v has no policy", a.Algorithm))
		return a
	}
	parameters, err := e.Group.One(family)
	p.keep(err)
	if p.err != nil {
		return a
	}
	a.Size = p.integer(p.attribute(parameters, "size"))
	if a.Algorithm.IsRSA() {
		a.Exponent = p.integer(p.attribute(parameters, "exponent"))
	}
	return a
}

// Family returns the name of the element that holds an algorithm's parameters, or
// nothing for an algorithm that policies cannot express.
func Family(a dnssec.Algorithm) string {
	switch {
	case a.IsRSA():
		return "RSA"
	case a.IsECDSA():
		return "ECDSA"
	case a.IsEdDSA():
		return "EdDSA"
	}
	return ""
}
