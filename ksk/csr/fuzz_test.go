package csr_test

import (
	"testing"

	"coen/ksk/csr"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte{0x30, 0x00})
	f.Add([]byte("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if r, err := csr.Parse(text); err == nil && r.Subject.Record != csr.Record(r.Key) {
			t.Errorf("record %q of a key with %q", r.Subject.Record, csr.Record(r.Key))
		}
	})
}
