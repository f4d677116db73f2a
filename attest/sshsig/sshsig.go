// Package sshsig signs messages with SSH keys as "ssh-keygen -Y sign" does, and
// verifies what it signed.
//
// The format is that of OpenSSH's PROTOCOL.sshsig, version 1. Limits: of RSA
// only keys of 3072 bits or more with rsa-sha2-512, no DSA, no certificates.
// Hardware-backed keys (sk-) must assert that somebody touched them.
package sshsig

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/ssh"
)

const (
	magic   = "SSHSIG"
	version = 1
	// pemType is the label of the armored form.
	pemType = "SSH SIGNATURE"
	// maxSize of a signature in bytes: the largest RSA keys need some 5000.
	maxSize = 16 << 10
	// minRSA is the smallest RSA modulus accepted, in bits: the strength of
	// 128 bits that NIST SP 800-57 part 1, table 2, asks for after 2030.
	minRSA = 3072
)

// The wire form of a signature. The six bytes of magic precede it.
type blob struct {
	Version   uint32
	PublicKey []byte
	Namespace string
	Reserved  string
	Hash      string
	Signature []byte
}

// What the key signs, after the magic.
type signed struct {
	Namespace string
	Reserved  string
	Hash      string
	Digest    []byte
}

// CheckKey refuses keys whose signatures are not to be relied on.
func CheckKey(k ssh.PublicKey) error {
	switch k.Type() {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
		ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256:
		return nil
	case ssh.KeyAlgoRSA:
		c, ok := k.(ssh.CryptoPublicKey)
		if !ok {
			return errors.New("RSA key of unknown size")
		}
		if r, ok := c.CryptoPublicKey().(*rsa.PublicKey); !ok || r.N.BitLen() < minRSA {
			return fmt.Errorf("RSA key of fewer than %d bits", minRSA)
		}
		return nil
	}
	return fmt.Errorf("keys of type %q are not accepted", k.Type())
}

// Sign signs a message for a namespace, which says what the signature is for so
// that it serves nothing else. random is read by ECDSA keys.
func Sign(random io.Reader, k ssh.Signer, namespace string, message []byte) ([]byte, error) {
	if namespace == "" {
		return nil, errors.New("sshsig: no namespace")
	}
	if err := CheckKey(PublicKey(k)); err != nil {
		return nil, fmt.Errorf("sshsig: %w", err)
	}
	b := blob{Version: version, PublicKey: k.PublicKey().Marshal(), Namespace: namespace, Hash: "sha512"}
	data, err := b.signed(message)
	if err != nil {
		return nil, err
	}
	sig, err := sign(random, k, data)
	if err != nil {
		return nil, fmt.Errorf("sshsig: %w", err)
	}
	b.Signature = ssh.Marshal(sig)
	return append([]byte(magic), ssh.Marshal(b)...), nil
}

// PublicKey returns the key that verifies what k signs. That of an agent is
// parsed, since by itself it tells neither its size nor verifies.
func PublicKey(k ssh.Signer) ssh.PublicKey {
	if p, err := ssh.ParsePublicKey(k.PublicKey().Marshal()); err == nil {
		return p
	}
	return k.PublicKey()
}

func sign(random io.Reader, k ssh.Signer, data []byte) (*ssh.Signature, error) {
	if k.PublicKey().Type() != ssh.KeyAlgoRSA {
		return k.Sign(random, data)
	}
	a, ok := k.(ssh.AlgorithmSigner)
	if !ok {
		return nil, errors.New("RSA key that cannot sign with SHA-512")
	}
	return a.SignWithAlgorithm(random, data, ssh.KeyAlgoRSASHA512)
}

// Verify holds a signature against key, namespace and message.
func Verify(k ssh.PublicKey, namespace string, message, signature []byte) error {
	b, err := parse(signature)
	if err != nil {
		return err
	}
	if !bytes.Equal(b.PublicKey, k.Marshal()) {
		return errors.New("sshsig: made with another key")
	}
	if err := CheckKey(k); err != nil {
		return fmt.Errorf("sshsig: %w", err)
	}
	if b.Namespace != namespace {
		return fmt.Errorf("sshsig: made for namespace %.40q, not %q", b.Namespace, namespace)
	}
	data, err := b.signed(message)
	if err != nil {
		return err
	}
	var sig ssh.Signature
	if err := ssh.Unmarshal(b.Signature, &sig); err != nil {
		return fmt.Errorf("sshsig: %w", err)
	}
	if k.Type() == ssh.KeyAlgoRSA && sig.Format != ssh.KeyAlgoRSASHA512 {
		return fmt.Errorf("sshsig: signature of type %.40q", sig.Format)
	}
	if err := k.Verify(data, &sig); err != nil {
		return fmt.Errorf("sshsig: %w", err)
	}
	return nil
}

// Key returns the public key that a signature names. Whether the key made it,
// and who has the key, is not said.
func Key(signature []byte) (ssh.PublicKey, error) {
	b, err := parse(signature)
	if err != nil {
		return nil, err
	}
	k, err := ssh.ParsePublicKey(b.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("sshsig: %w", err)
	}
	return k, nil
}

func parse(signature []byte) (*blob, error) {
	rest, ok := bytes.CutPrefix(signature, []byte(magic))
	if !ok || len(signature) > maxSize {
		return nil, errors.New("sshsig: not a signature")
	}
	var b blob
	if err := ssh.Unmarshal(rest, &b); err != nil {
		return nil, fmt.Errorf("sshsig: %w", err)
	}
	if b.Version != version {
		return nil, fmt.Errorf("sshsig: version %d is not known", b.Version)
	}
	return &b, nil
}

// signed returns what the key signs.
func (b *blob) signed(message []byte) ([]byte, error) {
	s := signed{Namespace: b.Namespace, Reserved: b.Reserved, Hash: b.Hash}
	switch b.Hash {
	case "sha256":
		sum := sha256.Sum256(message)
		s.Digest = sum[:]
	case "sha512":
		sum := sha512.Sum512(message)
		s.Digest = sum[:]
	default:
		return nil, fmt.Errorf("sshsig: hash %.40q is not known", b.Hash)
	}
	return append([]byte(magic), ssh.Marshal(s)...), nil
}

// Armor returns the form that ssh-keygen writes to files.
func Armor(signature []byte) []byte {
	const width = 70 // as OpenSSH breaks lines; package pem breaks at 64
	text := base64.StdEncoding.EncodeToString(signature)
	b := []byte("-----BEGIN " + pemType + "-----\n")
	for len(text) > 0 {
		n := min(width, len(text))
		b = append(append(b, text[:n]...), '\n')
		text = text[n:]
	}
	return append(b, "-----END "+pemType+"-----\n"...)
}

// Dearmor is the inverse of Armor.
func Dearmor(data []byte) ([]byte, error) {
	block, rest := pem.Decode(data)
	if block == nil || block.Type != pemType || len(block.Headers) != 0 || len(bytes.TrimSpace(rest)) != 0 {
		return nil, errors.New("sshsig: not an armored signature")
	}
	return block.Bytes, nil
}
