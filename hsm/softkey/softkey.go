// Package softkey signs with private keys from files. It is for zone signing keys of rehearsals and
// tests: a key signing key belongs into a token.
//
// Files are PKCS#8 in PEM (RFC 5958), with RSA, P-256, P-384 or Ed25519 keys. Signatures are
// deterministic: RSA PKCS#1 v1.5, ECDSA by RFC 6979, EdDSA.
package softkey

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"

	"coen/dnssec"
)

// Key is a private key in memory.
type Key struct {
	algorithm dnssec.Algorithm
	public    []byte
	private   crypto.Signer
}

// Parse reads a private key. An RSA key is used with the algorithm given, or with RSASHA256 if that
// is zero; for others it must be zero or the one of the key's curve.
func Parse(text []byte, a dnssec.Algorithm) (*Key, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, errors.New("no PKCS#8 private key in the file")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	k := &Key{}
	switch p := parsed.(type) {
	case *rsa.PrivateKey:
		k.algorithm = dnssec.RSASHA256
		if a.IsRSA() {
			k.algorithm = a
		}
		k.private = p
		k.public, err = dnssec.EncodeRSA(big.NewInt(int64(p.E)).Bytes(), p.N.Bytes())
	case *ecdsa.PrivateKey:
		k.private = p
		err = k.ec(p)
	case ed25519.PrivateKey:
		k.algorithm, k.private, k.public = dnssec.ED25519, p, p.Public().(ed25519.PublicKey)
	default:
		err = fmt.Errorf("private keys of type %T are not used", parsed)
	}
	if err == nil && a != 0 && a != k.algorithm {
		err = fmt.Errorf("the key is one for %v, not for %v", k.algorithm, a)
	}
	return k, err
}

func (k *Key) ec(p *ecdsa.PrivateKey) error {
	switch p.Curve {
	case elliptic.P256():
		k.algorithm = dnssec.ECDSAP256SHA256
	case elliptic.P384():
		k.algorithm = dnssec.ECDSAP384SHA384
	default:
		return fmt.Errorf("no algorithm for keys on %s", p.Curve.Params().Name)
	}
	point, err := p.PublicKey.Bytes()
	if err == nil {
		k.public, err = dnssec.Point(k.algorithm, point)
	}
	return err
}

// Algorithm returns the algorithm that the key is used with.
func (k *Key) Algorithm() dnssec.Algorithm { return k.algorithm }

// Public returns the public key as a DNSKEY record has it.
func (k *Key) Public() []byte { return k.public }

// Sign signs data as the algorithm demands.
func (k *Key) Sign(data []byte) ([]byte, error) {
	switch p := k.private.(type) {
	case *rsa.PrivateKey:
		hash := map[dnssec.Algorithm]crypto.Hash{
			dnssec.RSASHA1: crypto.SHA1, dnssec.RSASHA256: crypto.SHA256, dnssec.RSASHA512: crypto.SHA512,
		}[k.algorithm]
		return rsa.SignPKCS1v15(nil, p, hash, dnssec.Digest(k.algorithm, data))
	case *ecdsa.PrivateKey:
		return k.signEC(p, data)
	}
	return k.private.Sign(nil, data, crypto.Hash(0))
}

func (k *Key) signEC(p *ecdsa.PrivateKey, data []byte) ([]byte, error) {
	hash := crypto.SHA256
	if k.algorithm == dnssec.ECDSAP384SHA384 {
		hash = crypto.SHA384
	}
	der, err := p.Sign(nil, dnssec.Digest(k.algorithm, data), hash) // nil: RFC 6979
	if err != nil {
		return nil, err
	}
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &pair); err != nil {
		return nil, err
	}
	half := k.algorithm.PointSize() / 2
	return append(pair.R.FillBytes(make([]byte, half)), pair.S.FillBytes(make([]byte, half))...), nil
}
