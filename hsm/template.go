package hsm

import "fmt"

// AttributeType is the type of an attribute of an object (CKA_...).
type AttributeType uint

// The attributes in use (PKCS#11 Base Specification 2.40 section 4).
const (
	AttrClass          AttributeType = 0x000
	AttrToken          AttributeType = 0x001
	AttrPrivate        AttributeType = 0x002
	AttrLabel          AttributeType = 0x003
	AttrKeyType        AttributeType = 0x100
	AttrID             AttributeType = 0x102
	AttrSensitive      AttributeType = 0x103
	AttrEncrypt        AttributeType = 0x104
	AttrDecrypt        AttributeType = 0x105
	AttrWrap           AttributeType = 0x106
	AttrUnwrap         AttributeType = 0x107
	AttrSign           AttributeType = 0x108
	AttrVerify         AttributeType = 0x10a
	AttrDerive         AttributeType = 0x10c
	AttrModulus        AttributeType = 0x120
	AttrModulusBits    AttributeType = 0x121
	AttrPublicExponent AttributeType = 0x122
	AttrValueLen       AttributeType = 0x161
	AttrExtractable    AttributeType = 0x162
	AttrECParams       AttributeType = 0x180
	AttrECPoint        AttributeType = 0x181
)

// Attribute is an attribute of a new object. Its value is a bool, a uint, a [Class], a [KeyType], or bytes.
type Attribute struct {
	Type  AttributeType
	Value any
}

// Template is what a new object is to be like.
type Template []Attribute

// KeySpec says what kind of key pair to generate.
type KeySpec struct {
	Type   KeyType // RSA, EC or Edwards
	Bits   uint    // of RSA keys
	Params []byte  // of the others: DER of the curve's identifier
	ID     []byte  // CKA_ID of both halves; nil: what the token makes of it
}

// DER of the identifiers of curves (RFC 5480 section 2.1.1.1, RFC 8410 section 3).
var (
	P256       = []byte{0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07}
	P384       = []byte{0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22}
	Curve25519 = []byte{0x06, 0x03, 0x2b, 0x65, 0x70}
)

// exponent is 65537, the public exponent of RSA keys.
var exponent = []byte{0x01, 0x00, 0x01}

// generator returns the mechanism that makes such a pair.
func (k KeySpec) generator() (Mechanism, error) {
	m, ok := map[KeyType]Mechanism{RSA: RSAKeyPairGen, EC: ECKeyPairGen, Edwards: EdwardsKeyPairGen}[k.Type]
	if !ok {
		return 0, fmt.Errorf("keys of type %v cannot be generated", k.Type)
	}
	return m, nil
}

// public and private are the templates of every key signing key of the root so far. What can
// be extracted decides which backups can be made, so CKA_EXTRACTABLE is true. Keys on
// curves cannot encrypt and are not asked to.
func (k KeySpec) public(label string) Template {
	t := publicHead(label, k.Type, k.ID)
	if k.Type == RSA {
		return append(t, Attribute{AttrModulusBits, k.Bits}, Attribute{AttrPublicExponent, exponent})
	}
	return append(t, Attribute{AttrECParams, k.Params})
}

func publicHead(label string, kind KeyType, id []byte) Template {
	t := Template{
		{AttrLabel, []byte(label)}, {AttrClass, PublicKey}, {AttrKeyType, kind},
		{AttrToken, true}, {AttrVerify, true}, {AttrWrap, false},
	}
	if kind == RSA {
		t = append(t, Attribute{AttrEncrypt, true})
	}
	return t.identified(id)
}

func (t Template) identified(id []byte) Template {
	if id == nil {
		return t
	}
	return append(t, Attribute{AttrID, id})
}

func (k KeySpec) private(label string) Template {
	t := Template{
		{AttrLabel, []byte(label)}, {AttrClass, PrivateKey}, {AttrKeyType, k.Type},
		{AttrToken, true}, {AttrSign, true}, {AttrExtractable, true},
		{AttrUnwrap, false}, {AttrDerive, false}, {AttrSensitive, true}, {AttrPrivate, true},
	}
	if k.Type == RSA {
		t = append(t, Attribute{AttrDecrypt, true})
	}
	return t.identified(k.ID)
}
