// Package attesttest makes keys and statements for tests.
package attesttest

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/pem"
	"testing"
	"time"

	"coen/attest"
	"coen/attest/key"
	"coen/debian/archive"

	"golang.org/x/crypto/ssh"
)

// Key returns an Ed25519 key that derives from name.
func Key(t testing.TB, name string) key.Signer {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	return Parse(t, PEM(t, ed25519.NewKeyFromSeed(seed[:])))
}

// PEM returns the file of a private key, in OpenSSH's format.
func PEM(t testing.TB, k crypto.PrivateKey) []byte {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(k, "")
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

// Parse reads the file of a private key that is not encrypted.
func Parse(t testing.TB, file []byte) key.Signer {
	t.Helper()
	s, err := key.ParsePrivate(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Digest returns the SHA-256 of a text.
func Digest(text string) archive.Digest { return sha256.Sum256([]byte(text)) }

// Statement returns one that says that the ISO with the given content was built
// from a lock with the content "lock".
func Statement(built string) *attest.Statement {
	return &attest.Statement{
		ISO: attest.File{Name: "coen-3.0.0-amd64.iso", SHA256: Digest(built)},
		Body: attest.Body{
			Result:  attest.Reproduced,
			Built:   Digest(built),
			Size:    1 << 20,
			Image:   "coen",
			Release: "3.0.0",
			Recipe:  Digest("recipe"),
			Lock:    Digest("lock"),
			Tool:    attest.Tool{SHA256: Digest("tool"), Go: "go1.26.8", Modules: Digest("modules"), Programs: Digest("programs")},
			Varied:  map[string]string{"umask": "0077", "host": "linux/arm64"},
			Time:    time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
		},
	}
}

// Sign returns the file of a signed statement.
func Sign(t testing.TB, s *attest.Statement, k key.Signer) []byte {
	t.Helper()
	file, err := attest.Sign(s, k)
	if err != nil {
		t.Fatal(err)
	}
	return file
}
