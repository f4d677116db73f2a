package hsm

import (
	"fmt"
	"slices"
)

// Library is a loaded and initialized PKCS#11 module.
type Library interface {
	// Slots returns the slots with a token in them, in the module's order.
	Slots() ([]uint, error)
	// Token returns what the token in a slot says of itself.
	Token(slot uint) (TokenInfo, error)
	// Mechanisms returns the mechanisms of the token in a slot.
	Mechanisms(slot uint) ([]Mechanism, error)
	// InitToken erases the token in a slot and gives it a label of at most 32 bytes. A token that has
	// been initialized before demands its officer's PIN; another one takes it. A nil PIN is asked for by the token's PIN pad.
	InitToken(slot uint, pin []byte, label string) error
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
	// Login logs in. A nil PIN is asked for by the token's PIN pad.
	Login(role Role, pin []byte) error
	// InitPIN sets the user's PIN, for an officer who is logged in. SetPIN changes that of whoever is
	// logged in. Nil PINs are asked for by the token's PIN pad.
	InitPIN(pin []byte) error
	SetPIN(old, new []byte) error
	// Find returns the objects of a class, with a label or, if it is nil, with any.
	Find(class Class, label *string) ([]Handle, error)
	Read(Handle) (Attributes, error)
	Sign(Handle, Mechanism, []byte) ([]byte, error)
	GenerateKey(Mechanism, Template) (Handle, error)
	GenerateKeyPair(m Mechanism, public, private Template) (publicKey, privateKey Handle, err error)
	Create(Template) (Handle, error)
	// Wrap encrypts a key with another one. Unwrap makes a key of what Wrap returned.
	Wrap(m Mechanism, with, key Handle) ([]byte, error)
	Unwrap(m Mechanism, with Handle, wrapped []byte, t Template) (Handle, error)
	Destroy(Handle) error
	Close() error
}

// Role is who logs in to a token.
type Role uint

// The roles.
const (
	Officer Role = 0 // initializes the token and the user's PIN (CKU_SO)
	User    Role = 1 // uses the keys (CKU_USER)
)

// String returns the role as prompts call it.
func (r Role) String() string {
	if r == Officer {
		return "SO"
	}
	return "USER"
}

// TokenInfo is what a token says of itself. Texts keep the padding that they have in
// the token.
type TokenInfo struct {
	Label, Manufacturer, Model, Serial string
	Initialized                        bool // there are an officer's PIN and a label
	UserPINSet                         bool // there is a user's PIN
	PINPad                             bool // PINs are entered at the token (CKF_PROTECTED_AUTHENTICATION_PATH)
	MinPIN, MaxPIN                     uint // lengths in bytes
	User, Officer                      Tries
}

// Tries say how many wrong PINs a token will take.
type Tries struct {
	Low    bool // there has been a wrong PIN since the last right one
	Final  bool // one more wrong PIN will lock the token
	Locked bool // it is locked
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
	// Of private and secret keys: Sensitive ones do not show their value; Extractable ones can be wrapped.
	Sensitive, Extractable bool
}

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
