package dnssec_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"testing"

	"coen/dnssec"
)

func TestRSAEncoding(t *testing.T) {
	n := bytes.Repeat([]byte{0xc1}, 256)
	for _, size := range []int{1, 2, 4, 255, 256, 300} {
		e := bytes.Repeat([]byte{0x81}, size)
		pub, err := dnssec.EncodeRSA(append([]byte{0}, e...), append([]byte{0}, n...))
		if err != nil {
			t.Fatal(err)
		}
		key, err := dnssec.DecodeRSA(pub)
		if err != nil || !bytes.Equal(key.Modulus, n) || key.Exponent.Cmp(new(big.Int).SetBytes(e)) != 0 {
			t.Errorf("exponent of %d bytes does not come back: %v", size, err)
		}
	}
	for _, bad := range [][]byte{nil, {}, {0}, {0, 1}, {0, 0, 5, 1}, {9, 1}} {
		if _, err := dnssec.DecodeRSA(bad); err == nil {
			t.Errorf("%x decodes", bad)
		}
	}
}

func TestVerifyRSA(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pub, _ := dnssec.EncodeRSA(big.NewInt(int64(key.E)).Bytes(), key.N.Bytes())
	data := []byte("the data")
	for alg, hash := range map[dnssec.Algorithm]crypto.Hash{
		dnssec.RSASHA256: crypto.SHA256, dnssec.RSASHA512: crypto.SHA512,
	} {
		sig, err := rsa.SignPKCS1v15(nil, key, hash, dnssec.Digest(alg, data))
		if err != nil {
			t.Fatal(err)
		}
		if err := dnssec.Verify(alg, pub, data, sig); err != nil {
			t.Errorf("%v: %v", alg, err)
		}
		for name, bad := range map[string][]byte{
			"flipped": flip(sig, 10), "short": sig[1:], "long": append(sig, 0), "empty": nil,
			"zero": make([]byte, 256), "leading zero": append([]byte{0}, sig...),
			"plus modulus": new(big.Int).Add(new(big.Int).SetBytes(sig), key.N).Bytes(),
		} {
			if err := dnssec.Verify(alg, pub, data, bad); !errors.Is(err, dnssec.ErrBadSignature) {
				t.Errorf("%v: %s signature: %v", alg, name, err)
			}
		}
		if err := dnssec.Verify(alg, pub, flip(data, 0), sig); !errors.Is(err, dnssec.ErrBadSignature) {
			t.Errorf("%v: other data: %v", alg, err)
		}
	}
	sig, _ := rsa.SignPKCS1v15(nil, key, crypto.SHA1, dnssec.Digest(dnssec.RSASHA1, data))
	if err := dnssec.Verify(dnssec.RSASHA1, pub, data, sig); !errors.Is(err, dnssec.ErrBadSignature) {
		t.Errorf("SHA-1 signature: %v", err)
	}
}

// TestVerifyRSABounds has the keys whose verification is refused or bounded.
func TestVerifyRSABounds(t *testing.T) {
	n := append(bytes.Repeat([]byte{0xc1}, 255), 0xc1)
	for name, e := range map[string][]byte{"one": {1}, "even": {4}, "zero": {0}, "as the modulus": n} {
		pub := append([]byte{0, 0, byte(len(e))}, append(e, n...)...)
		if len(e) > 255 {
			pub = append([]byte{0, 1, 0}, append(e, n...)...)
		}
		err := dnssec.Verify(dnssec.RSASHA256, pub, nil, make([]byte, 256))
		if err == nil || errors.Is(err, dnssec.ErrBadSignature) {
			t.Errorf("exponent %s: %v", name, err)
		}
	}
	huge := append([]byte{1, 3}, bytes.Repeat([]byte{0xc1}, 1<<20)...)
	if err := dnssec.Verify(dnssec.RSASHA256, huge, nil, huge[2:]); !errors.Is(err, dnssec.ErrBadSignature) {
		t.Errorf("modulus of 8 megabits: %v", err)
	}
}

// TestVerifyRSALargeExponent: exponents beyond 31 bits are lawful.
func TestVerifyRSALargeExponent(t *testing.T) {
	e, _ := new(big.Int).SetString("1000000000000000000000007", 10)
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(key.Primes[0], one), new(big.Int).Sub(key.Primes[1], one))
	d := new(big.Int).ModInverse(e, phi)
	if d == nil {
		t.Skip("the random key has no such exponent")
	}
	block, err := dnssec.PadRSA(dnssec.RSASHA256, 128, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	sig := new(big.Int).Exp(new(big.Int).SetBytes(block), d, key.N).FillBytes(make([]byte, 128))
	pub, _ := dnssec.EncodeRSA(e.Bytes(), key.N.Bytes())
	if err := dnssec.Verify(dnssec.RSASHA256, pub, []byte("x"), sig); err != nil {
		t.Error(err)
	}
}

func TestVerifyECDSA(t *testing.T) {
	for alg, curve := range map[dnssec.Algorithm]elliptic.Curve{
		dnssec.ECDSAP256SHA256: elliptic.P256(), dnssec.ECDSAP384SHA384: elliptic.P384(),
	} {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		long, err := key.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		data := []byte("the data")
		r, s, err := ecdsa.Sign(rand.Reader, key, dnssec.Digest(alg, data))
		if err != nil {
			t.Fatal(err)
		}
		half := alg.PointSize() / 2
		sig := append(r.FillBytes(make([]byte, half)), s.FillBytes(make([]byte, half))...)
		for _, pub := range [][]byte{long, long[1:]} {
			if err := dnssec.Verify(alg, pub, data, sig); err != nil {
				t.Errorf("%v, key of %d bytes: %v", alg, len(pub), err)
			}
		}
		for _, bad := range [][]byte{flip(sig, 3), sig[1:], nil, append(sig, 0)} {
			if err := dnssec.Verify(alg, long[1:], data, bad); !errors.Is(err, dnssec.ErrBadSignature) {
				t.Errorf("%v: bad signature: %v", alg, err)
			}
		}
		if err := dnssec.Verify(alg, flip(long[1:], 5), data, sig); err == nil || errors.Is(err, dnssec.ErrBadSignature) {
			t.Errorf("%v: point off the curve: %v", alg, err)
		}
	}
}

func TestVerifyEd25519(t *testing.T) {
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sig := ed25519.Sign(key, []byte("x"))
	if err := dnssec.Verify(dnssec.ED25519, pub, []byte("x"), sig); err != nil {
		t.Error(err)
	}
	if err := dnssec.Verify(dnssec.ED25519, pub, []byte("y"), sig); !errors.Is(err, dnssec.ErrBadSignature) {
		t.Error(err)
	}
	if err := dnssec.Verify(dnssec.ED25519, pub[1:], []byte("x"), sig); err == nil {
		t.Error("short key accepted")
	}
	if err := dnssec.Verify(dnssec.ED448, pub, []byte("x"), sig); err == nil {
		t.Error("Ed448 accepted")
	}
}

func flip(b []byte, i int) []byte {
	c := bytes.Clone(b)
	c[i] ^= 1
	return c
}
