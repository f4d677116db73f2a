// Package pkcs11 loads PKCS#11 modules (OASIS PKCS#11 version 2.40) without a C compiler: it
// opens the library with the dynamic linker and calls through the module's own function list.
// It is the only package that does so.
//
// Threads: PKCS#11 sessions do not belong to threads, but vendors' libraries have been seen to
// keep state per thread. All calls into a module are therefore serialized, and a program that
// wants them from one thread calls [runtime.LockOSThread] first; kskm does. Modules are told
// to use the locks of the operating system for threads of their own.
//
// Memory: buffers that a module reads or writes are pinned while it may do so. A PIN is copied
// into such a buffer, which is wiped after the call.
//
// Limits: 64-bit Unix systems, where CK_ULONG is eight bytes and structures are laid out
// naturally; the calls that package hsm needs and no others. Libraries stay loaded until the
// program ends, since unloading is what vendors test least.
//
//	library, err := pkcs11.Load("/usr/lib/softhsm/libsofthsm2.so")
//	slots, err := library.Slots()
package pkcs11
