package sshsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/internal/oracle"

	"golang.org/x/crypto/ssh"
)

func kinds(t *testing.T) map[string]crypto.PrivateKey {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]crypto.PrivateKey{"ed25519": ed}
	for name, c := range map[string]elliptic.Curve{"p256": elliptic.P256(), "p384": elliptic.P384(), "p521": elliptic.P521()} {
		if all[name], err = ecdsa.GenerateKey(c, rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	if all["rsa3072"], err = rsa.GenerateKey(rand.Reader, 3072); err != nil {
		t.Fatal(err)
	}
	return all
}

// keygen runs ssh-keygen with a message on standard input.
func keygen(t *testing.T, message string, args ...string) (string, error) {
	t.Helper()
	in := filepath.Join(t.TempDir(), "message")
	if err := os.WriteFile(in, []byte(message), 0o600); err != nil {
		t.Fatal(err)
	}
	out, stderr, err := oracle.Try(t, "sh", append([]string{"-c", `in=$1; shift; exec ssh-keygen "$@" < "$in"`, "sh", in}, args...)...)
	return out + stderr, err
}

// TestKeygen has ssh-keygen verify what we sign, and us what it signs, with every
// kind of key; and both refuse another message, namespace and key.
func TestKeygen(t *testing.T) {
	oracle.Need(t, "ssh-keygen")
	for name, private := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			signer, err := ssh.NewSignerFromKey(private)
			if err != nil {
				t.Fatal(err)
			}
			block, err := ssh.MarshalPrivateKey(private, "")
			if err != nil {
				t.Fatal(err)
			}
			write := func(name string, data []byte) string {
				path := filepath.Join(dir, name)
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
				return path
			}
			id := write("id", pem.EncodeToMemory(block))
			line := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
			allowed := write("allowed", []byte("alice "+line+"\n"))

			ours, err := Sign(rand.Reader, signer, "space", []byte("hello"))
			if err != nil {
				t.Fatal(err)
			}
			file := write("ours.sig", Armor(ours))
			verify := func(namespace, message string) error {
				out, err := keygen(t, message, "-Y", "verify", "-f", allowed, "-I", "alice", "-n", namespace, "-s", file)
				t.Logf("%s", out)
				return err
			}
			if err := verify("space", "hello"); err != nil {
				t.Errorf("ssh-keygen refuses our signature: %v", err)
			}
			if verify("other", "hello") == nil || verify("space", "hello!") == nil {
				t.Error("ssh-keygen accepts our signature for something else")
			}

			out, err := keygen(t, "hello", "-Y", "sign", "-q", "-f", id, "-n", "space")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			theirs, err := Dearmor([]byte(out[strings.Index(out, "-----BEGIN"):]))
			if err != nil {
				t.Fatal(err)
			}
			if err := Verify(signer.PublicKey(), "space", []byte("hello"), theirs); err != nil {
				t.Errorf("we refuse ssh-keygen's signature: %v", err)
			}
			if Verify(signer.PublicKey(), "other", []byte("hello"), theirs) == nil ||
				Verify(signer.PublicKey(), "space", []byte("hello!"), theirs) == nil {
				t.Error("we accept ssh-keygen's signature for something else")
			}
			if name == "ed25519" && string(Armor(theirs)) != out[strings.Index(out, "-----BEGIN"):] {
				t.Errorf("armored otherwise:\n%s", Armor(theirs))
			}
		})
	}
}
