package sshsig

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func ed(t testing.TB, name string) ssh.Signer {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	s, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed[:]))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRefuses(t *testing.T) {
	alice, message := ed(t, "alice"), []byte("message")
	sig, err := Sign(nil, alice, "space", message)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sig {
		bad := bytes.Clone(sig)
		bad[i] ^= 1
		if Verify(alice.PublicKey(), "space", message, bad) == nil {
			t.Errorf("a bit of byte %d is flipped, and nobody notices", i)
		}
	}
	if Verify(ed(t, "bob").PublicKey(), "space", message, sig) == nil {
		t.Error("verified with another key")
	}
	if Verify(alice.PublicKey(), "space", message, append(sig, 0)) == nil {
		t.Error("a byte behind the signature is accepted")
	}
	if _, err := Sign(nil, alice, "", message); err == nil {
		t.Error("signed without a namespace")
	}
}

func TestWeakRSA(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Sign(rand.Reader, s, "space", nil); err == nil || !strings.Contains(err.Error(), "fewer than 3072 bits") {
		t.Errorf("signing with RSA-2048: %v", err)
	}
}

// A token signs like a hardware-backed Ed25519 key: OpenSSH's PROTOCOL.u2f.
type token struct {
	private ed25519.PrivateKey
	flags   byte
}

func (k token) PublicKey() ssh.PublicKey {
	p, err := ssh.ParsePublicKey(ssh.Marshal(struct {
		Type, Key, Application string
	}{ssh.KeyAlgoSKED25519, string(k.private.Public().(ed25519.PublicKey)), "ssh:"}))
	if err != nil {
		panic(err)
	}
	return p
}

func (k token) sign(data []byte) *ssh.Signature {
	app, sum := sha256.Sum256([]byte("ssh:")), sha256.Sum256(data)
	rest := binary.BigEndian.AppendUint32([]byte{k.flags}, 7)
	return &ssh.Signature{
		Format: ssh.KeyAlgoSKED25519,
		Blob:   ed25519.Sign(k.private, bytes.Join([][]byte{app[:], rest, sum[:]}, nil)),
		Rest:   rest,
	}
}

// TestToken verifies signatures of a hardware-backed key, if somebody touched it.
func TestToken(t *testing.T) {
	seed := sha256.Sum256([]byte("token"))
	for flags, want := range map[byte]bool{0: false, 1: true, 5: true} {
		k := token{ed25519.NewKeyFromSeed(seed[:]), flags}
		b := blob{Version: version, PublicKey: k.PublicKey().Marshal(), Namespace: "space", Hash: "sha512"}
		data, err := b.signed([]byte("message"))
		if err != nil {
			t.Fatal(err)
		}
		b.Signature = ssh.Marshal(k.sign(data))
		err = Verify(k.PublicKey(), "space", []byte("message"), append([]byte(magic), ssh.Marshal(b)...))
		if (err == nil) != want {
			t.Errorf("flags %d: %v", flags, err)
		}
	}
}

func FuzzVerify(f *testing.F) {
	alice := ed(f, "alice")
	sig, err := Sign(nil, alice, "space", []byte("message"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sig)
	f.Add(Armor(sig))
	f.Fuzz(func(t *testing.T, data []byte) {
		if Verify(alice.PublicKey(), "space", []byte("message"), data) == nil && !bytes.Equal(data, sig) {
			t.Errorf("another signature is accepted: %x", data)
		}
		if raw, err := Dearmor(data); err == nil {
			if again, err := Dearmor(Armor(raw)); err != nil || !bytes.Equal(raw, again) {
				t.Errorf("armored and back: %v", err)
			}
		}
		if k, err := Key(data); err == nil {
			_ = CheckKey(k)
		}
	})
}
