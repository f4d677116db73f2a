package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"coen/dnssec"
	"coen/internal/oracle"
	"coen/ksk/ksr"
	"coen/ksk/lexical"
	"coen/ksk/skr"
)

// believe has every signature of a response verified by a DNS library and by OpenSSL.
func believe(t *testing.T, r *skr.Response) {
	t.Helper()
	for _, b := range r.Bundles {
		records, err := b.Records()
		if err != nil {
			t.Fatal(err)
		}
		var set []dns.RR
		var signatures []*dns.RRSIG
		for _, text := range records {
			rr, err := dns.NewRR(text)
			if err != nil {
				t.Fatalf("%v in %s", err, text)
			}
			if s, ok := rr.(*dns.RRSIG); ok {
				signatures = append(signatures, s)
			} else {
				set = append(set, rr)
			}
		}
		for _, s := range signatures {
			verified := false
			for _, rr := range set {
				if k := rr.(*dns.DNSKEY); k.KeyTag() == s.KeyTag && s.Verify(k, set) == nil {
					verified = true
				}
			}
			if !verified {
				t.Errorf("bundle %s: the DNS library does not believe signature %d", b.ID, s.KeyTag)
			}
		}
		if len(signatures) == 0 {
			t.Errorf("bundle %s has no signatures", b.ID)
		}
		for _, s := range b.Signatures {
			openssl(t, b, s)
		}
	}
}

// openssl verifies a signature with the command line tool.
func openssl(t *testing.T, b ksr.Bundle, s ksr.Signature) {
	t.Helper()
	data, err := s.SignedData(b.Keys)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := lexical.DecodeBase64(s.Data)
	if err != nil {
		t.Fatal(err)
	}
	var key ksr.Key
	for _, k := range b.Keys {
		if k.Identifier == s.Identifier {
			key = k
		}
	}
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if key.Algorithm.IsECDSA() {
		sig = derSignature(t, sig)
	}
	public := file("public.pem", publicPEM(t, key))
	args := []string{"dgst", "-sha256", "-verify", public, "-signature", file("sig", sig), file("data", data)}
	switch key.Algorithm {
	case dnssec.RSASHA512:
		args[1] = "-sha512"
	case dnssec.ECDSAP384SHA384:
		args[1] = "-sha384"
	case dnssec.ED25519:
		args = []string{"pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", public, "-sigfile", file("sig", sig), "-in", file("data", data)}
	}
	out, stderr, err := oracle.Try(t, "openssl", args...)
	if err != nil || !strings.Contains(out, "Verif") {
		t.Errorf("bundle %s: OpenSSL does not believe the signature with %s: %v %s%s", b.ID, s.Identifier, err, out, stderr)
	}
}

func derSignature(t *testing.T, sig []byte) []byte {
	half := len(sig) / 2
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(sig[:half]), new(big.Int).SetBytes(sig[half:])})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func publicPEM(t *testing.T, k ksr.Key) []byte {
	t.Helper()
	pub, err := k.PublicKeyBytes()
	if err != nil {
		t.Fatal(err)
	}
	var parsed any = ed25519.PublicKey(pub)
	curves := map[dnssec.Algorithm]elliptic.Curve{dnssec.ECDSAP256SHA256: elliptic.P256(), dnssec.ECDSAP384SHA384: elliptic.P384()}
	switch {
	case k.Algorithm.IsRSA():
		key, err := dnssec.DecodeRSA(pub)
		if err != nil {
			t.Fatal(err)
		}
		parsed = &rsa.PublicKey{N: new(big.Int).SetBytes(key.Modulus), E: int(key.Exponent.Int64())}
	case k.Algorithm.IsECDSA():
		if parsed, err = ecdsa.ParseUncompressedPublicKey(curves[k.Algorithm], append([]byte{4}, pub...)); err != nil {
			t.Fatal(err)
		}
	}
	der, err := x509.MarshalPKIXPublicKey(parsed)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}
