package hsm

import (
	"fmt"

	"coen/dnssec"
)

// Sign signs data for DNSSEC with a private key in a token. With hashInToken the token
// hashes and pads; else the data goes to it hashed and, for RSA, padded, so that the
// token only computes. EdDSA tokens always get the data itself (RFC 8080).
func (k *Key) Sign(a dnssec.Algorithm, hashInToken bool, data []byte) ([]byte, error) {
	m, input, err := k.prepare(a, hashInToken, data)
	if err != nil {
		return nil, err
	}
	k.log.Infof("Signing %d bytes with key %s, algorithm %v, mechanism %v, hash using hsm=%s", len(input), k, a, m, title(hashInToken))
	sig, err := k.Slot.session.Sign(k.Handle, m, input)
	if err != nil {
		return nil, fmt.Errorf("sign with key %s in slot %d of %s: %w", k.Label, k.Slot.Number, k.Slot.Module, err)
	}
	return sig, nil
}

// prepare chooses the mechanism and makes what it signs.
func (k *Key) prepare(a dnssec.Algorithm, hashInToken bool, data []byte) (Mechanism, []byte, error) {
	hashing := map[dnssec.Algorithm]Mechanism{
		dnssec.RSASHA1: SHA1RSAPKCS, dnssec.RSASHA256: SHA256RSAPKCS, dnssec.RSASHA512: SHA512RSAPKCS,
		dnssec.ECDSAP256SHA256: ECDSASHA256, dnssec.ECDSAP384SHA384: ECDSASHA384,
	}
	m, ok := hashing[a]
	switch {
	case a == dnssec.ED25519:
		return EDDSA, data, nil
	case !ok:
		return 0, nil, fmt.Errorf("algorithm %v cannot be used to sign", a)
	case hashInToken:
		return m, data, nil
	case a.IsECDSA():
		return ECDSA, dnssec.Digest(a, data), nil
	}
	block, err := dnssec.PadRSA(a, len(k.Modulus), data)
	return RSAX509, block, err
}
