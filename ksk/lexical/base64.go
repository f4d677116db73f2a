package lexical

import (
	"encoding/base64"
	"errors"
)

var errBase64 = errors.New("base64 text ends inside a quantum")

// DecodeBase64 decodes leniently. Bytes outside the standard alphabet and "=" are
// ignored. A "=" among the first two characters of a quantum is ignored too; one that
// completes the quantum ends the decoding, whatever follows.
func DecodeBase64(s string) ([]byte, error) {
	out := make([]byte, 0, len(s)/4*3)
	var quantum uint32 // the significant characters so far, six bits each
	significant, pads := 0, 0
	for i := range len(s) {
		c := s[i]
		if c == '=' {
			if significant >= 2 {
				pads++
				if significant+pads >= 4 {
					return appendPartial(out, quantum, significant), nil
				}
			}
			continue
		}
		value, ok := sextet(c)
		if !ok {
			continue
		}
		pads = 0
		quantum = quantum<<6 | uint32(value)
		if significant++; significant == 4 {
			out = append(out, byte(quantum>>16), byte(quantum>>8), byte(quantum))
			quantum, significant = 0, 0
		}
	}
	if significant != 0 {
		return nil, errBase64
	}
	return out, nil
}

// appendPartial adds the one or two bytes that two or three characters carry.
func appendPartial(out []byte, quantum uint32, significant int) []byte {
	if significant == 2 {
		return append(out, byte(quantum>>4))
	}
	return append(out, byte(quantum>>10), byte(quantum>>2))
}

func sextet(c byte) (byte, bool) {
	switch {
	case 'A' <= c && c <= 'Z':
		return c - 'A', true
	case 'a' <= c && c <= 'z':
		return c - 'a' + 26, true
	case '0' <= c && c <= '9':
		return c - '0' + 52, true
	case c == '+':
		return 62, true
	case c == '/':
		return 63, true
	}
	return 0, false
}

// EncodeBase64 returns one line in the standard alphabet, padded.
func EncodeBase64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
