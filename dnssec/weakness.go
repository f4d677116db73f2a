package dnssec

import (
	"fmt"
	"math/big"
)

// maxScreenedBits bounds the work of Weakness: testing a larger modulus takes seconds.
const maxScreenedBits = 4096

// Weakness screens an RSA key for faults that no honest key generator makes and returns what it
// found, or nothing: an exponent that cannot work, a modulus with leading
// zeros, an even or prime modulus, or one with a small factor. It proves nothing about keys
// that pass; whether the factors are prime only their owner can tell.
func Weakness(k Key) string {
	if !k.Algorithm.IsRSA() {
		return ""
	}
	rsa, err := DecodeRSA(k.PublicKey)
	if err != nil {
		return err.Error()
	}
	n, e := new(big.Int).SetBytes(rsa.Modulus), rsa.Exponent
	switch {
	case e.Cmp(big.NewInt(3)) < 0 || e.Bit(0) == 0:
		return fmt.Sprintf("exponent %v cannot be one of an RSA key", e)
	case len(rsa.Modulus) > 0 && rsa.Modulus[0] == 0:
		return "modulus has leading zeros"
	case n.BitLen() > maxScreenedBits:
		return ""
	}
	if f := smallFactor(n); f != 0 {
		return fmt.Sprintf("modulus has the factor %d", f)
	}
	if n.ProbablyPrime(0) {
		return "modulus is a prime number"
	}
	return ""
}

// smallFactor returns the smallest prime factor below 2000, or 0.
func smallFactor(n *big.Int) uint64 {
	rest := new(big.Int)
	for p := uint64(2); p < 2000; p++ {
		if rest.Mod(n, new(big.Int).SetUint64(p)).Sign() == 0 && n.BitLen() > 11 {
			return p
		}
	}
	return 0
}
