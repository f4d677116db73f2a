package dnssec

import "strconv"

// Algorithm is a DNSSEC algorithm number (IANA registry "DNS Security Algorithm Numbers").
type Algorithm uint8

// The algorithms that requests and configurations may name. Not all of them can be used.
const (
	RSAMD5           Algorithm = 1
	DSA              Algorithm = 3
	RSASHA1          Algorithm = 5
	DSANSEC3SHA1     Algorithm = 6
	RSASHA1NSEC3SHA1 Algorithm = 7
	RSASHA256        Algorithm = 8
	RSASHA512        Algorithm = 10
	ECCGOST          Algorithm = 12
	ECDSAP256SHA256  Algorithm = 13
	ECDSAP384SHA384  Algorithm = 14
	ED25519          Algorithm = 15
	ED448            Algorithm = 16
)

var mnemonics = []struct {
	number Algorithm
	name   string
}{
	{RSAMD5, "RSAMD5"},
	{DSA, "DSA"},
	{RSASHA1, "RSASHA1"},
	{DSANSEC3SHA1, "DSA_NSEC3_SHA1"},
	{RSASHA1NSEC3SHA1, "RSASHA1_NSEC3_SHA1"},
	{RSASHA256, "RSASHA256"},
	{RSASHA512, "RSASHA512"},
	{ECCGOST, "ECC_GOST"},
	{ECDSAP256SHA256, "ECDSAP256SHA256"},
	{ECDSAP384SHA384, "ECDSAP384SHA384"},
	{ED25519, "ED25519"},
	{ED448, "ED448"},
}

// ParseAlgorithm returns the algorithm with exactly this mnemonic.
func ParseAlgorithm(name string) (Algorithm, bool) {
	for _, m := range mnemonics {
		if m.name == name {
			return m.number, true
		}
	}
	return 0, false
}

// String returns the mnemonic, or the number of an algorithm without one.
func (a Algorithm) String() string {
	for _, m := range mnemonics {
		if m.number == a {
			return m.name
		}
	}
	return strconv.Itoa(int(a))
}

// Known reports whether the algorithm has a mnemonic here.
func (a Algorithm) Known() bool {
	for _, m := range mnemonics {
		if m.number == a {
			return true
		}
	}
	return false
}

// IsRSA reports whether keys of this algorithm are RSA keys that a request may carry.
func (a Algorithm) IsRSA() bool { return a == RSASHA1 || a == RSASHA256 || a == RSASHA512 }

// IsECDSA reports whether keys of this algorithm are points on a NIST curve (RFC 6605).
func (a Algorithm) IsECDSA() bool { return a == ECDSAP256SHA256 || a == ECDSAP384SHA384 }

// IsEdDSA reports whether keys of this algorithm are Edwards points (RFC 8080).
func (a Algorithm) IsEdDSA() bool { return a == ED25519 || a == ED448 }
