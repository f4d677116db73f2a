package key

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/internal/oracle"

	"aead.dev/minisign"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

func seed(name string) ed25519.PrivateKey {
	sum := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(sum[:])
}

// roundTrip signs, and verifies with the key as text.
func roundTrip(t *testing.T, s Signer) {
	t.Helper()
	sig, err := s.Sign("space", []byte("message"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParsePublic(s.Public().String())
	if err != nil {
		t.Fatal(err)
	}
	if p.ID() != s.Public().ID() || !p.Same(s.Public()) {
		t.Errorf("key %s reads as %s", s.Public().ID(), p.ID())
	}
	decoded, err := Decode(Encode(sig))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Verify("space", []byte("message"), decoded); err != nil {
		t.Error(err)
	}
	if p.Verify("space", []byte("other"), decoded) == nil {
		t.Error("the signature is accepted for another message")
	}
}

func TestPassphrase(t *testing.T) {
	block, err := ssh.MarshalPrivateKeyWithPassphrase(seed("alice"), "", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	file := pem.EncodeToMemory(block)
	s, err := ParsePrivate(file, func() ([]byte, error) { return []byte("secret"), nil })
	if err != nil {
		t.Fatal(err)
	}
	roundTrip(t, s)
	if _, err := ParsePrivate(file, func() ([]byte, error) { return []byte("guess"), nil }); err == nil {
		t.Error("a wrong passphrase opens the key")
	}
	none := errors.New("no terminal")
	if _, err := ParsePrivate(file, func() ([]byte, error) { return nil, none }); !errors.Is(err, none) {
		t.Errorf("without a passphrase: %v", err)
	}
}

// TestAgent signs with keys that only an agent has.
func TestAgent(t *testing.T) {
	big, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		t.Fatal(err)
	}
	ring := agent.NewKeyring()
	for _, k := range []any{seed("alice"), big} {
		if err := ring.Add(agent.AddedKey{PrivateKey: k}); err != nil {
			t.Fatal(err)
		}
	}
	ours, theirs := net.Pipe()
	defer ours.Close()
	go func() { _ = agent.ServeAgent(ring, theirs) }()
	client := agent.NewClient(ours)
	for _, k := range []ed25519.PrivateKey{seed("alice"), seed("bob")} {
		p, err := ssh.NewPublicKey(k.Public())
		if err != nil {
			t.Fatal(err)
		}
		s, err := FromAgent(client, Public{ssh: p})
		if k.Equal(seed("bob")) {
			if err == nil {
				t.Error("the agent has a key that it was not given")
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, s)
	}
	p, err := ssh.NewPublicKey(big.Public())
	if err != nil {
		t.Fatal(err)
	}
	s, err := FromAgent(client, Public{ssh: p})
	if err != nil {
		t.Fatal(err)
	}
	roundTrip(t, s)
}

// miniFile returns the file of an unencrypted minisign key with a number.
func miniFile(private ed25519.PrivateKey, number byte) []byte {
	raw := make([]byte, 158) // algorithms, salt, limits; then number, key, checksum
	copy(raw, "Ed\x00\x00B2")
	raw[54] = number
	copy(raw[62:], private)
	return fmt.Appendf(nil, "untrusted comment: minisign encrypted secret key\n%s\n", base64.StdEncoding.EncodeToString(raw))
}

// TestSame takes one Ed25519 key for one, whatever file it comes in.
func TestSame(t *testing.T) {
	var keys []Public
	for _, file := range [][]byte{miniFile(seed("alice"), 1), miniFile(seed("alice"), 2), miniFile(seed("bob"), 1)} {
		s, err := ParsePrivate(file, nil)
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, s)
		keys = append(keys, s.Public())
	}
	p, err := ssh.NewPublicKey(seed("alice").Public())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys[:2] {
		if !k.Same(Public{ssh: p}) || !k.Same(keys[0]) || k.Same(keys[2]) {
			t.Errorf("key %s", k.ID())
		}
	}
}

// TestMinisign has minisign verify what we sign, and us what it signs.
func TestMinisign(t *testing.T) {
	oracle.Need(t, "minisign")
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	oracle.Run(t, "minisign", "-G", "-W", "-p", path("pub"), "-s", path("key"))
	read := func(name string) []byte {
		data, err := os.ReadFile(path(name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	s, err := ParsePrivate(read("key"), nil)
	if err != nil {
		t.Fatal(err)
	}
	roundTrip(t, s)
	public, err := ParsePublic(string(read("pub")))
	if err != nil || public.ID() != s.Public().ID() || !strings.Contains(string(read("pub")), strings.TrimPrefix(public.ID(), "minisign:")) {
		t.Errorf("key %s of the file\n%s (%v)", public.ID(), read("pub"), err)
	}

	if err := os.WriteFile(path("message"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	sig, err := s.Sign("", []byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path("message.minisig"), Encode(sig), 0o600); err != nil {
		t.Fatal(err)
	}
	oracle.Run(t, "minisign", "-V", "-p", path("pub"), "-m", path("message"))
	for _, how := range []string{"-SH", "-Sl"} { // hashed and not
		if out, stderr, err := oracle.Try(t, "minisign", how, "-s", path("key"), "-m", path("message")); err != nil {
			t.Logf("minisign %s: %v\n%s%s", how, err, out, stderr) // versions differ in what they offer
			continue
		}
		decoded, err := Decode(read("message.minisig"))
		if err != nil {
			t.Fatal(err)
		}
		if err := public.Verify("", []byte("hello"), decoded); err != nil {
			t.Errorf("minisign %s: %v", how, err)
		}
	}
}

func TestParsePublicRefuses(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	w, err := ssh.NewPublicKey(weak.Public())
	if err != nil {
		t.Fatal(err)
	}
	p, err := ssh.NewPublicKey(seed("alice").Public())
	if err != nil {
		t.Fatal(err)
	}
	line := string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(p)))
	for _, text := range []string{
		"", "RW", "RWQ", "ssh-ed25519 AAAA", line + "\n" + line, "no-pty " + line,
		string(ssh.MarshalAuthorizedKey(w)),
	} {
		if k, err := ParsePublic(text); err == nil {
			t.Errorf("%q is key %s", text, k.ID())
		}
	}
	if _, err := ParsePublic(line + " alice@example.org\n"); err != nil {
		t.Error(err)
	}
}

func FuzzParsePublic(f *testing.F) {
	p, err := ssh.NewPublicKey(seed("alice").Public())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(ssh.MarshalAuthorizedKey(p)))
	m, _, err := minisign.GenerateKey(bytes.NewReader(make([]byte, 64)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(m.String())
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ParsePublic(text)
		if err != nil {
			return
		}
		again, err := ParsePublic(k.String())
		if err != nil || !again.Same(k) || again.ID() != k.ID() {
			t.Errorf("%q reads as %q, then %q: %v", text, k, again, err)
		}
	})
}

// FuzzMinisign gives the verification hostile signatures.
func FuzzMinisign(f *testing.F) {
	s, err := ParsePrivate(miniFile(seed("alice"), 1), nil)
	if err != nil {
		f.Fatal(err)
	}
	sig, err := s.Sign("", []byte("message"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sig)
	f.Fuzz(func(t *testing.T, data []byte) {
		if s.Public().Verify("", []byte("message"), data) == nil && !bytes.Contains(data, []byte("coen")) {
			t.Errorf("another signature is accepted: %q", data)
		}
		_, _ = ParsePrivate(data, func() ([]byte, error) { return nil, errors.New("no passphrase") })
	})
}
