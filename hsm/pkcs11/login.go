//go:build linux || darwin

package pkcs11

import (
	"bytes"
	"errors"
	"runtime"
	"unsafe"

	"coen/hsm"
)

// secret is a copy of a PIN where a module can read it.
type secret struct {
	bytes  []byte
	size   int
	pinner runtime.Pinner
}

// newSecret copies a PIN. It has to be wiped.
func newSecret(pin []byte) *secret {
	if pin == nil {
		return &secret{}
	}
	s := &secret{bytes: make([]byte, len(pin)+1), size: len(pin)} // never empty, so that there is an address
	copy(s.bytes, pin)
	s.pinner.Pin(&s.bytes[0])
	return s
}

// address is where the copy is: nowhere, if the token asks for the PIN itself.
func (s *secret) address() uintptr {
	if s.bytes == nil {
		return 0
	}
	return uintptr(unsafe.Pointer(&s.bytes[0]))
}

func (s *secret) wipe() {
	clear(s.bytes)
	s.pinner.Unpin()
}

// Login implements [hsm.Session].
func (s *session) Login(role hsm.Role, pin []byte) error {
	p := newSecret(pin)
	defer p.wipe()
	err := s.call(fnLogin, s.handle, uintptr(role), p.address(), uintptr(p.size))
	if errors.Is(err, hsm.CodeUserAlreadyLoggedIn) {
		return nil
	}
	return err
}

// InitPIN implements [hsm.Session].
func (s *session) InitPIN(pin []byte) error {
	p := newSecret(pin)
	defer p.wipe()
	return s.call(fnInitPIN, s.handle, p.address(), uintptr(p.size))
}

// SetPIN implements [hsm.Session].
func (s *session) SetPIN(old, new []byte) error {
	before, after := newSecret(old), newSecret(new)
	defer before.wipe()
	defer after.wipe()
	return s.call(fnSetPIN, s.handle, before.address(), uintptr(before.size), after.address(), uintptr(after.size))
}

// InitToken implements [hsm.Library].
func (l *library) InitToken(slot uint, pin []byte, label string) error {
	const size = 32
	padded := append([]byte(label), bytes.Repeat([]byte(" "), size)...)[:size]
	var pinner runtime.Pinner
	defer pinner.Unpin()
	pinner.Pin(&padded[0])
	p := newSecret(pin)
	defer p.wipe()
	return l.call(fnInitToken, uintptr(slot), p.address(), uintptr(p.size), uintptr(unsafe.Pointer(&padded[0])))
}
