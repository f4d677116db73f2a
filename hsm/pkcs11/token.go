//go:build linux || darwin

package pkcs11

import (
	"encoding/binary"
	"runtime"
	"unsafe"

	"coen/hsm"
)

// tokenInfoSize is the size of CK_TOKEN_INFO, rounded up generously.
const tokenInfoSize = 256

// Where fields of CK_TOKEN_INFO are.
const (
	atFlags  = 96
	atMaxPIN = 136
	atMinPIN = 144
)

// Flags of CK_TOKEN_INFO.
const (
	flagUserPINInitialized = 0x8
	flagPINPad             = 0x100
	flagTokenInitialized   = 0x400
	flagUserPINLow         = 0x10000
	flagUserPINFinalTry    = 0x20000
	flagUserPINLocked      = 0x40000
	flagOfficerPINLow      = 0x100000
	flagOfficerPINFinalTry = 0x200000
	flagOfficerPINLocked   = 0x400000
)

// Token implements [hsm.Session].
func (s *session) Token() (hsm.TokenInfo, error) { return s.library.Token(s.slot) }

// Token implements [hsm.Library].
func (l *library) Token(slot uint) (hsm.TokenInfo, error) {
	info := make([]byte, tokenInfoSize)
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(&info[0])
	if err := l.call(fnGetTokenInfo, uintptr(slot), uintptr(unsafe.Pointer(&info[0]))); err != nil {
		return hsm.TokenInfo{}, err
	}
	flags := binary.NativeEndian.Uint64(info[atFlags:])
	is := func(flag uint64) bool { return flags&flag != 0 }
	return hsm.TokenInfo{
		Label: string(info[:32]), Manufacturer: string(info[32:64]),
		Model: string(info[64:80]), Serial: string(info[80:96]),
		Initialized: is(flagTokenInitialized), UserPINSet: is(flagUserPINInitialized), PINPad: is(flagPINPad),
		MaxPIN:  uint(binary.NativeEndian.Uint64(info[atMaxPIN:])),
		MinPIN:  uint(binary.NativeEndian.Uint64(info[atMinPIN:])),
		User:    hsm.Tries{Low: is(flagUserPINLow), Final: is(flagUserPINFinalTry), Locked: is(flagUserPINLocked)},
		Officer: hsm.Tries{Low: is(flagOfficerPINLow), Final: is(flagOfficerPINFinalTry), Locked: is(flagOfficerPINLocked)},
	}, nil
}
