//go:build linux || darwin

package pkcs11

import (
	"fmt"
	"runtime"
	"unsafe"

	"coen/hsm"
)

// The mechanisms that generate key pairs.
const (
	rsaKeyPairGen     = 0x0000
	ecKeyPairGen      = 0x1040
	edwardsKeyPairGen = 0x1055
)

// exponent is 65537, the public exponent of RSA keys.
var exponent = []byte{0x01, 0x00, 0x01}

// Generate implements [hsm.Session]. The templates are those of every key signing
// key of the root so far; what can be extracted decides which backups can be made, so
// CKA_EXTRACTABLE is true. Keys on curves cannot encrypt and are not asked to.
func (s *session) Generate(label string, spec hsm.KeySpec) (public, private hsm.Handle, err error) {
	rsa := spec.Type == hsm.RSA
	m := &mechanism{number: map[hsm.KeyType]uint64{
		hsm.RSA: rsaKeyPairGen, hsm.EC: ecKeyPairGen, hsm.Edwards: edwardsKeyPairGen,
	}[spec.Type]}
	if !rsa && m.number == 0 {
		return 0, 0, fmt.Errorf("keys of type %v cannot be generated", spec.Type)
	}
	pub, priv := publicTemplate(label, spec), privateTemplate(label, spec)
	defer pub.unpin()
	defer priv.unpin()
	handles := make([]uint64, 2)
	var p runtime.Pinner
	defer p.Unpin()
	p.Pin(m)
	p.Pin(&handles[0])
	err = s.call(fnGenerateKeyPair, s.handle, uintptr(unsafe.Pointer(m)), pub.address(), pub.count(), priv.address(), priv.count(),
		uintptr(unsafe.Pointer(&handles[0])), uintptr(unsafe.Pointer(&handles[1])))
	return hsm.Handle(handles[0]), hsm.Handle(handles[1]), err
}

func publicTemplate(label string, spec hsm.KeySpec) *template {
	t := &template{}
	t.bytes(attrLabel, []byte(label))
	t.number(attrClass, uint64(hsm.PublicKey))
	t.number(attrKeyType, uint64(spec.Type))
	t.bool(attrToken, true)
	t.bool(attrVerify, true)
	t.bool(attrWrap, false)
	if spec.Type == hsm.RSA {
		t.bool(attrEncrypt, true)
		t.number(attrModulusBits, uint64(spec.Bits))
		t.bytes(attrPublicExponent, exponent)
	} else {
		t.bytes(attrECParams, spec.Params)
	}
	return t
}

func privateTemplate(label string, spec hsm.KeySpec) *template {
	t := &template{}
	t.bytes(attrLabel, []byte(label))
	t.number(attrClass, uint64(hsm.PrivateKey))
	t.number(attrKeyType, uint64(spec.Type))
	t.bool(attrToken, true)
	t.bool(attrSign, true)
	t.bool(attrExtractable, true)
	t.bool(attrUnwrap, false)
	t.bool(attrDerive, false)
	t.bool(attrSensitive, true)
	t.bool(attrPrivate, true)
	if spec.Type == hsm.RSA {
		t.bool(attrDecrypt, true)
	}
	return t
}
