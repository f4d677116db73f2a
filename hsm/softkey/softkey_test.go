package softkey_test

import (
	"bytes"
	"testing"

	"coen/dnssec"
	"coen/hsm/softkey"
	"coen/ksk/ksrtest"
)

func TestSign(t *testing.T) {
	for _, c := range []struct {
		file string
		a    dnssec.Algorithm
	}{
		{"zsk-a", dnssec.RSASHA256}, {"zsk-a", dnssec.RSASHA512}, {"zsk-e3", dnssec.RSASHA256}, {"zsk-1024", dnssec.RSASHA256}, {"zsk-3072", dnssec.RSASHA256},
		{"zsk-p256", dnssec.ECDSAP256SHA256}, {"zsk-p384", dnssec.ECDSAP384SHA384}, {"zsk-ed", dnssec.ED25519},
	} {
		k, err := softkey.Parse(ksrtest.PEM(t, c.file), c.a)
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		first, err := k.Sign([]byte("data"))
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		second, _ := k.Sign([]byte("data"))
		if !bytes.Equal(first, second) {
			t.Errorf("%s: two signatures differ", c.file)
		}
		if err := dnssec.Verify(k.Algorithm(), k.Public(), []byte("data"), first); err != nil {
			t.Errorf("%s: %v", c.file, err)
		}
	}
	if _, err := softkey.Parse(ksrtest.PEM(t, "zsk-p256"), dnssec.RSASHA256); err == nil {
		t.Error("an EC key passes as RSA")
	}
	for _, text := range []string{"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"} {
		if _, err := softkey.Parse([]byte(text), 0); err == nil {
			t.Errorf("%q is a key", text)
		}
	}
}
