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

// attribute is CK_ATTRIBUTE.
type attribute struct {
	kind  uint64
	value unsafe.Pointer
	size  uint64
}

// template is an array of attributes whose values stay where they are.
type template struct {
	all    []attribute
	pinner runtime.Pinner
}

// newTemplate lays out a template for a module. It has to be unpinned.
func newTemplate(attributes hsm.Template) (*template, error) {
	t := &template{}
	for _, a := range attributes {
		value, err := encode(a.Value)
		if err != nil {
			t.unpin()
			return nil, fmt.Errorf("attribute %#x: %w", uint(a.Type), err)
		}
		t.add(a.Type, value)
	}
	return t, nil
}

// encode writes a value as modules read it: CK_BBOOL, CK_ULONG or bytes.
func encode(value any) ([]byte, error) {
	switch v := value.(type) {
	case []byte:
		return v, nil
	case bool:
		if v {
			return []byte{1}, nil
		}
		return []byte{0}, nil
	case uint:
		return number(uint64(v)), nil
	case hsm.Class:
		return number(uint64(v)), nil
	case hsm.KeyType:
		return number(uint64(v)), nil
	}
	return nil, fmt.Errorf("values of type %T have no encoding", value)
}

func number(n uint64) []byte { return binary.NativeEndian.AppendUint64(nil, n) }

func (t *template) add(kind hsm.AttributeType, value []byte) {
	a := attribute{kind: uint64(kind), size: uint64(len(value))}
	if len(value) > 0 {
		t.pinner.Pin(&value[0])
		a.value = unsafe.Pointer(&value[0])
	}
	t.all = append(t.all, a)
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
func (s *session) attribute(h hsm.Handle, kind hsm.AttributeType) ([]byte, error) {
	a := []attribute{{kind: uint64(kind)}}
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
		return nil, fmt.Errorf("C_GetAttributeValue: attribute %#x of %d bytes", uint(kind), a[0].size)
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
func (s *session) number(h hsm.Handle, kind hsm.AttributeType) (uint64, error) {
	value, err := s.attribute(h, kind)
	if err != nil {
		return 0, err
	}
	if len(value) != 8 {
		return 0, fmt.Errorf("C_GetAttributeValue: attribute %#x has %d bytes, not 8", uint(kind), len(value))
	}
	return binary.NativeEndian.Uint64(value), nil
}

// bool returns a value that is a CK_BBOOL, or false if the object has none.
func (s *session) bool(h hsm.Handle, kind hsm.AttributeType) (bool, error) {
	value, err := s.attribute(h, kind)
	return len(value) == 1 && value[0] != 0, err
}
