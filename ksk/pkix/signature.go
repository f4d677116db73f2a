package pkix

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"

	"coen/dnssec"
	"coen/hsm"
)

// pair is Ecdsa-Sig-Value (RFC 3279 section 2.2.3).
type pair struct{ R, S *big.Int }

// EncodeSignature writes a signature of DNSSEC as X.509 has it.
func EncodeSignature(a dnssec.Algorithm, signature []byte) ([]byte, error) {
	if !a.IsECDSA() {
		return signature, nil
	}
	if len(signature) != a.PointSize() {
		return nil, fmt.Errorf("%v signature of %d bytes, should be %d", a, len(signature), a.PointSize())
	}
	half := len(signature) / 2
	return asn1.Marshal(pair{new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])})
}

// DecodeSignature reads a signature of X.509 as DNSSEC has it.
func DecodeSignature(a dnssec.Algorithm, signature []byte) ([]byte, error) {
	if !a.IsECDSA() {
		return signature, nil
	}
	var p pair
	half := a.PointSize() / 2
	rest, err := asn1.Unmarshal(signature, &p)
	if err != nil || len(rest) > 0 || p.R.Sign() < 0 || p.S.Sign() < 0 || p.R.BitLen() > 8*half || p.S.BitLen() > 8*half {
		return nil, errors.New("ecdsa signature is malformed")
	}
	return append(p.R.FillBytes(make([]byte, half)), p.S.FillBytes(make([]byte, half))...), nil
}

// Verify checks a signature of X.509 over a message with a public key as a DNSKEY record has it.
func Verify(a dnssec.Algorithm, public, message, signature []byte) error {
	raw, err := DecodeSignature(a, signature)
	if err != nil {
		return err
	}
	return dnssec.Verify(a, public, message, raw)
}

// SignatureAlgorithm returns what X.509 calls the signatures of an algorithm.
func SignatureAlgorithm(a dnssec.Algorithm) x509.SignatureAlgorithm {
	return map[dnssec.Algorithm]x509.SignatureAlgorithm{
		dnssec.RSASHA256: x509.SHA256WithRSA, dnssec.RSASHA512: x509.SHA512WithRSA,
		dnssec.ECDSAP256SHA256: x509.ECDSAWithSHA256, dnssec.ECDSAP384SHA384: x509.ECDSAWithSHA384,
		dnssec.ED25519: x509.PureEd25519,
	}[a]
}

// Signer signs messages with a key in a token. It implements [crypto.MessageSigner].
type Signer struct {
	key         *hsm.Key
	algorithm   dnssec.Algorithm
	hashInToken bool
	public      crypto.PublicKey
}

// NewSigner returns the signer of a private key; see [hsm.Key.Sign].
func NewSigner(k *hsm.Key, a dnssec.Algorithm, hashInToken bool) (*Signer, error) {
	public, err := PublicKey(a, k.Public)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", k.Label, err)
	}
	return &Signer{k, a, hashInToken, public}, nil
}

// Public implements [crypto.Signer].
func (s *Signer) Public() crypto.PublicKey { return s.public }

// SignMessage implements [crypto.MessageSigner]. The signature has been verified.
func (s *Signer) SignMessage(_ io.Reader, message []byte, _ crypto.SignerOpts) ([]byte, error) {
	signature, err := s.key.Sign(s.algorithm, s.hashInToken, message)
	if err == nil {
		err = dnssec.Verify(s.algorithm, s.key.Public, message, signature)
	}
	if err != nil {
		return nil, err
	}
	return EncodeSignature(s.algorithm, signature)
}

// Sign implements [crypto.Signer], but tokens are not asked to sign a digest whose message is unknown.
func (s *Signer) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("only whole messages are signed")
}
