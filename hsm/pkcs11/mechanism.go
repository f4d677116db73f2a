//go:build linux || darwin

package pkcs11

import (
	"fmt"
	"runtime"
	"unsafe"

	"coen/hsm"
)

// mechanism is CK_MECHANISM.
type mechanism struct {
	number    uint64
	parameter unsafe.Pointer
	size      uint64
}

// oaepParams is CK_RSA_PKCS_OAEP_PARAMS.
type oaepParams struct {
	hash, mgf, source uint64
	label             unsafe.Pointer
	labelSize         uint64
}

// newMechanism returns a mechanism with the parameter that it needs, which stays where it is while
// p pins it.
func newMechanism(m hsm.Mechanism, p *runtime.Pinner) uintptr {
	made := &mechanism{number: uint64(m)}
	if m == hsm.RSAOAEP {
		const sha1, mgf1SHA1, sourceData = 0x220, 1, 1
		parameter := &oaepParams{hash: sha1, mgf: mgf1SHA1, source: sourceData}
		p.Pin(parameter)
		made.parameter, made.size = unsafe.Pointer(parameter), uint64(unsafe.Sizeof(*parameter))
	}
	p.Pin(made)
	return uintptr(unsafe.Pointer(made))
}

// numbers gets a list from a function that is asked for its length first.
func (l *library) numbers(function int, first uintptr) ([]uint64, error) {
	count := new(uint64)
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(count)
	if err := l.call(function, first, 0, uintptr(unsafe.Pointer(count))); err != nil || *count == 0 {
		return nil, err
	}
	if *count > 1<<16 {
		return nil, fmt.Errorf("%s: %d entries", functionNames[function], *count)
	}
	list := make([]uint64, *count)
	p.Pin(&list[0])
	if err := l.call(function, first, uintptr(unsafe.Pointer(&list[0])), uintptr(unsafe.Pointer(count))); err != nil {
		return nil, err
	}
	return list[:min(*count, uint64(len(list)))], nil
}

// Slots implements [hsm.Library].
func (l *library) Slots() ([]uint, error) {
	const tokenPresent = 1
	list, err := l.numbers(fnGetSlotList, tokenPresent)
	var slots []uint
	for _, n := range list {
		slots = append(slots, uint(n))
	}
	return slots, err
}

// Mechanisms implements [hsm.Library].
func (l *library) Mechanisms(slot uint) ([]hsm.Mechanism, error) {
	list, err := l.numbers(fnGetMechanismList, uintptr(slot))
	var all []hsm.Mechanism
	for _, n := range list {
		all = append(all, hsm.Mechanism(n))
	}
	return all, err
}
