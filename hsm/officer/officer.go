package officer

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"coen/hsm"
)

// maxLabel is the size of a token's label (CK_TOKEN_INFO), in bytes.
const maxLabel = 32

// Token is a token that nobody is logged in to.
type Token struct {
	Slot    uint
	Info    hsm.TokenInfo
	library hsm.Library
}

// List returns the tokens of a library, in the order of its slots.
func List(l hsm.Library) ([]Token, error) {
	slots, err := l.Slots()
	if err != nil {
		return nil, err
	}
	var all []Token
	for _, slot := range slots {
		info, err := l.Token(slot)
		if err != nil {
			return nil, fmt.Errorf("slot %d: %w", slot, err)
		}
		all = append(all, Token{slot, info, l})
	}
	return all, nil
}

// Label and Serial are the token's, without padding.
func (t Token) Label() string  { return strings.TrimRight(t.Info.Label, " \x00") }
func (t Token) Serial() string { return strings.TrimRight(t.Info.Serial, " \x00") }

// PublicLabels returns the labels of the public keys that the token shows to anyone.
func (t Token) PublicLabels() ([]string, error) {
	session, err := t.library.Open(t.Slot, false)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	handles, err := session.Find(hsm.PublicKey, nil)
	if err != nil {
		return nil, err
	}
	var labels []string
	for _, h := range handles {
		a, err := session.Read(h)
		if err != nil {
			return nil, err
		}
		labels = append(labels, a.Label)
	}
	return labels, nil
}

// CheckPIN refuses what the token would refuse, or nobody could type again.
func (t Token) CheckPIN(pin []byte) error {
	size := uint(len(pin))
	switch i := t.Info; {
	case size == 0:
		return errors.New("the PIN is empty")
	case i.MinPIN > 0 && size < i.MinPIN || i.MaxPIN > 0 && i.MaxPIN >= i.MinPIN && size > i.MaxPIN:
		return fmt.Errorf("the PIN has %d bytes; the token wants %d to %d", size, i.MinPIN, i.MaxPIN)
	case !utf8.Valid(pin) || strings.ContainsFunc(string(pin), func(r rune) bool { return r < ' ' || r == 0x7f }):
		return errors.New("the PIN has characters that cannot be typed")
	}
	return nil
}

// Login is a session of somebody who is logged in.
type Login struct {
	token   Token
	role    hsm.Role
	session hsm.Session
}

// Login logs in, with one try.
func (t Token) Login(role hsm.Role, pin []byte) (*Login, error) {
	session, err := t.library.Open(t.Slot, true)
	if err != nil {
		return nil, err
	}
	if err := session.Login(role, pin); err != nil {
		return nil, errors.Join(err, session.Close())
	}
	return &Login{t, role, session}, nil
}

// Close logs out.
func (l *Login) Close() error { return l.session.Close() }

// SetPIN changes the PIN of whoever is logged in, and tries it. The login has ended afterwards.
func (l *Login) SetPIN(old, new []byte) error {
	if err := l.session.SetPIN(old, new); err != nil {
		return errors.Join(err, l.Close())
	}
	return errors.Join(l.Close(), l.token.try(l.role, new))
}

// SetUserPIN sets the user's PIN, locked or not, for an officer who is logged in, and tries it. The login has ended
// afterwards.
func (l *Login) SetUserPIN(pin []byte) error {
	if err := l.session.InitPIN(pin); err != nil {
		return errors.Join(err, l.Close())
	}
	return errors.Join(l.Close(), l.token.try(hsm.User, pin))
}

// try logs in and out with a PIN that was set.
func (t Token) try(role hsm.Role, pin []byte) error {
	if pin == nil {
		return nil
	}
	l, err := t.Login(role, pin)
	if err != nil {
		return fmt.Errorf("the token does not take the PIN that it was given: %w", err)
	}
	return l.Close()
}

// CheckLabel refuses labels that no token can have.
func CheckLabel(label string) error {
	if label == "" || len(label) > maxLabel || !utf8.ValidString(label) || strings.TrimSpace(label) != label ||
		strings.ContainsFunc(label, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Errorf("%q cannot be the label of a token: 1 to %d bytes, no control characters, no blanks at the ends", label, maxLabel)
	}
	return nil
}

// Initialize erases the token and gives it a label. A token that has been initialized before demands its officer's
// PIN, another one takes it. There is no user's PIN afterwards; SetUserPIN sets one.
func (t Token) Initialize(officerPIN []byte, label string) error {
	if err := CheckLabel(label); err != nil {
		return err
	}
	return t.library.InitToken(t.Slot, officerPIN, label)
}
