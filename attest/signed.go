package attest

import (
	"fmt"

	"coen/attest/dsse"
	"coen/attest/key"
	"coen/internal/failure"
)

// Namespace is what SSH signatures of statements are made for.
const Namespace = "coen-statement"

// payloadType is that of in-toto statements.
const payloadType = "application/vnd.in-toto+json"

// A Signed statement is one with its envelope. That the signature holds is not
// said before Verify.
type Signed struct {
	Statement
	envelope *dsse.Envelope
}

// Sign returns the file of a signed statement.
func Sign(s *Statement, k key.Signer) ([]byte, error) {
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	e := &dsse.Envelope{PayloadType: payloadType, Payload: s.Bytes(), KeyID: k.Public().ID()}
	var err error
	e.Signature, err = k.Sign(Namespace, e.Signed())
	return e.Bytes(), err
}

// Open reads the file of a signed statement, without judging its signature.
func Open(data []byte) (*Signed, error) {
	e, err := dsse.Parse(data)
	if err != nil {
		return nil, err
	}
	if e.PayloadType != payloadType {
		return nil, fmt.Errorf("envelope: holds %.60q, not a statement", e.PayloadType)
	}
	s, err := Parse(e.Payload)
	if err != nil {
		return nil, err
	}
	return &Signed{*s, e}, nil
}

// KeyID says which key the statement claims to be signed with; see
// [key.Public.ID].
func (s *Signed) KeyID() string { return s.envelope.KeyID }

// Verify refuses the statement unless the key signed it.
func (s *Signed) Verify(k key.Public) error {
	err := k.Verify(Namespace, s.envelope.Signed(), s.envelope.Signature)
	if err != nil {
		return failure.Refuse("statement", err)
	}
	return nil
}
