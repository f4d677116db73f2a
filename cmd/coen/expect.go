package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"coen/attest/manifest"
)

// expected reads the hash that the user expects.
func (v *verification) expected(image string) (sum [32]byte, err error) {
	if v.expect == "" {
		return sum, nil
	}
	if sum, err = parseSHA256(v.expect); err == nil {
		return sum, nil
	}
	data, err := os.ReadFile(v.expect)
	if err != nil {
		return sum, fmt.Errorf("--expect: neither a SHA-256 nor a file: %w", err)
	}
	if manifest.Is(data) {
		sum, err = v.released(data)
	} else {
		sum, err = fromSums(string(data), image)
	}
	if err != nil {
		return sum, fmt.Errorf("--expect %s: %w", v.expect, err)
	}
	return sum, nil
}

// released reads the hash in a manifest that one of the keys signed.
func (v *verification) released(text []byte) (sum [32]byte, err error) {
	if len(v.keys) == 0 {
		return sum, errors.New("say with -k whose signature of the manifest counts")
	}
	keys, err := readKeys(v.keys)
	if err != nil {
		return sum, err
	}
	signature, err := readSignature(v.expect)
	if err != nil {
		return sum, err
	}
	m, err := manifest.Open(text, signature, keys)
	if err != nil {
		return sum, err
	}
	return m.SHA256, nil
}

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
