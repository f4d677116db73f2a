package admin

import (
	"crypto/sha1"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf16"

	"coen/install/proc"
	"coen/tree"
)

// openssl models "openssl rehash" and its older form c_rehash: links by which
// OpenSSL finds certificates and revocation lists in a directory, named by a
// hash of the subject or issuer.
func openssl(p *proc.Proc) (int, error) {
	args := p.Args[1:]
	if path.Base(p.Args[0]) == "openssl" {
		if len(args) == 0 || args[0] != "rehash" {
			return 0, p.Unmodelledf("%s", strings.Join(args, " "))
		}
		args = args[1:]
	}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		if args[0] != "-v" {
			return 0, p.Unmodelledf("option %s", args[0])
		}
		args = args[1:]
	}
	for _, dir := range args {
		if err := rehash(p, p.Path(dir)); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

var (
	hashLink = regexp.MustCompile(`^[0-9a-f]{8}\.r?[0-9]+$`)
	pemName  = regexp.MustCompile(`(?i)\.(pem|crt|cer|crl)$`)
)

// rehash makes the links of one directory anew.
func rehash(p *proc.Proc, dir string) error {
	n, err := p.Tree.Lookup(dir)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	next := map[string]int{}
	for _, name := range n.Names() {
		if n.Child(name).Kind == tree.Symlink && hashLink.MatchString(name) {
			if err := p.Tree.Remove(path.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	for _, name := range n.Names() {
		data, err := p.Tree.ReadFile(path.Join(dir, name))
		if err != nil || !pemName.MatchString(name) {
			continue
		}
		prefix, fingerprint, err := hashOf(data)
		if err != nil {
			fmt.Fprintf(p.Stderr(), "rehash: warning: skipping %s, %v\n", name, err)
			continue
		}
		if seen[fingerprint] {
			fmt.Fprintf(p.Stderr(), "rehash: warning: skipping duplicate certificate in %s\n", name)
			continue
		}
		seen[fingerprint] = true
		link := fmt.Sprintf("%s%d", prefix, next[prefix])
		next[prefix]++
		if err := p.Tree.Symlink(name, path.Join(dir, link)); err != nil {
			return err
		}
	}
	return nil
}

// hashOf gives the first part of the link's name, "5ed36f99." or "5ed36f99.r",
// and what tells the object from others of that name.
func hashOf(data []byte) (prefix, fingerprint string, err error) {
	var objects []*pem.Block
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CRL":
			objects = append(objects, block)
		}
	}
	if len(objects) != 1 {
		return "", "", fmt.Errorf("it does not contain exactly one certificate or CRL")
	}
	list := objects[0].Type == "X509 CRL"
	name, err := nameOf(objects[0].Bytes, list)
	if err != nil {
		return "", "", err
	}
	hash, err := nameHash(name)
	if err != nil {
		return "", "", err
	}
	prefix = fmt.Sprintf("%08x.", hash)
	if list {
		prefix += "r"
	}
	return prefix, fmt.Sprintf("%x", sha1.Sum(objects[0].Bytes)), nil
}

// nameOf finds the subject of a certificate, or the issuer of a list, in its
// DER encoding (RFC 5280, sections 4.1 and 5.1).
func nameOf(der []byte, list bool) (asn1.RawValue, error) {
	var outer, tbs asn1.RawValue
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return outer, err
	}
	if _, err := asn1.Unmarshal(outer.Bytes, &tbs); err != nil {
		return tbs, err
	}
	var fields []asn1.RawValue
	for rest := tbs.Bytes; len(rest) > 0; {
		var v asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &v); err != nil {
			return v, err
		}
		fields = append(fields, v)
	}
	// A certificate: [version], serial, algorithm, issuer, validity, subject.
	// A list: [version], algorithm, issuer.
	i := 0
	if len(fields) > 0 && (fields[0].Class == asn1.ClassContextSpecific || list && fields[0].Tag == asn1.TagInteger) {
		i++
	}
	if i += 4; list {
		i -= 3
	}
	if i >= len(fields) || fields[i].Tag != asn1.TagSequence {
		return asn1.RawValue{}, fmt.Errorf("it has no name")
	}
	return fields[i], nil
}

// nameHash is X509_NAME_hash of OpenSSL: the first bytes of the SHA-1 of the
// canonical form of a name, in which strings are UTF-8, in lower case and
// without superfluous spaces.
func nameHash(name asn1.RawValue) (uint32, error) {
	var canonical []byte
	for rest := name.Bytes; len(rest) > 0; {
		var set asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &set); err != nil {
			return 0, err
		}
		encoded, err := canonicalSet(set.Bytes)
		if err != nil {
			return 0, err
		}
		canonical = append(canonical, encoded...)
	}
	sum := sha1.Sum(canonical)
	return binary.LittleEndian.Uint32(sum[:]), nil
}

func canonicalSet(rest []byte) ([]byte, error) {
	var body []byte
	for len(rest) > 0 {
		var pair struct {
			Type  asn1.ObjectIdentifier
			Value asn1.RawValue
		}
		var err error
		if rest, err = asn1.Unmarshal(rest, &pair); err != nil {
			return nil, err
		}
		if text, ok := utf8Of(pair.Value); ok {
			pair.Value = asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: canonicalText(text)}
		}
		encoded, err := asn1.Marshal(pair)
		if err != nil {
			return nil, err
		}
		body = append(body, encoded...)
	}
	return asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: body})
}

// utf8Of converts the string types that count as text.
func utf8Of(v asn1.RawValue) (string, bool) {
	const tagVisible, tagUniversal = 26, 28
	switch v.Tag {
	case asn1.TagUTF8String, asn1.TagPrintableString, asn1.TagIA5String, tagVisible:
		return string(v.Bytes), true
	case asn1.TagT61String: // read as Latin-1
		var b strings.Builder
		for _, c := range v.Bytes {
			b.WriteRune(rune(c))
		}
		return b.String(), true
	case asn1.TagBMPString:
		var units []uint16
		for i := 0; i+1 < len(v.Bytes); i += 2 {
			units = append(units, binary.BigEndian.Uint16(v.Bytes[i:]))
		}
		return string(utf16.Decode(units)), true
	case tagUniversal:
		var b strings.Builder
		for i := 0; i+3 < len(v.Bytes); i += 4 {
			b.WriteRune(rune(binary.BigEndian.Uint32(v.Bytes[i:])))
		}
		return b.String(), true
	}
	return "", false
}

// canonicalText trims spaces, makes runs of them one, and lower-cases ASCII.
func canonicalText(s string) []byte {
	var out []byte
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r >= '\t' && r <= '\r' }) {
		if len(out) > 0 {
			out = append(out, ' ')
		}
		for i := range len(word) {
			c := word[i]
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			out = append(out, c)
		}
	}
	return out
}
