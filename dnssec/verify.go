package dnssec

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"math/big"
)

// ErrBadSignature says that a signature was not made with the key over the data.
// Other errors of Verify say that the key cannot be used at all.
var ErrBadSignature = errors.New("signature does not verify")

// Verify checks an RRSIG signature over data with a public key as it is in a DNSKEY record.
func Verify(a Algorithm, pub, data, sig []byte) error {
	switch {
	case a.IsRSA():
		return verifyRSA(a, pub, data, sig)
	case a.IsECDSA():
		return verifyECDSA(a, pub, data, sig)
	case a == ED25519:
		if len(pub) != ed25519.PublicKeySize {
			return fmt.Errorf("%v public key of %d bytes, should be %d", a, len(pub), ed25519.PublicKeySize)
		}
		return verdict(ed25519.Verify(pub, data, sig))
	}
	return fmt.Errorf("signatures of algorithm %v cannot be verified", a)
}

func verdict(ok bool) error {
	if !ok {
		return ErrBadSignature
	}
	return nil
}

// The bounds that OpenSSL sets to the work of one RSA verification. Without them a
// request of one megabyte could keep a processor busy for hours.
const (
	maxModulusBits   = 16384
	smallModulusBits = 3072 // up to here the exponent may be as long as the modulus
	maxExponentBits  = 64   // beyond it
)

func verifyRSA(a Algorithm, pub, data, sig []byte) error {
	key, err := DecodeRSA(pub)
	if err != nil {
		return err
	}
	n, e := new(big.Int).SetBytes(key.Modulus), key.Exponent
	if e.Cmp(big.NewInt(3)) < 0 || e.Bit(0) == 0 || e.Cmp(n) >= 0 {
		return errors.New("rsa exponent must be odd, at least 3 and below the modulus")
	}
	if a == RSASHA1 || n.Bit(0) == 0 || n.BitLen() > maxModulusBits ||
		n.BitLen() > smallModulusBits && e.BitLen() > maxExponentBits {
		return ErrBadSignature
	}
	block, err := PadRSA(a, (n.BitLen()+7)/8, data)
	if err != nil || len(sig) != len(block) {
		return ErrBadSignature
	}
	s := new(big.Int).SetBytes(sig)
	if s.Cmp(n) >= 0 {
		return ErrBadSignature
	}
	found := s.Exp(s, e, n).FillBytes(make([]byte, len(block)))
	return verdict(bytes.Equal(found, block))
}

func verifyECDSA(a Algorithm, pub, data, sig []byte) error {
	point, err := Point(a, pub)
	if err != nil {
		return err
	}
	curve := elliptic.P256()
	if a == ECDSAP384SHA384 {
		curve = elliptic.P384()
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, append([]byte{4}, point...))
	if err != nil {
		return fmt.Errorf("%v public key: %w", a, err)
	}
	half := len(point) / 2
	if len(sig) != 2*half {
		return ErrBadSignature
	}
	r, s := new(big.Int).SetBytes(sig[:half]), new(big.Int).SetBytes(sig[half:])
	return verdict(ecdsa.Verify(key, Digest(a, data), r, s))
}

// Digest hashes data as the algorithm demands before it is signed. It returns nil
// for algorithms that sign the data itself, as EdDSA does.
func Digest(a Algorithm, data []byte) []byte {
	switch a {
	case RSASHA1:
		return sha1Sum(data)
	case RSASHA256, ECDSAP256SHA256:
		d := sha256.Sum256(data)
		return d[:]
	case ECDSAP384SHA384:
		d := sha512.Sum384(data)
		return d[:]
	case RSASHA512:
		d := sha512.Sum512(data)
		return d[:]
	}
	return nil
}
