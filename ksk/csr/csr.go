package csr

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	cpkix "crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"coen/dnssec"
	"coen/ksk/pkix"
)

// MaxSize bounds a request, in bytes: one for an RSA key of 16384 bits is half as large.
const MaxSize = 16 << 10

// Names of attributes of the subject (RFC 5280 appendix A.1; IANA's enterprise number).
var (
	oidOrganization   = asn1.ObjectIdentifier{2, 5, 4, 10}
	oidUnit           = asn1.ObjectIdentifier{2, 5, 4, 11}
	oidCommonName     = asn1.ObjectIdentifier{2, 5, 4, 3}
	oidResourceRecord = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 1000, 53}
)

// Subject is whom a request is for.
type Subject struct {
	Organization string
	Unit         string
	CommonName   string
	Record       string // the delegation signer record; Create makes it
}

// CommonName is that of a request made at a time.
func CommonName(at time.Time) string {
	return "Root Zone KSK " + at.UTC().Format("2006-01-02T15:04:05") + "+00:00"
}

// Record is the delegation signer record of a key, as a subject has it.
func Record(k dnssec.Key) string {
	return fmt.Sprintf(". IN DS %d %d 2 %s", k.Tag(), k.Algorithm, k.DSHex())
}

// names returns the subject's parts in order, those that are empty left out.
func (s Subject) names() cpkix.RDNSequence {
	var all cpkix.RDNSequence
	for _, n := range []cpkix.AttributeTypeAndValue{
		{Type: oidOrganization, Value: s.Organization}, {Type: oidUnit, Value: s.Unit},
		{Type: oidCommonName, Value: s.CommonName}, {Type: oidResourceRecord, Value: s.Record},
	} {
		if n.Value != "" {
			all = append(all, cpkix.RelativeDistinguishedNameSET{n})
		}
	}
	return all
}

// Create makes a request for a key with flags 257 and has the key sign it.
func Create(s Subject, signer *pkix.Signer, a dnssec.Algorithm) ([]byte, error) {
	_, public, err := pkix.DNSSEC(signer.Public())
	if err != nil {
		return nil, err
	}
	s.Record = Record(dnssec.Key{Flags: dnssec.FlagsKSK, Protocol: dnssec.Protocol, Algorithm: a, PublicKey: public})
	subject, err := asn1.Marshal(s.names())
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		RawSubject: subject, SignatureAlgorithm: pkix.SignatureAlgorithm(a),
	}, signer)
	if err != nil {
		return nil, err
	}
	if _, err := Parse(der); err != nil {
		return nil, fmt.Errorf("the request made cannot be read back: %w", err)
	}
	return der, nil
}

// Request is a request that has been read. Its signature verifies.
type Request struct {
	Subject   Subject
	Key       dnssec.Key // with flags 257
	Signature x509.SignatureAlgorithm
}

// Parse reads a request in DER, or in PEM, and verifies it: the signature, the four names, and
// that the record is that of the key.
func Parse(text []byte) (*Request, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("certificate request of more than %d bytes", MaxSize)
	}
	if block, rest := pem.Decode(text); block != nil {
		if block.Type != "CERTIFICATE REQUEST" || len(bytes.TrimSpace(rest)) > 0 {
			return nil, errors.New("not a single certificate request in PEM")
		}
		text = block.Bytes
	}
	parsed, err := x509.ParseCertificateRequest(text)
	if err != nil {
		return nil, err
	}
	if err := parsed.CheckSignature(); err != nil {
		return nil, fmt.Errorf("certificate request: %w", err)
	}
	r := &Request{Signature: parsed.SignatureAlgorithm}
	if r.Subject, err = readSubject(parsed.RawSubject); err != nil {
		return nil, err
	}
	return r, r.identify(parsed)
}

// identify compares the record with the key. An RSA key is one of the algorithm that the record says.
func (r *Request) identify(parsed *x509.CertificateRequest) error {
	a, public, err := pkix.DNSSEC(parsed.PublicKey)
	if err != nil {
		return err
	}
	for _, a := range []dnssec.Algorithm{a, dnssec.RSASHA512} {
		r.Key = dnssec.Key{Flags: dnssec.FlagsKSK, Protocol: dnssec.Protocol, Algorithm: a, PublicKey: public}
		if r.Subject.Record == Record(r.Key) {
			return nil
		}
		if !a.IsRSA() {
			break
		}
	}
	return fmt.Errorf("the subject says %q, which is not the record of the key", r.Subject.Record)
}

func readSubject(der []byte) (Subject, error) {
	var s Subject
	var names cpkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &names); err != nil || len(rest) > 0 {
		return s, errors.New("certificate request: subject is malformed")
	}
	for _, set := range names {
		if len(set) != 1 {
			return s, errors.New("certificate request: a part of the subject has several values")
		}
		text, ok := set[0].Value.(string)
		to := map[string]*string{
			oidOrganization.String(): &s.Organization, oidUnit.String(): &s.Unit,
			oidCommonName.String(): &s.CommonName, oidResourceRecord.String(): &s.Record,
		}[set[0].Type.String()]
		if !ok || to == nil || *to != "" {
			return s, fmt.Errorf("certificate request: %v in the subject is unknown, twice there or no text", set[0].Type)
		}
		*to = text
	}
	if s.Record == "" {
		return s, errors.New("certificate request: no resource record in the subject")
	}
	return s, nil
}
