package hsm

import "fmt"

// Mechanism is what a token does with a key, by its number in PKCS#11.
type Mechanism uint

// The mechanisms in use. Those that wrap by RFC 5649 have two numbers: version 2.40 of the standard left
// the padding of the first one open, and version 3.0 gave what most tokens do there a number of its own.
const (
	RSAKeyPairGen     Mechanism = 0x0000
	RSAX509           Mechanism = 0x0003
	SHA1RSAPKCS       Mechanism = 0x0006
	RSAOAEP           Mechanism = 0x0009 // with SHA-1 and MGF1, which every token has; OAEP needs no collision resistance
	SHA256RSAPKCS     Mechanism = 0x0040
	SHA512RSAPKCS     Mechanism = 0x0042
	DES3ECB           Mechanism = 0x0132 // unwraps old backups only
	ECKeyPairGen      Mechanism = 0x1040
	ECDSA             Mechanism = 0x1041
	ECDSASHA256       Mechanism = 0x1044
	ECDSASHA384       Mechanism = 0x1045
	EdwardsKeyPairGen Mechanism = 0x1055
	EDDSA             Mechanism = 0x1057
	AESKeyGen         Mechanism = 0x1080
	AESKeyWrapPad     Mechanism = 0x210a
	AESKeyWrapKWP     Mechanism = 0x210b
)

var mechanismNames = map[Mechanism]string{
	RSAKeyPairGen: "RSA_PKCS_KEY_PAIR_GEN", RSAX509: "RSA_X_509", SHA1RSAPKCS: "SHA1_RSA_PKCS", RSAOAEP: "RSA_PKCS_OAEP",
	SHA256RSAPKCS: "SHA256_RSA_PKCS", SHA512RSAPKCS: "SHA512_RSA_PKCS", DES3ECB: "DES3_ECB", ECKeyPairGen: "EC_KEY_PAIR_GEN", ECDSA: "ECDSA",
	ECDSASHA256: "ECDSA_SHA256", ECDSASHA384: "ECDSA_SHA384", EdwardsKeyPairGen: "EC_EDWARDS_KEY_PAIR_GEN", EDDSA: "EDDSA",
	AESKeyGen: "AES_KEY_GEN", AESKeyWrapPad: "AES_KEY_WRAP_PAD", AESKeyWrapKWP: "AES_KEY_WRAP_KWP",
}

// String returns the name of the mechanism.
func (m Mechanism) String() string {
	if name, ok := mechanismNames[m]; ok {
		return "CKM_" + name
	}
	return fmt.Sprintf("CKM_%#x", uint(m))
}
