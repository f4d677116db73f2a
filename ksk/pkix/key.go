package pkix

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math"
	"math/big"

	"coen/dnssec"
)

// PublicKey reads a public key as a DNSKEY record has it.
func PublicKey(a dnssec.Algorithm, public []byte) (crypto.PublicKey, error) {
	switch {
	case a.IsRSA():
		k, err := dnssec.DecodeRSA(public)
		if err != nil {
			return nil, err
		}
		if !k.Exponent.IsInt64() || k.Exponent.Int64() > math.MaxInt32 {
			return nil, fmt.Errorf("rsa exponent of %d bits", k.Exponent.BitLen())
		}
		return &rsa.PublicKey{N: new(big.Int).SetBytes(k.Modulus), E: int(k.Exponent.Int64())}, nil
	case a.IsECDSA():
		point, err := dnssec.Point(a, public)
		if err != nil {
			return nil, err
		}
		const uncompressed = 0x04
		return ecdsa.ParseUncompressedPublicKey(curve(a), append([]byte{uncompressed}, point...))
	case a == dnssec.ED25519 && len(public) == ed25519.PublicKeySize:
		return ed25519.PublicKey(public), nil
	}
	return nil, fmt.Errorf("public key of %d bytes for algorithm %v", len(public), a)
}

func curve(a dnssec.Algorithm) elliptic.Curve {
	if a == dnssec.ECDSAP384SHA384 {
		return elliptic.P384()
	}
	return elliptic.P256()
}

// Encode writes a public key as a DNSKEY record has it as SubjectPublicKeyInfo.
func Encode(a dnssec.Algorithm, public []byte) ([]byte, error) {
	k, err := PublicKey(a, public)
	if err != nil {
		return nil, err
	}
	return x509.MarshalPKIXPublicKey(k)
}

// Decode reads a SubjectPublicKeyInfo. An RSA key is taken for one of RSASHA256.
func Decode(der []byte) (dnssec.Algorithm, []byte, error) {
	k, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return 0, nil, err
	}
	return DNSSEC(k)
}

// DNSSEC returns a public key as a DNSKEY record has it, and its algorithm: RSASHA256 for RSA.
func DNSSEC(k crypto.PublicKey) (dnssec.Algorithm, []byte, error) {
	switch k := k.(type) {
	case *rsa.PublicKey:
		public, err := dnssec.EncodeRSA(big.NewInt(int64(k.E)).Bytes(), k.N.Bytes())
		return dnssec.RSASHA256, public, err
	case ed25519.PublicKey:
		return dnssec.ED25519, k, nil
	case *ecdsa.PublicKey:
		a, ok := map[elliptic.Curve]dnssec.Algorithm{
			elliptic.P256(): dnssec.ECDSAP256SHA256, elliptic.P384(): dnssec.ECDSAP384SHA384,
		}[k.Curve]
		if !ok {
			return 0, nil, fmt.Errorf("no algorithm for keys on %s", k.Params().Name)
		}
		point, err := k.Bytes()
		if err != nil {
			return 0, nil, err
		}
		return a, point[1:], nil
	}
	return 0, nil, fmt.Errorf("public keys of type %T are not used", k)
}
