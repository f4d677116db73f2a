// Package pkix puts DNSSEC keys and signatures into the forms that X.509 and its tools use: public keys
// as SubjectPublicKeyInfo (RFC 3279, 5480, 8410), ECDSA signatures as a DER pair (RFC 3279).
//
// A [Signer] makes a key in a token a [crypto.MessageSigner]: the token gets the whole message, by the
// same way as a record to sign.
//
// Limits: RSA with exponents below 2^31, P-256, P-384 and Ed25519.
//
//	signer, err := pkix.NewSigner(key, dnssec.ECDSAP256SHA256, false)
//	der, err := x509.CreateCertificateRequest(rand.Reader, template, signer)
package pkix
