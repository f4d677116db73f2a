package dnssec

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // algorithm 5 is made for comparison, never verified
	"encoding/hex"
	"fmt"
)

// digestInfo holds the DER head of a DigestInfo, up to the digest (RFC 8017 section 9.2).
var digestInfo = map[Algorithm]string{
	RSASHA1:   "3021300906052b0e03021a05000414",
	RSASHA256: "3031300d060960864801650304020105000420",
	RSASHA512: "3051300d060960864801650304020305000440",
}

// PadRSA returns the EMSA-PKCS1-v1_5 block over data for a modulus of size bytes
// (RFC 8017 section 9.2): what a token signs by plain exponentiation.
func PadRSA(a Algorithm, size int, data []byte) ([]byte, error) {
	head, ok := digestInfo[a]
	if !ok {
		return nil, fmt.Errorf("%v is not an RSA algorithm", a)
	}
	tail, err := hex.DecodeString(head)
	if err != nil {
		return nil, err
	}
	tail = append(tail, Digest(a, data)...)
	fill := size - len(tail) - 3
	if fill < 8 {
		return nil, fmt.Errorf("modulus of %d bytes is too short for %v", size, a)
	}
	block := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, fill)...)
	return append(append(block, 0), tail...), nil
}

func sha1Sum(data []byte) []byte {
	d := sha1.Sum(data)
	return d[:]
}
