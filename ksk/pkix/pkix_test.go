package pkix_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"coen/dnssec"
	"coen/internal/oracle"
	"coen/ksk/ksrtest"
	"coen/ksk/pkix"
)

var keys = map[string]dnssec.Algorithm{
	"ksk-1": dnssec.RSASHA256, "ksk-p256": dnssec.ECDSAP256SHA256, "ksk-p384": dnssec.ECDSAP384SHA384, "ksk-ed": dnssec.ED25519,
}

// TestEncode compares with what OpenSSL makes of the private keys.
func TestEncode(t *testing.T) {
	for name, a := range keys {
		public := ksrtest.Key(t, name, a).Public()
		der, err := pkix.Encode(a, public)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode([]byte(oracle.Run(t, "openssl", "pkey", "-in", ksrtest.File(t, name), "-pubout")))
		if block == nil || !bytes.Equal(block.Bytes, der) {
			t.Errorf("%s: %x", name, der)
		}
		if got, back, err := pkix.Decode(der); err != nil || got != a || !bytes.Equal(back, public) {
			t.Errorf("%s: %v, %x, %v", name, got, back, err)
		}
	}
	for _, c := range []struct {
		a      dnssec.Algorithm
		public []byte
	}{
		{dnssec.ED25519, make([]byte, 31)}, {dnssec.ED448, make([]byte, 57)}, {dnssec.ECDSAP256SHA256, make([]byte, 64)},
		{dnssec.RSASHA256, nil}, {dnssec.RSASHA256, []byte{5, 1, 0, 0, 0, 1, 9, 9}},
	} {
		if _, err := pkix.Encode(c.a, c.public); err == nil {
			t.Errorf("%v key %x is taken", c.a, c.public)
		}
	}
}

// TestSignature has crypto/x509 verify what was encoded, and reads it back.
func TestSignature(t *testing.T) {
	for name, a := range keys {
		k := ksrtest.Key(t, name, a)
		raw, err := k.Sign([]byte("data"))
		if err != nil {
			t.Fatal(err)
		}
		encoded, err := pkix.EncodeSignature(a, raw)
		if err != nil {
			t.Fatal(err)
		}
		public, err := pkix.PublicKey(a, k.Public())
		if err != nil {
			t.Fatal(err)
		}
		c := x509.Certificate{PublicKey: public}
		if err := c.CheckSignature(pkix.SignatureAlgorithm(a), []byte("data"), encoded); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if back, err := pkix.DecodeSignature(a, encoded); err != nil || !bytes.Equal(back, raw) {
			t.Errorf("%s: %x, %v", name, back, err)
		}
		if pkix.Verify(a, k.Public(), []byte("other"), encoded) == nil || pkix.Verify(a, k.Public(), []byte("data"), encoded) != nil {
			t.Errorf("%s: verification", name)
		}
	}
	if _, err := pkix.EncodeSignature(dnssec.ECDSAP256SHA256, make([]byte, 63)); err == nil {
		t.Error("a short signature is encoded")
	}
}

func FuzzDecode(f *testing.F) {
	der, err := pkix.Encode(dnssec.ED25519, make([]byte, 32))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der)
	f.Add([]byte{0x30, 6, 2, 1, 1, 2, 1, 1})
	f.Fuzz(func(_ *testing.T, text []byte) {
		if a, public, err := pkix.Decode(text); err == nil {
			pkix.Verify(a, public, text, text)
		}
		pkix.DecodeSignature(dnssec.ECDSAP384SHA384, text)
	})
}
