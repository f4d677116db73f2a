package key

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"

	"coen/attest/sshsig"

	"aead.dev/minisign"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// A Signer makes signatures.
type Signer interface {
	// Public returns the key that verifies them.
	Public() Public
	// Sign signs a message for a namespace.
	Sign(namespace string, message []byte) ([]byte, error)
}

// ParsePrivate reads the private key in a file of ssh-keygen or minisign.
// passphrase is asked if it is encrypted.
func ParsePrivate(data []byte, passphrase func() ([]byte, error)) (Signer, error) {
	if bytes.HasPrefix(data, []byte(minisignHead)) {
		return parseMinisign(data, passphrase)
	}
	k, err := ssh.ParsePrivateKey(data)
	var locked *ssh.PassphraseMissingError
	if errors.As(err, &locked) {
		var pass []byte
		if pass, err = passphrase(); err != nil {
			return nil, err
		}
		k, err = ssh.ParsePrivateKeyWithPassphrase(data, pass)
	}
	if err != nil {
		return nil, fmt.Errorf("private key: %w", err)
	}
	return sshSigner{k}, nil
}

func parseMinisign(data []byte, passphrase func() ([]byte, error)) (Signer, error) {
	var k minisign.PrivateKey
	var err error
	if minisign.IsEncrypted(data) {
		var pass []byte
		if pass, err = passphrase(); err != nil {
			return nil, err
		}
		k, err = minisign.DecryptKey(string(pass), data)
	} else {
		err = k.UnmarshalText(data)
	}
	if err != nil {
		return nil, fmt.Errorf("private key: %w", err)
	}
	return miniSigner{k}, nil
}

// FromAgent returns a Signer whose private key is with an agent, in memory or on
// a token.
func FromAgent(a agent.Agent, p Public) (Signer, error) {
	if p.ssh == nil {
		return nil, errors.New("an SSH agent has SSH keys only")
	}
	signers, err := a.Signers()
	if err != nil {
		return nil, fmt.Errorf("SSH agent: %w", err)
	}
	for _, s := range signers {
		if bytes.Equal(s.PublicKey().Marshal(), p.ssh.Marshal()) {
			return sshSigner{s}, nil
		}
	}
	return nil, fmt.Errorf("SSH agent: has no key %s", p.ID())
}

type sshSigner struct{ key ssh.Signer }

func (s sshSigner) Public() Public { return Public{ssh: sshsig.PublicKey(s.key)} }

func (s sshSigner) Sign(namespace string, message []byte) ([]byte, error) {
	return sshsig.Sign(rand.Reader, s.key, namespace, message)
}

type miniSigner struct{ key minisign.PrivateKey }

func (s miniSigner) Public() Public {
	p := s.key.Public().(minisign.PublicKey)
	return Public{mini: &p}
}

// Sign adds fixed comments, since a signature should say nothing that the
// message does not.
func (s miniSigner) Sign(_ string, message []byte) ([]byte, error) {
	return minisign.SignWithComments(s.key, message, "coen", "signature by "+s.Public().ID()), nil
}
