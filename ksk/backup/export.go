package backup

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"coen/dnssec"
	"coen/hsm"
	"coen/ksk/pkix"
)

// NewWrappingID returns an identifier for a new wrapping key. It is random, and the same in every
// token that the key is copied to, so that files and keys find each other.
func NewWrappingID() []byte {
	id := make([]byte, 8)
	rand.Read(id)
	return id
}

// Key is a private key to export.
type Key struct {
	*hsm.Key
	HashInToken bool // see [hsm.Key.Sign]
}

// Export wraps private keys of the wrapping key's token. Each is unwrapped again and signs, as a key that is gone
// with the session; then each signs the file.
func Export(with *hsm.Key, keys []Key, now time.Time) (*File, error) {
	f := &File{Created: now.UTC().Truncate(time.Second), WrappingID: with.ID, WrappingLabel: with.Label}
	if err := CheckLabel(with.Label); err != nil {
		return nil, err
	}
	for _, k := range keys {
		r, err := wrap(with, k)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", k.Label, err)
		}
		f.Records = append(f.Records, r)
	}
	body, err := f.body()
	if err != nil {
		return nil, err
	}
	for i, k := range keys {
		signer, err := pkix.NewSigner(k.Key, f.Records[i].Algorithm, k.HashInToken)
		if err != nil {
			return nil, err
		}
		if f.Records[i].Signature, err = signer.SignMessage(nil, body, nil); err != nil {
			return nil, fmt.Errorf("key %s: %w", k.Label, err)
		}
	}
	return f, f.verify()
}

// wrap makes the record of a key and tries it.
func wrap(with *hsm.Key, k Key) (Record, error) {
	r := Record{Label: k.Label, ID: k.ID, Public: k.Public}
	if err := CheckLabel(k.Label); err != nil {
		return r, err
	}
	if !k.Extractable {
		return r, errors.New("it was made never to leave its token (CKA_EXTRACTABLE is false)")
	}
	var err error
	if r.Algorithm, err = Algorithm(k.Key); err != nil {
		return r, err
	}
	if r.Wrapped, err = with.Wrap(k.Key); err != nil {
		return r, err
	}
	tried, err := with.Unwrap(0, r.Wrapped, hsm.Unwrapped{Label: k.Label, ID: k.ID, Type: k.Type, Public: k.Public, Fleeting: true})
	if err != nil {
		return r, fmt.Errorf("what was wrapped cannot be unwrapped: %w", err)
	}
	return r, errors.Join(prove(tried, r.Algorithm, k.HashInToken), tried.Destroy())
}

// prove has a private key sign something new, which its public half has to verify.
func prove(k *hsm.Key, a dnssec.Algorithm, hashInToken bool) error {
	nonce := make([]byte, 32)
	rand.Read(nonce)
	message := append([]byte("coen-key-backup proof\n"), nonce...)
	signature, err := k.Sign(a, hashInToken, message)
	if err != nil {
		return err
	}
	if err := dnssec.Verify(a, k.Public, message, signature); err != nil {
		return fmt.Errorf("the private key is not that of the public key: %w", err)
	}
	return nil
}

// Algorithm returns the algorithm that a key signs a backup with.
func Algorithm(k *hsm.Key) (dnssec.Algorithm, error) {
	if len(k.Public) == 0 {
		return 0, errors.New("the token does not show the public key")
	}
	switch {
	case k.Type == hsm.RSA:
		return dnssec.RSASHA256, nil
	case k.Type == hsm.EC && bytes.Equal(k.Params, hsm.P256):
		return dnssec.ECDSAP256SHA256, nil
	case k.Type == hsm.EC && bytes.Equal(k.Params, hsm.P384):
		return dnssec.ECDSAP384SHA384, nil
	case k.Type == hsm.Edwards && len(k.Public) == dnssec.ED25519.PointSize():
		return dnssec.ED25519, nil
	}
	return 0, fmt.Errorf("keys of type %v and this curve are not backed up", k.Type)
}
