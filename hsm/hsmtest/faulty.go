package hsmtest

import (
	"sync/atomic"

	"coen/hsm"
)

// Faults say what is to go wrong in a library. Counters are of calls in all sessions.
type Faults struct {
	FailSign  int32    // the number of the signature that fails, from one; 0: none
	SignError hsm.Code // what it fails with
	Corrupt   int32    // the number of the signature that comes back with a bit flipped
	CloseAt   int32    // the number of the signature before which the session is closed behind our back
	OnSign    func(n int32)

	Logins, Signatures, Closes atomic.Int32
}

// Load returns a Loader whose libraries fail as f says.
func (f *Faults) Load(load hsm.Loader) hsm.Loader {
	return func(path string) (hsm.Library, error) {
		l, err := load(path)
		if err != nil {
			return nil, err
		}
		return &library{l, f}, nil
	}
}

type library struct {
	hsm.Library
	faults *Faults
}

func (l *library) Open(slot uint, write bool) (hsm.Session, error) {
	s, err := l.Library.Open(slot, write)
	if err != nil {
		return nil, err
	}
	return &session{s, l.faults}, nil
}

type session struct {
	hsm.Session
	faults *Faults
}

func (s *session) Login(role hsm.Role, pin []byte) error {
	s.faults.Logins.Add(1)
	return s.Session.Login(role, pin)
}

func (s *session) Close() error {
	s.faults.Closes.Add(1)
	return s.Session.Close()
}

func (s *session) Sign(h hsm.Handle, m hsm.Mechanism, data []byte) ([]byte, error) {
	n := s.faults.Signatures.Add(1)
	if s.faults.OnSign != nil {
		s.faults.OnSign(n)
	}
	if n == s.faults.CloseAt {
		s.Session.Close()
	}
	if n == s.faults.FailSign {
		return nil, s.faults.SignError
	}
	sig, err := s.Session.Sign(h, m, data)
	if err == nil && n == s.faults.Corrupt {
		sig[len(sig)/2] ^= 1
	}
	return sig, err
}
