//go:build linux || darwin

package pkcs11

import (
	"runtime"
	"unsafe"

	"coen/hsm"
)

// make calls a function that makes an object of a template.
func (s *session) make(t hsm.Template, do func(at, count, handle uintptr) error) (hsm.Handle, error) {
	laid, err := newTemplate(t)
	if err != nil {
		return 0, err
	}
	defer laid.unpin()
	handle := new(uint64)
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(handle)
	err = do(laid.address(), laid.count(), uintptr(unsafe.Pointer(handle)))
	return hsm.Handle(*handle), err
}

// Create implements [hsm.Session].
func (s *session) Create(t hsm.Template) (hsm.Handle, error) {
	return s.make(t, func(at, count, handle uintptr) error {
		return s.call(fnCreateObject, s.handle, at, count, handle)
	})
}

// GenerateKey implements [hsm.Session].
func (s *session) GenerateKey(m hsm.Mechanism, t hsm.Template) (hsm.Handle, error) {
	var p runtime.Pinner
	defer p.Unpin()
	return s.make(t, func(at, count, handle uintptr) error {
		return s.call(fnGenerateKey, s.handle, newMechanism(m, &p), at, count, handle)
	})
}

// GenerateKeyPair implements [hsm.Session].
func (s *session) GenerateKeyPair(m hsm.Mechanism, public, private hsm.Template) (publicKey, privateKey hsm.Handle, err error) {
	var p runtime.Pinner
	defer p.Unpin()
	publicKey, err = s.make(public, func(publicAt, publicCount, publicHandle uintptr) error {
		privateKey, err = s.make(private, func(at, count, handle uintptr) error {
			return s.call(fnGenerateKeyPair, s.handle, newMechanism(m, &p), publicAt, publicCount, at, count, publicHandle, handle)
		})
		return err
	})
	return publicKey, privateKey, err
}

// Wrap implements [hsm.Session].
func (s *session) Wrap(m hsm.Mechanism, with, key hsm.Handle) ([]byte, error) {
	const most = 1 << 16 // bytes of a wrapped key
	out, size := make([]byte, most), new(uint64)
	*size = most
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(&out[0])
	p.Pin(size)
	err := s.call(fnWrapKey, s.handle, newMechanism(m, &p), uintptr(with), uintptr(key),
		uintptr(unsafe.Pointer(&out[0])), uintptr(unsafe.Pointer(size)))
	if err != nil {
		return nil, err
	}
	return out[:min(*size, most)], nil
}

// Unwrap implements [hsm.Session].
func (s *session) Unwrap(m hsm.Mechanism, with hsm.Handle, wrapped []byte, t hsm.Template) (hsm.Handle, error) {
	in := append(make([]byte, 0, len(wrapped)+1), wrapped...)[:len(wrapped)+1] // never empty
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(&in[0])
	return s.make(t, func(at, count, handle uintptr) error {
		return s.call(fnUnwrapKey, s.handle, newMechanism(m, &p), uintptr(with),
			uintptr(unsafe.Pointer(&in[0])), uintptr(len(wrapped)), at, count, handle)
	})
}

// Destroy implements [hsm.Session].
func (s *session) Destroy(h hsm.Handle) error {
	return s.call(fnDestroyObject, s.handle, uintptr(h))
}
