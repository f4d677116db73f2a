package ksr

import (
	"fmt"

	"coen/dnssec"
	"coen/ksk/lexical"
	"coen/ksk/xml"
)

// ParseBundles reads all bundles, which are elements with this name.
func ParseBundles(g xml.Group, name string) ([]Bundle, error) {
	elements, err := g.All(name)
	if err != nil {
		return nil, err
	}
	bundles := make([]Bundle, 0, len(elements))
	for _, e := range elements {
		b, err := parseBundle(e)
		if err != nil {
			return nil, err
		}
		bundles = append(bundles, b)
	}
	return bundles, nil
}

func parseBundle(e xml.Element) (Bundle, error) {
	id, err := e.Attribute("id")
	if err != nil {
		return Bundle{}, err
	}
	b := Bundle{ID: id}
	for _, name := range []string{"Inception", "Expiration", "Key", "Signature"} {
		if !e.Group.Has(name) {
			return Bundle{}, fmt.Errorf("Bundle %s missing mandatory %s", id, name)
		}
	}
	p := parser{}
	b.Inception = p.time(e.Group, "Inception")
	b.Expiration = p.time(e.Group, "Expiration")
	b.Keys = collect(&p, e.Group, "Key", p.key)
	b.Signatures = collect(&p, e.Group, "Signature", p.signature)
	signers, err := e.Group.All("Signer")
	p.keep(err)
	for _, s := range signers {
		b.Signers = append(b.Signers, p.attribute(s, "keyIdentifier"))
	}
	if p.err != nil {
		return Bundle{}, fmt.Errorf("bundle %s: %w", id, p.err)
	}
	return b, nil
}

// collect reads all elements with this name into a set.
func collect[T comparable](p *parser, g xml.Group, name string, read func(xml.Element) T) []T {
	elements, err := g.All(name)
	p.keep(err)
	var set []T
	seen := make(map[T]bool, len(elements))
	for _, e := range elements {
		if p.err != nil {
			return nil
		}
		if v := read(e); !seen[v] {
			seen[v] = true
			set = append(set, v)
		}
	}
	return set
}

func (p *parser) key(e xml.Element) Key {
	k := Key{
		Identifier: p.attribute(e, "keyIdentifier"),
		Tag:        p.integer(p.attribute(e, "keyTag")),
		TTL:        p.integer(p.value(e.Group, "TTL")),
		Flags:      p.flags(e.Group),
		Protocol:   p.integer(p.value(e.Group, "Protocol")),
		Algorithm:  p.algorithm(p.value(e.Group, "Algorithm")),
		PublicKey:  p.value(e.Group, "PublicKey"),
	}
	if p.err == nil && k.Algorithm.IsECDSA() {
		pub, err := k.PublicKeyBytes()
		if err == nil {
			_, err = dnssec.Point(k.Algorithm, pub)
		}
		p.keep(err)
	}
	return k
}

func (p *parser) flags(g xml.Group) uint16 {
	n := p.integer(p.value(g, "Flags"))
	if p.err != nil {
		return 0
	}
	for _, flags := range []uint16{dnssec.FlagsZSK, dnssec.FlagsKSK, dnssec.FlagsRevoked} {
		if n == lexical.Int(int64(flags)) {
			return flags
		}
	}
	p.keep(fmt.Errorf("key with flags %s", n))
	return 0
}

func (p *parser) signature(e xml.Element) Signature {
	s := Signature{
		Identifier:  p.attribute(e, "keyIdentifier"),
		TTL:         p.integer(p.value(e.Group, "TTL")),
		Algorithm:   p.algorithm(p.value(e.Group, "Algorithm")),
		Labels:      p.integer(p.value(e.Group, "Labels")),
		OriginalTTL: p.integer(p.value(e.Group, "OriginalTTL")),
		Expiration:  p.time(e.Group, "SignatureExpiration"),
		Inception:   p.time(e.Group, "SignatureInception"),
		KeyTag:      p.integer(p.value(e.Group, "KeyTag")),
		SignersName: p.value(e.Group, "SignersName"),
		Data:        p.value(e.Group, "SignatureData"),
	}
	if covered := p.value(e.Group, "TypeCovered"); p.err == nil && covered != "DNSKEY" {
		p.keep(fmt.Errorf("signature over type %q", covered))
	}
	return s
}
