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

// The attributes in use (PKCS#11 Base Specification 2.40 section 4).
const (
	attrClass          = 0x000
	attrToken          = 0x001
	attrPrivate        = 0x002
	attrLabel          = 0x003
	attrKeyType        = 0x100
	attrID             = 0x102
	attrSensitive      = 0x103
	attrEncrypt        = 0x104
	attrDecrypt        = 0x105
	attrWrap           = 0x106
	attrUnwrap         = 0x107
	attrSign           = 0x108
	attrVerify         = 0x10a
	attrDerive         = 0x10c
	attrModulus        = 0x120
	attrModulusBits    = 0x121
	attrPublicExponent = 0x122
	attrExtractable    = 0x162
	attrECParams       = 0x180
	attrECPoint        = 0x181
)

// attribute is CK_ATTRIBUTE.
type attribute struct {
	kind  uint64
	value unsafe.Pointer
	size  uint64
}

// mechanism is CK_MECHANISM without parameters.
type mechanism struct {
	number    uint64
	parameter unsafe.Pointer
	size      uint64
}

// template is an array of attributes whose values stay where they are.
type template struct {
	all    []attribute
	pinner runtime.Pinner
}

func (t *template) bytes(kind uint64, value []byte) {
	a := attribute{kind: kind, size: uint64(len(value))}
	if len(value) > 0 {
		t.pinner.Pin(&value[0])
		a.value = unsafe.Pointer(&value[0])
	}
	t.all = append(t.all, a)
}

func (t *template) number(kind, value uint64) {
	t.bytes(kind, binary.NativeEndian.AppendUint64(nil, value))
}

func (t *template) bool(kind uint64, value bool) {
	b := []byte{0}
	if value {
		b[0] = 1
	}
	t.bytes(kind, b)
}

func (t *template) count() uintptr { return uintptr(len(t.all)) }

// address pins the array and returns where it is. Nothing may be added afterwards.
func (t *template) address() uintptr {
	t.pinner.Pin(&t.all[0])
	return uintptr(unsafe.Pointer(&t.all[0]))
}

func (t *template) unpin() { t.pinner.Unpin() }

// maxAttribute bounds the value that a module may announce, in bytes.
const maxAttribute = 1 << 16

// attribute returns a value of an object, or nothing if the object has no such value or
// does not show it.
func (s *session) attribute(h hsm.Handle, kind uint64) ([]byte, error) {
	a := []attribute{{kind: kind}}
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(&a[0])
	get := func() error {
		return s.call(fnGetAttributeValue, s.handle, uintptr(h), uintptr(unsafe.Pointer(&a[0])), 1)
	}
	err := get()
	if errors.Is(err, hsm.CodeAttributeTypeInvalid) || errors.Is(err, hsm.CodeAttributeSensitive) {
		return nil, nil
	}
	if err != nil || a[0].size == 0 || a[0].size == ^uint64(0) {
		return nil, err
	}
	if a[0].size > maxAttribute {
		return nil, fmt.Errorf("C_GetAttributeValue: attribute %#x of %d bytes", kind, a[0].size)
	}
	value := make([]byte, a[0].size)
	p.Pin(&value[0])
	a[0].value = unsafe.Pointer(&value[0])
	if err := get(); err != nil {
		return nil, err
	}
	return value[:min(a[0].size, uint64(len(value)))], nil
}

// number returns a value that is a CK_ULONG.
func (s *session) number(h hsm.Handle, kind uint64) (uint64, error) {
	value, err := s.attribute(h, kind)
	if err != nil {
		return 0, err
	}
	if len(value) != 8 {
		return 0, fmt.Errorf("C_GetAttributeValue: attribute %#x has %d bytes, not 8", kind, len(value))
	}
	return binary.NativeEndian.Uint64(value), nil
}
