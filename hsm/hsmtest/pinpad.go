package hsmtest

import (
	"testing"

	"coen/hsm"
)

// PINPad makes the tokens of a library ask for PINs themselves, and enters those that it has, in order.
type PINPad struct {
	T    testing.TB
	PINs []string
}

// Load returns a Loader whose tokens have a PIN pad.
func (p *PINPad) Load(load hsm.Loader) hsm.Loader {
	return func(path string) (hsm.Library, error) {
		l, err := load(path)
		return &paddedLibrary{l, p}, err
	}
}

// enter returns the next PIN; the program must not have sent one.
func (p *PINPad) enter(sent []byte) []byte {
	p.T.Helper()
	if sent != nil || len(p.PINs) == 0 {
		p.T.Errorf("a PIN was sent to a token with a PIN pad, or too many are asked for: %d left", len(p.PINs))
		return nil
	}
	pin := p.PINs[0]
	p.PINs = p.PINs[1:]
	return []byte(pin)
}

type paddedLibrary struct {
	hsm.Library
	pad *PINPad
}

func (l *paddedLibrary) Token(slot uint) (hsm.TokenInfo, error) {
	info, err := l.Library.Token(slot)
	info.PINPad = true
	return info, err
}

func (l *paddedLibrary) InitToken(slot uint, pin []byte, label string) error {
	return l.Library.InitToken(slot, l.pad.enter(pin), label)
}

func (l *paddedLibrary) Open(slot uint, write bool) (hsm.Session, error) {
	s, err := l.Library.Open(slot, write)
	return &paddedSession{s, l.pad}, err
}

type paddedSession struct {
	hsm.Session
	pad *PINPad
}

func (s *paddedSession) Token() (hsm.TokenInfo, error) {
	info, err := s.Session.Token()
	info.PINPad = true
	return info, err
}

func (s *paddedSession) Login(role hsm.Role, pin []byte) error {
	return s.Session.Login(role, s.pad.enter(pin))
}

func (s *paddedSession) InitPIN(pin []byte) error { return s.Session.InitPIN(s.pad.enter(pin)) }

func (s *paddedSession) SetPIN(old, new []byte) error {
	return s.Session.SetPIN(s.pad.enter(old), s.pad.enter(new))
}

// Tell returns a Loader whose tokens say something else of themselves.
func Tell(load hsm.Loader, change func(*hsm.TokenInfo)) hsm.Loader {
	return func(path string) (hsm.Library, error) {
		l, err := load(path)
		return &tellingLibrary{l, change}, err
	}
}

type tellingLibrary struct {
	hsm.Library
	change func(*hsm.TokenInfo)
}

func (l *tellingLibrary) Token(slot uint) (hsm.TokenInfo, error) {
	info, err := l.Library.Token(slot)
	l.change(&info)
	return info, err
}
