// Package key signs and verifies with the keys that people have: SSH keys, also
// in an agent or on a hardware token, and minisign keys.
//
// A signature is bytes: of an SSH key the binary form of package sshsig, of a
// minisign key the text of a .minisig file. [Decode] and [Encode] turn them from
// and into the files that ssh-keygen -Y and minisign read and write, so that
// people need not take our word for a verification.
package key

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"coen/attest/sshsig"

	"aead.dev/minisign"
	"golang.org/x/crypto/ssh"
)

// A Public key verifies signatures. The zero value verifies none.
type Public struct {
	_    [0]func()     // not comparable; see Same
	ssh  ssh.PublicKey // or nil
	mini *minisign.PublicKey
}

// ParsePublic reads a public key: a line of an id_*.pub file, "ssh-ed25519
// AAAA… comment", or the text of a minisign .pub file or its last line alone,
// "RWQ…".
func ParsePublic(text string) (Public, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "untrusted comment:") || strings.HasPrefix(text, "RW") {
		var m minisign.PublicKey
		if err := m.UnmarshalText([]byte(text)); err != nil {
			return Public{}, fmt.Errorf("key %.40q: %w", text, err)
		}
		return Public{mini: &m}, nil
	}
	k, _, options, rest, err := ssh.ParseAuthorizedKey([]byte(text))
	if err != nil {
		return Public{}, fmt.Errorf("key %.40q: neither an SSH nor a minisign key", text)
	}
	if len(options) > 0 || len(bytes.TrimSpace(rest)) > 0 {
		return Public{}, fmt.Errorf("key %.40q: more than one key on one line", text)
	}
	if err := sshsig.CheckKey(k); err != nil {
		return Public{}, fmt.Errorf("key %.40q: %w", text, err)
	}
	return Public{ssh: k}, nil
}

// ID names the key as its owner knows it: "SHA256:…", the fingerprint that
// ssh-keygen -l prints, or "minisign:" and the digits in the comment of
// the public key's file.
func (p Public) ID() string {
	switch {
	case p.ssh != nil:
		return ssh.FingerprintSHA256(p.ssh)
	case p.mini != nil:
		return fmt.Sprintf("minisign:%X", p.mini.ID())
	}
	return ""
}

// Same reports whether two keys are one; see Fingerprint.
func (p Public) Same(other Public) bool {
	return p.Fingerprint() == other.Fingerprint()
}

// Fingerprint tells keys apart by what matters: one Ed25519 key in an SSH and a
// minisign file, or under two minisign numbers, has one fingerprint.
func (p Public) Fingerprint() string {
	if p.mini == nil {
		return p.ID()
	}
	k, err := ssh.NewPublicKey(p.edwards())
	if err != nil {
		return p.ID()
	}
	return ssh.FingerprintSHA256(k)
}

// edwards returns the point of a minisign key, the last part of its text: two
// bytes of algorithm, eight of number, 32 of point.
func (p Public) edwards() ed25519.PublicKey {
	raw, err := base64.StdEncoding.DecodeString(p.mini.String())
	if err != nil || len(raw) != 2+8+ed25519.PublicKeySize {
		return make(ed25519.PublicKey, ed25519.PublicKeySize)
	}
	return raw[2+8:]
}

// String returns the key as ParsePublic reads it.
func (p Public) String() string {
	switch {
	case p.ssh != nil:
		return string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(p.ssh)))
	case p.mini != nil:
		return p.mini.String()
	}
	return ""
}

// Verify holds a signature against the key and the message. The namespace says
// what the signature must be for; minisign signatures have none, so a message
// that can be signed with minisign must itself say what it is.
func (p Public) Verify(namespace string, message, signature []byte) error {
	switch {
	case p.ssh != nil:
		return sshsig.Verify(p.ssh, namespace, message, signature)
	case p.mini != nil && minisign.Verify(*p.mini, message, signature):
		return nil
	case p.mini != nil:
		return errors.New("minisign: the signature does not fit")
	}
	return errors.New("no key")
}

const minisignHead = "untrusted comment:"

// Encode returns the file for a signature: what ssh-keygen -Y sign or minisign
// -S would have written.
func Encode(signature []byte) []byte {
	if bytes.HasPrefix(signature, []byte(minisignHead)) {
		return signature
	}
	return sshsig.Armor(signature)
}

// Decode is the inverse of Encode.
func Decode(file []byte) ([]byte, error) {
	if bytes.HasPrefix(file, []byte(minisignHead)) {
		return file, nil
	}
	return sshsig.Dearmor(file)
}
