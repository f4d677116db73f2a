package hsm

import (
	"fmt"
	"slices"
)

// Library is a loaded and initialized PKCS#11 module.
type Library interface {
	// Slots returns the slots with a token in them, in the module's order.
	Slots() ([]uint, error)
	// Open opens a session with the token in a slot.
	Open(slot uint, write bool) (Session, error)
	// Close ends the use of the module. Sessions are of no use afterwards.
	Close() error
}

// Loader loads the library at a path.
type Loader func(path string) (Library, error)

// Session is a session with a token. Handles are good within the session only.
type Session interface {
	Token() (TokenInfo, error)
	Login(pin []byte) error
	// Find returns the objects of a class, with a label or, if it is nil, with any.
	Find(class Class, label *string) ([]Handle, error)
	Read(Handle) (Attributes, error)
	Sign(Handle, Mechanism, []byte) ([]byte, error)
	Generate(label string, spec KeySpec) (public, private Handle, err error)
	Destroy(Handle) error
	Close() error
}

// TokenInfo is what a token says of itself. Texts keep the padding that they have in
// the token.
type TokenInfo struct {
	Label, Manufacturer, Model, Serial string
	// FinalTry: one more wrong PIN will lock the token. Locked: it is.
	FinalTry, Locked bool
}

// Handle names an object within a session.
type Handle uint

// Class is the class of an object (CKA_CLASS).
type Class uint

// The classes of keys.
const (
	PublicKey  Class = 2
	PrivateKey Class = 3
	SecretKey  Class = 4
)

// String returns the name that inventories give the class.
func (c Class) String() string {
	switch c {
	case PublicKey:
		return "PUBLIC"
	case PrivateKey:
		return "PRIVATE"
	case SecretKey:
		return "SECRET"
	}
	return fmt.Sprintf("CLASS %d", uint(c))
}

// KeyType is the type of a key (CKA_KEY_TYPE).
type KeyType uint

// The types of keys that ceremonies meet.
const (
	RSA     KeyType = 0x00
	EC      KeyType = 0x03
	DES3    KeyType = 0x15
	AES     KeyType = 0x1f
	Edwards KeyType = 0x40
)

// String returns the type as the log shows it.
func (t KeyType) String() string {
	switch t {
	case RSA:
		return "RSA"
	case EC:
		return "EC"
	case DES3:
		return "DES3"
	case AES:
		return "AES"
	case Edwards:
		return "EdDSA"
	}
	return fmt.Sprintf("type 0x%x", uint(t))
}

// Attributes are what an object shows of itself. What it does not show is empty.
type Attributes struct {
	Class             Class
	Type              KeyType
	Label             string
	ID                []byte
	Modulus, Exponent []byte // of RSA keys
	Point             []byte // of EC keys, 0x04 and the coordinates; of Edwards keys, the encoded point
	Params            []byte // of EC and Edwards keys: DER of the curve's identifier
}

// Mechanism is how a token makes a signature.
type Mechanism uint

// The mechanisms, by their numbers in PKCS#11.
const (
	RSAX509       Mechanism = 0x0003
	SHA1RSAPKCS   Mechanism = 0x0006
	SHA256RSAPKCS Mechanism = 0x0040
	SHA512RSAPKCS Mechanism = 0x0042
	ECDSA         Mechanism = 0x1041
	ECDSASHA256   Mechanism = 0x1044
	ECDSASHA384   Mechanism = 0x1045
	EDDSA         Mechanism = 0x1057
)

// String returns the name of the mechanism.
func (m Mechanism) String() string {
	switch m {
	case RSAX509:
		return "CKM_RSA_X_509"
	case SHA1RSAPKCS:
		return "CKM_SHA1_RSA_PKCS"
	case SHA256RSAPKCS:
		return "CKM_SHA256_RSA_PKCS"
	case SHA512RSAPKCS:
		return "CKM_SHA512_RSA_PKCS"
	case ECDSA:
		return "CKM_ECDSA"
	case ECDSASHA256:
		return "CKM_ECDSA_SHA256"
	case ECDSASHA384:
		return "CKM_ECDSA_SHA384"
	case EDDSA:
		return "CKM_EDDSA"
	}
	return fmt.Sprintf("CKM_%#x", uint(m))
}

// KeySpec says what kind of key pair to generate.
type KeySpec struct {
	Type   KeyType // RSA, EC or Edwards
	Bits   uint    // of RSA keys
	Params []byte  // of the others: DER of the curve's identifier
}

// DER of the identifiers of curves (RFC 5480 section 2.1.1.1, RFC 8410 section 3).
var (
	P256       = []byte{0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07}
	P384       = []byte{0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22}
	Curve25519 = []byte{0x06, 0x03, 0x2b, 0x65, 0x70}
)

// UnwrapPoint takes the DER head off a point that is an OCTET STRING, as PKCS#11 wants it,
// and leaves a bare point as it is.
func UnwrapPoint(t KeyType, point []byte) []byte {
	const octetString, uncompressed = 0x04, 0x04
	if len(point) < 3 || point[0] != octetString || int(point[1]) != len(point)-2 {
		return point
	}
	if t == EC && point[2] != uncompressed {
		return point
	}
	return slices.Clone(point[2:])
}
