//go:build linux || darwin

package pkcs11

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"coen/hsm"
)

// functionList is CK_FUNCTION_LIST: a version and pointers in the order of the standard
// (PKCS#11 Base Specification 2.40 section 3.6).
type functionList struct {
	version [2]byte
	_       [6]byte
	fn      [68]uintptr
}

// The functions in use, by their place in the list.
const (
	fnInitialize        = 0
	fnFinalize          = 1
	fnGetSlotList       = 4
	fnGetTokenInfo      = 6
	fnGetMechanismList  = 7
	fnInitToken         = 9
	fnInitPIN           = 10
	fnSetPIN            = 11
	fnOpenSession       = 12
	fnCloseSession      = 13
	fnLogin             = 18
	fnCreateObject      = 20
	fnDestroyObject     = 22
	fnGetAttributeValue = 24
	fnFindObjectsInit   = 26
	fnFindObjects       = 27
	fnFindObjectsFinal  = 28
	fnSignInit          = 42
	fnSign              = 43
	fnGenerateKey       = 58
	fnGenerateKeyPair   = 59
	fnWrapKey           = 60
	fnUnwrapKey         = 61
)

var functionNames = map[int]string{
	fnInitialize: "C_Initialize", fnFinalize: "C_Finalize", fnGetSlotList: "C_GetSlotList",
	fnGetTokenInfo: "C_GetTokenInfo", fnOpenSession: "C_OpenSession", fnCloseSession: "C_CloseSession",
	fnLogin: "C_Login", fnDestroyObject: "C_DestroyObject", fnGetAttributeValue: "C_GetAttributeValue",
	fnFindObjectsInit: "C_FindObjectsInit", fnFindObjects: "C_FindObjects", fnFindObjectsFinal: "C_FindObjectsFinal",
	fnSignInit: "C_SignInit", fnSign: "C_Sign", fnGenerateKeyPair: "C_GenerateKeyPair",
	fnGetMechanismList: "C_GetMechanismList", fnInitToken: "C_InitToken", fnInitPIN: "C_InitPIN", fnSetPIN: "C_SetPIN",
	fnCreateObject: "C_CreateObject", fnGenerateKey: "C_GenerateKey", fnWrapKey: "C_WrapKey", fnUnwrapKey: "C_UnwrapKey",
}

// library is a loaded module.
type library struct {
	mu    sync.Mutex
	list  *functionList
	owner bool // this library initialized the module, and finalizes it
}

// Load loads the module at a path and initializes it. A module that was initialized before is
// used as it is.
func Load(path string) (hsm.Library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", path, err)
	}
	entry, err := purego.Dlsym(handle, "C_GetFunctionList")
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", path, err)
	}
	l := &library{}
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(&l.list)
	if rv, _, _ := purego.SyscallN(entry, uintptr(unsafe.Pointer(&l.list))); rv != 0 {
		return nil, fmt.Errorf("load %q: C_GetFunctionList: %w", path, hsm.Code(rv))
	}
	if l.list == nil {
		return nil, fmt.Errorf("load %q: C_GetFunctionList: no list", path)
	}
	if err := l.initialize(); err != nil {
		return nil, fmt.Errorf("load %q: %w", path, err)
	}
	return l, nil
}

// initializeArgs is CK_C_INITIALIZE_ARGS.
type initializeArgs struct {
	createMutex, destroyMutex, lockMutex, unlockMutex uintptr
	flags                                             uint64
	reserved                                          unsafe.Pointer
}

const osLockingOK = 0x2

// reservedVariable has the text that NSS's softokn wants in the reserved field, as "configDir='sql:/path'".
// Newer versions of it read this variable themselves.
const reservedVariable = "NSS_LIB_PARAMS"

func (l *library) initialize() error {
	args := &initializeArgs{flags: osLockingOK}
	var p runtime.Pinner
	defer p.Unpin()
	if text := os.Getenv(reservedVariable); text != "" {
		c := append([]byte(text), 0)
		p.Pin(&c[0])
		args.reserved = unsafe.Pointer(&c[0])
	}
	p.Pin(args)
	err := l.call(fnInitialize, uintptr(unsafe.Pointer(args)))
	if errors.Is(err, hsm.CodeCantLock) {
		err = l.call(fnInitialize, 0) // calls are serialized anyway
	}
	if errors.Is(err, hsm.CodeAlreadyInitialized) {
		return nil
	}
	l.owner = err == nil
	return err
}

// call calls a function of the module. Memory that arguments point to has to be pinned.
func (l *library) call(function int, args ...uintptr) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	address := l.list.fn[function]
	if address == 0 {
		return fmt.Errorf("%s: not in the module", functionNames[function])
	}
	rv, _, _ := purego.SyscallN(address, args...)
	if rv != 0 {
		return fmt.Errorf("%s: %w", functionNames[function], hsm.Code(rv))
	}
	return nil
}

// Close implements [hsm.Library].
func (l *library) Close() error {
	if !l.owner {
		return nil
	}
	l.owner = false
	return l.call(fnFinalize, 0)
}

// Open implements [hsm.Library].
func (l *library) Open(slot uint, write bool) (hsm.Session, error) {
	const serialSession, readWrite = 0x4, 0x2
	flags := uintptr(serialSession)
	if write {
		flags |= readWrite
	}
	handle := new(uint64)
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(handle)
	if err := l.call(fnOpenSession, uintptr(slot), flags, 0, 0, uintptr(unsafe.Pointer(handle))); err != nil {
		return nil, err
	}
	return &session{library: l, slot: slot, handle: uintptr(*handle)}, nil
}
