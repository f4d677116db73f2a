package backup

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"coen/dnssec"
	"coen/hsm"
)

// Legacy is what a record of the legacy tool's keybackup says. Nothing vouches for it.
type Legacy struct {
	Label, Class, Type string
	ID                 []byte
	Modulus, Exponent  []byte // of public RSA keys
	Wrapped            []byte // of others: by CKM_DES3_ECB
}

// ParseLegacy reads the records of the legacy tool's keybackup: lines "name:value", then sections of base64 below
// a line with their name, up to a blank line. The section with a wrapped key is called "Wrappedkey:" by the writer and was called
// "wrappedkey:" by the reader; both are taken. Between records stands what the tool's log mixed in, which is skipped.
func ParseLegacy(text []byte) ([]Legacy, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("key records of more than %d bytes", MaxSize)
	}
	var p legacyParser
	for i, line := range strings.Split(string(text), "\n") {
		if err := p.line(strings.TrimRight(line, " \t\r")); err != nil {
			return nil, fmt.Errorf("key records: line %d: %w", i+1, err)
		}
	}
	if err := p.end(); err != nil {
		return nil, fmt.Errorf("key records: at the end: %w", err)
	}
	if len(p.all) == 0 {
		return nil, errors.New("no key records in the file")
	}
	return p.all, nil
}

type legacyParser struct {
	all      []Legacy
	record   *Legacy // nil between records
	sections map[string]*strings.Builder
	section  *strings.Builder
}

func (p *legacyParser) line(line string) error {
	name, value, named := strings.Cut(line, ":")
	switch {
	case strings.HasPrefix(line, "#"):
		return nil
	case line == "":
		return p.end()
	case p.record == nil && name == "label" && named:
		if len(p.all) == maxRecords {
			return fmt.Errorf("more than %d records", maxRecords)
		}
		p.record, p.sections = &Legacy{Label: value}, map[string]*strings.Builder{}
		return nil
	case p.record == nil:
		return nil
	case named:
		return p.field(name, value)
	case p.section == nil:
		return fmt.Errorf("%.40q is neither a name nor in a section", line)
	}
	p.section.WriteString(strings.TrimSpace(line))
	return nil
}

func (p *legacyParser) field(name, value string) (err error) {
	p.section = nil
	switch name {
	case "id":
		p.record.ID, err = hex.DecodeString(strings.TrimPrefix(value, "0x"))
	case "class":
		p.record.Class = value
	case "type":
		p.record.Type = value
	case "modulus", "exponent", "Wrappedkey", "wrappedkey":
		name = strings.ToLower(name)
		if value != "" || p.sections[name] != nil {
			return fmt.Errorf("section %q is there twice or has a value", name)
		}
		p.section = &strings.Builder{}
		p.sections[name] = p.section
	case "modulus bits", "public exponent":
	default:
		err = fmt.Errorf("unknown name %q", name)
	}
	return err
}

// end completes a record. The last one of a file need not be followed by a blank line.
func (p *legacyParser) end() error {
	if p.record == nil {
		return nil
	}
	r := p.record
	for name, to := range map[string]*[]byte{"modulus": &r.Modulus, "exponent": &r.Exponent, "wrappedkey": &r.Wrapped} {
		if section := p.sections[name]; section != nil {
			value, err := base64.StdEncoding.DecodeString(section.String())
			if err != nil {
				return fmt.Errorf("%s of %q: %w", name, r.Label, err)
			}
			*to = value
		}
	}
	if err := r.check(); err != nil {
		return err
	}
	p.all, p.record, p.section = append(p.all, *r), nil, nil
	return nil
}

func (r *Legacy) check() error {
	if err := CheckLabel(r.Label); err != nil {
		return err
	}
	complete := len(r.Wrapped) > 0
	switch r.Class {
	case "public":
		complete = len(r.Modulus) > 0 && len(r.Exponent) > 0
	case "private", "secret":
	default:
		return fmt.Errorf("key %q has class %q", r.Label, r.Class)
	}
	if !complete {
		return fmt.Errorf("%s key %q is incomplete", r.Class, r.Label)
	}
	return nil
}

// LegacyPairs joins the halves of RSA keys to records. Nothing signs them, so they have no signatures.
func LegacyPairs(all []Legacy) ([]Record, error) {
	var pairs []Record
	for _, private := range all {
		if private.Class != "private" {
			continue
		}
		r := Record{Label: private.Label, ID: private.ID, Algorithm: dnssec.RSASHA256, Wrapped: private.Wrapped}
		for _, public := range all {
			if public.Class == "public" && public.Label == private.Label && private.Type == "rsa" {
				var err error
				if r.Public, err = dnssec.EncodeRSA(public.Exponent, public.Modulus); err != nil {
					return nil, fmt.Errorf("key %q: %w", r.Label, err)
				}
			}
		}
		if r.Public == nil {
			return nil, fmt.Errorf("private key %q has no public RSA half in the file", r.Label)
		}
		pairs = append(pairs, r)
	}
	return pairs, nil
}

// RestoreLegacy is Restore for a key that the legacy tool wrapped with triple DES.
func RestoreLegacy(t *hsm.Tokens, with *hsm.Key, r Record, hashInToken bool) (*hsm.Key, error) {
	return restore(t, with, hsm.DES3ECB, r, hashInToken)
}
