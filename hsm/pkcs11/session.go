//go:build linux || darwin

package pkcs11

import (
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"coen/hsm"
)

// session is an open session.
type session struct {
	*library
	slot   uint
	handle uintptr
}

// tokenInfoSize is the size of CK_TOKEN_INFO, rounded up generously.
const tokenInfoSize = 256

// Flags of CK_TOKEN_INFO.
const (
	flagUserPINFinalTry = 0x20000
	flagUserPINLocked   = 0x40000
)

// Token implements [hsm.Session].
func (s *session) Token() (hsm.TokenInfo, error) {
	info := make([]byte, tokenInfoSize)
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(&info[0])
	if err := s.call(fnGetTokenInfo, uintptr(s.slot), uintptr(unsafe.Pointer(&info[0]))); err != nil {
		return hsm.TokenInfo{}, err
	}
	flags := binary.NativeEndian.Uint64(info[96:])
	return hsm.TokenInfo{
		Label: string(info[:32]), Manufacturer: string(info[32:64]),
		Model: string(info[64:80]), Serial: string(info[80:96]),
		FinalTry: flags&flagUserPINFinalTry != 0, Locked: flags&flagUserPINLocked != 0,
	}, nil
}

// Login implements [hsm.Session].
func (s *session) Login(pin []byte) error {
	const user = 1
	buffer := make([]byte, len(pin)+1) // never empty, so that there is an address
	copy(buffer, pin)
	defer clear(buffer)
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(&buffer[0])
	err := s.call(fnLogin, s.handle, user, uintptr(unsafe.Pointer(&buffer[0])), uintptr(len(pin)))
	if errors.Is(err, hsm.CodeUserAlreadyLoggedIn) {
		return nil
	}
	return err
}

// Find implements [hsm.Session].
func (s *session) Find(class hsm.Class, label *string) ([]hsm.Handle, error) {
	t := template{}
	t.number(attrClass, uint64(class))
	if label != nil {
		t.bytes(attrLabel, []byte(*label))
	}
	defer t.unpin()
	if err := s.call(fnFindObjectsInit, s.handle, t.address(), t.count()); err != nil {
		return nil, err
	}
	found, err := s.found()
	if final := s.call(fnFindObjectsFinal, s.handle); err == nil {
		err = final
	}
	return found, err
}

// maxObjects bounds a search that never ends.
const maxObjects = 1 << 16

func (s *session) found() ([]hsm.Handle, error) {
	var all []hsm.Handle
	batch, count := make([]uint64, 64), new(uint64)
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(&batch[0])
	p.Pin(count)
	for {
		err := s.call(fnFindObjects, s.handle, uintptr(unsafe.Pointer(&batch[0])), uintptr(len(batch)), uintptr(unsafe.Pointer(count)))
		if err != nil {
			return nil, err
		}
		if *count == 0 {
			return all, nil
		}
		for _, h := range batch[:min(*count, uint64(len(batch)))] {
			all = append(all, hsm.Handle(h))
		}
		if len(all) > maxObjects {
			return nil, fmt.Errorf("C_FindObjects: more than %d objects", maxObjects)
		}
	}
}

// Read implements [hsm.Session].
func (s *session) Read(h hsm.Handle) (hsm.Attributes, error) {
	var a hsm.Attributes
	class, err := s.number(h, attrClass)
	if err != nil {
		return a, err
	}
	kind, err := s.number(h, attrKeyType)
	if err != nil {
		return a, err
	}
	a.Class, a.Type = hsm.Class(class), hsm.KeyType(kind)
	label, err := s.attribute(h, attrLabel)
	if err != nil {
		return a, err
	}
	a.Label = string(label)
	fields := map[hsm.KeyType][]field{
		hsm.RSA:     {{attrModulus, &a.Modulus}, {attrPublicExponent, &a.Exponent}},
		hsm.EC:      {{attrECPoint, &a.Point}, {attrECParams, &a.Params}},
		hsm.Edwards: {{attrECPoint, &a.Point}, {attrECParams, &a.Params}},
	}[a.Type]
	if a.Class == hsm.SecretKey {
		fields = nil
	}
	for _, f := range append(fields, field{attrID, &a.ID}) {
		if *f.to, err = s.attribute(h, f.attribute); err != nil {
			return a, err
		}
	}
	a.Point = hsm.UnwrapPoint(a.Type, a.Point)
	return a, nil
}

// field is an attribute and where it goes.
type field struct {
	attribute uint64
	to        *[]byte
}

// Sign implements [hsm.Session].
func (s *session) Sign(h hsm.Handle, m hsm.Mechanism, data []byte) ([]byte, error) {
	const most = 4096 // bytes of a signature: RSA of 32768 bits
	mechanism := &mechanism{number: uint64(m)}
	in := append(make([]byte, 0, len(data)+1), data...)[:len(data)+1]
	out, size := make([]byte, most), new(uint64)
	*size = most
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(mechanism)
	p.Pin(&in[0])
	p.Pin(&out[0])
	p.Pin(size)
	if err := s.call(fnSignInit, s.handle, uintptr(unsafe.Pointer(mechanism)), uintptr(h)); err != nil {
		return nil, err
	}
	err := s.call(fnSign, s.handle, uintptr(unsafe.Pointer(&in[0])), uintptr(len(data)), uintptr(unsafe.Pointer(&out[0])), uintptr(unsafe.Pointer(size)))
	if err != nil {
		return nil, err
	}
	return out[:min(*size, most)], nil
}

// Destroy implements [hsm.Session].
func (s *session) Destroy(h hsm.Handle) error {
	return s.call(fnDestroyObject, s.handle, uintptr(h))
}

// Close implements [hsm.Session].
func (s *session) Close() error { return s.call(fnCloseSession, s.handle) }
