package dnssec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
)

// RSA is an RSA public key.
type RSA struct {
	Modulus  []byte // big-endian, as it was encoded
	Exponent *big.Int
}

// Bits returns eight times the length of the modulus, leading zeros included: the
// size that policies compare.
func (k RSA) Bits() int { return 8 * len(k.Modulus) }

// ErrShortKey says that a public key ends before its parts do.
var ErrShortKey = errors.New("public key is too short")

// DecodeRSA reads the public key encoding of RFC 3110 section 2.
func DecodeRSA(pub []byte) (RSA, error) {
	if len(pub) == 0 {
		return RSA{}, ErrShortKey
	}
	size, rest := int(pub[0]), pub[1:]
	if size == 0 {
		if len(rest) < 2 {
			return RSA{}, ErrShortKey
		}
		size, rest = int(binary.BigEndian.Uint16(rest)), rest[2:]
	}
	if len(rest) < size {
		return RSA{}, ErrShortKey
	}
	return RSA{Modulus: rest[size:], Exponent: new(big.Int).SetBytes(rest[:size])}, nil
}

// EncodeRSA writes the public key encoding of RFC 3110 section 2. Leading zero bytes of
// the exponent and the modulus are dropped, as the RFC demands. The exponent is at most
// 65535 bytes long.
func EncodeRSA(exponent, modulus []byte) ([]byte, error) {
	e, n := trimZeros(exponent), trimZeros(modulus)
	switch {
	case len(e) == 0 || len(n) == 0:
		return nil, errors.New("rsa public key without exponent or modulus")
	case len(e) <= 0xff:
		return append(append([]byte{byte(len(e))}, e...), n...), nil
	case len(e) <= 0xffff:
		head := binary.BigEndian.AppendUint16([]byte{0}, uint16(len(e)))
		return append(append(head, e...), n...), nil
	}
	return nil, fmt.Errorf("rsa exponent of %d bytes cannot be encoded", len(e))
}

func trimZeros(b []byte) []byte {
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	return b
}

// PointSize returns the length in bytes of a public key of an ECDSA or EdDSA
// algorithm (RFC 6605 section 4, RFC 8080 section 3), or 0 for any other algorithm.
func (a Algorithm) PointSize() int {
	switch a {
	case ECDSAP256SHA256:
		return 64
	case ECDSAP384SHA384:
		return 96
	case ED25519:
		return 32
	case ED448:
		return 57
	}
	return 0
}

// Point returns the coordinates of an ECDSA public key without the leading 0x04 that
// the X9.62 form has and RFC 6605 leaves out.
func Point(a Algorithm, pub []byte) ([]byte, error) {
	const uncompressed = 0x04
	size := a.PointSize()
	if len(pub) != size && len(pub) > 0 && pub[0] == uncompressed {
		pub = pub[1:]
	}
	if size == 0 || len(pub) != size {
		return nil, fmt.Errorf("%v public key of %d bytes, should be %d", a, len(pub), size)
	}
	return pub, nil
}
