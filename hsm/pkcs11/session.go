//go:build linux || darwin

package pkcs11

import (
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

// Find implements [hsm.Session].
func (s *session) Find(class hsm.Class, label *string) ([]hsm.Handle, error) {
	wanted := hsm.Template{{Type: hsm.AttrClass, Value: class}}
	if label != nil {
		wanted = append(wanted, hsm.Attribute{Type: hsm.AttrLabel, Value: []byte(*label)})
	}
	t, err := newTemplate(wanted)
	if err != nil {
		return nil, err
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
	class, err := s.number(h, hsm.AttrClass)
	if err != nil {
		return a, err
	}
	kind, err := s.number(h, hsm.AttrKeyType)
	if err != nil {
		return a, err
	}
	a.Class, a.Type = hsm.Class(class), hsm.KeyType(kind)
	label, err := s.attribute(h, hsm.AttrLabel)
	if err != nil {
		return a, err
	}
	a.Label = string(label)
	fields := map[hsm.KeyType][]field{
		hsm.RSA:     {{hsm.AttrModulus, &a.Modulus}, {hsm.AttrPublicExponent, &a.Exponent}},
		hsm.EC:      {{hsm.AttrECPoint, &a.Point}, {hsm.AttrECParams, &a.Params}},
		hsm.Edwards: {{hsm.AttrECPoint, &a.Point}, {hsm.AttrECParams, &a.Params}},
	}[a.Type]
	if a.Class == hsm.SecretKey {
		fields = nil
	}
	if err := s.guard(h, &a); err != nil {
		return a, err
	}
	for _, f := range append(fields, field{hsm.AttrID, &a.ID}) {
		if *f.to, err = s.attribute(h, f.attribute); err != nil {
			return a, err
		}
	}
	a.Point = hsm.UnwrapPoint(a.Type, a.Point)
	return a, nil
}

// guard reads what keeps a key in its token.
func (s *session) guard(h hsm.Handle, a *hsm.Attributes) (err error) {
	if a.Class == hsm.PublicKey {
		return nil
	}
	if a.Sensitive, err = s.bool(h, hsm.AttrSensitive); err != nil {
		return err
	}
	a.Extractable, err = s.bool(h, hsm.AttrExtractable)
	return err
}

// field is an attribute and where it goes.
type field struct {
	attribute hsm.AttributeType
	to        *[]byte
}

// Sign implements [hsm.Session].
func (s *session) Sign(h hsm.Handle, m hsm.Mechanism, data []byte) ([]byte, error) {
	const most = 4096 // bytes of a signature: RSA of 32768 bits
	in := append(make([]byte, 0, len(data)+1), data...)[:len(data)+1]
	out, size := make([]byte, most), new(uint64)
	*size = most
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(&in[0])
	p.Pin(&out[0])
	p.Pin(size)
	if err := s.call(fnSignInit, s.handle, newMechanism(m, &p), uintptr(h)); err != nil {
		return nil, err
	}
	err := s.call(fnSign, s.handle, uintptr(unsafe.Pointer(&in[0])), uintptr(len(data)), uintptr(unsafe.Pointer(&out[0])), uintptr(unsafe.Pointer(size)))
	if err != nil {
		return nil, err
	}
	return out[:min(*size, most)], nil
}

// Close implements [hsm.Session].
func (s *session) Close() error { return s.call(fnCloseSession, s.handle) }
