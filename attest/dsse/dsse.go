// Package dsse reads and writes signed envelopes: the Dead Simple Signing
// Envelope, version 1, in its JSON form.
//
// It is narrower than the protocol allows. An envelope has exactly one
// signature, so that nobody has to ask what several would mean together, and
// one content has one file: [Parse] accepts what [Envelope.Bytes] writes and
// nothing else, which leaves no room for keys given twice or spelled otherwise.
//
// The package knows nothing of keys; what is signed is [Envelope.Signed].
package dsse

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// MaxSize is the largest size in bytes of an envelope file.
const MaxSize = 1 << 20

// An Envelope is a payload with a signature over it.
type Envelope struct {
	// PayloadType is a media type or URI that says what the payload is.
	PayloadType string
	Payload     []byte
	// KeyID says which key to try. It is not signed: a hint and no more.
	KeyID string
	// Signature is over Signed, in whatever form the key makes it.
	Signature []byte
}

// PAE returns the pre-authentication encoding (section "Signature Definition"
// of the protocol): what is signed, where the lengths keep type and payload
// apart.
func PAE(payloadType string, payload []byte) []byte {
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(payload), payload)
}

// Signed returns the bytes that the signature is over.
func (e *Envelope) Signed() []byte { return PAE(e.PayloadType, e.Payload) }

// The JSON form.
type file struct {
	PayloadType string      `json:"payloadType"`
	Payload     []byte      `json:"payload"`
	Signatures  []signature `json:"signatures"`
}

type signature struct {
	KeyID string `json:"keyid"`
	Sig   []byte `json:"sig"`
}

// Bytes returns the envelope file.
func (e *Envelope) Bytes() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	// Strings and bytes always encode, and a buffer takes everything.
	_ = enc.Encode(file{e.PayloadType, e.Payload, []signature{{e.KeyID, e.Signature}}})
	return b.Bytes()
}

// Parse reads an envelope file. It does not judge the signature.
func Parse(data []byte) (*Envelope, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("envelope: larger than %d bytes", MaxSize)
	}
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("envelope: %w", err)
	}
	if len(f.Signatures) != 1 {
		return nil, fmt.Errorf("envelope: %d signatures, not one", len(f.Signatures))
	}
	s := f.Signatures[0]
	e := &Envelope{PayloadType: f.PayloadType, Payload: f.Payload, KeyID: s.KeyID, Signature: s.Sig}
	if !bytes.Equal(e.Bytes(), data) {
		return nil, errors.New("envelope: not in canonical form")
	}
	return e, nil
}
