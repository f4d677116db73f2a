package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// parseSHA256 reads a SHA-256 in hexadecimal, which people may have written in
// groups.
func parseSHA256(text string) (sum [32]byte, err error) {
	b, err := hex.DecodeString(strings.ToLower(strings.Join(strings.Fields(text), "")))
	if err != nil || len(b) != len(sum) {
		return sum, fmt.Errorf("%.80q is not a SHA-256 of 64 hexadecimal digits", text)
	}
	return [32]byte(b), nil
}

// fromSums finds the hash of an image in what sha256sum(1) prints: the line with its
// name, or the only line.
func fromSums(text, image string) (sum [32]byte, err error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines {
		digits, name, ok := strings.Cut(line, " ")
		name = strings.TrimLeft(name, " *")
		if ok && (len(lines) == 1 || filepath.Base(name) == filepath.Base(image)) {
			return parseSHA256(digits)
		}
	}
	return sum, errors.New("has no line for " + filepath.Base(image))
}
