package archive

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// MaxInRelease is the largest size in bytes of an InRelease file. Those of
// Debian have less than 200 kB.
const MaxInRelease = 4 << 20

// maxSignatures bounds the signature packets of one file. Debian has up to
// four.
const maxSignatures = 16

// A Signature is a good one by a key of the keyring.
type Signature struct {
	// Fingerprint of the primary key, in upper-case hexadecimal.
	Fingerprint string
	// Signer is the key's user id.
	Signer string
	// Made is when the signature says it was made.
	Made time.Time
}

// Verify checks the signatures of an InRelease file at the time now and returns
// what they vouch for. Every error is a reason to refuse the file. Whether the
// content is recent is another question; see [Release.CheckDates].
func Verify(inRelease []byte, policy Policy, now time.Time) (*Release, error) {
	if len(policy.Require) == 0 {
		return nil, errors.New("the policy requires no signature")
	}
	text, packets, err := splitSigned(inRelease)
	if err != nil {
		return nil, err
	}
	var good []Signature
	for i, p := range packets {
		s, err := checkSignature(text, p, policy.Keyring, now)
		if err != nil {
			return nil, fmt.Errorf("signature %d of %d: %w", i+1, len(packets), err)
		}
		if s != nil {
			good = append(good, *s)
		}
	}
	for _, fingerprint := range policy.Require {
		if !slices.ContainsFunc(good, func(s Signature) bool { return s.Fingerprint == fingerprint }) {
			return nil, fmt.Errorf("not signed by the required key %s", fingerprint)
		}
	}
	// The signed text has CRLF at the ends of lines.
	release, err := parseRelease(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	if err != nil {
		return nil, err
	}
	release.Signatures = good
	return release, nil
}

// splitSigned returns the signed text and the signature packets of a file that
// must be one signed block and nothing else.
func splitSigned(file []byte) (text []byte, packets [][]byte, err error) {
	if len(file) > MaxInRelease {
		return nil, nil, fmt.Errorf("larger than %d bytes", MaxInRelease)
	}
	if !bytes.HasPrefix(file, []byte("-----BEGIN PGP SIGNED MESSAGE-----")) {
		return nil, nil, errors.New("does not begin with a signed message")
	}
	if !bytes.HasSuffix(file, []byte("\n-----END PGP SIGNATURE-----\n")) {
		return nil, nil, errors.New("does not end with its signature")
	}
	block, rest := clearsign.Decode(file)
	if block == nil {
		return nil, nil, errors.New("no complete signed message")
	}
	if len(rest) > 0 {
		return nil, nil, fmt.Errorf("%d bytes after the signed message", len(rest))
	}
	r := packet.NewOpaqueReader(block.ArmoredSignature.Body)
	for {
		p, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, fmt.Errorf("signature: %v", err)
		}
		var b bytes.Buffer
		if err := p.Serialize(&b); err != nil {
			return nil, nil, err
		}
		packets = append(packets, b.Bytes())
	}
	if len(packets) == 0 || len(packets) > maxSignatures {
		return nil, nil, fmt.Errorf("%d signatures", len(packets))
	}
	return block.Bytes, packets, nil
}

// checkSignature judges one signature packet. It returns nil and no error if
// the key is not in the keyring.
func checkSignature(text, packetBytes []byte, keyring *Keyring, now time.Time) (*Signature, error) {
	config := &packet.Config{Time: func() time.Time { return now }}
	sig, signer, err := openpgp.VerifyDetachedSignature(keyring.keys, bytes.NewReader(text), bytes.NewReader(packetBytes), config)
	if errors.Is(err, pgperrors.ErrUnknownIssuer) {
		return nil, nil
	}
	if sig != nil && sig.CreationTime.After(now) {
		return nil, fmt.Errorf("made at %s, which is in the future of %s", stamp(sig.CreationTime), stamp(now))
	}
	if err != nil {
		return nil, err
	}
	switch sig.Hash {
	case crypto.SHA256, crypto.SHA384, crypto.SHA512:
	default:
		return nil, fmt.Errorf("weak hash %v", sig.Hash)
	}
	name := ""
	if id := signer.PrimaryIdentity(); id != nil {
		name = id.Name
	}
	return &Signature{fingerprint(signer), name, sig.CreationTime.UTC()}, nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
