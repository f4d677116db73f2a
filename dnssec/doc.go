// Package dnssec has the parts of DNSSEC that a signer of the root's key set needs: algorithm
// numbers, DNSKEY RDATA, key tags, DS digests, the public key encodings of RSA, ECDSA and
// EdDSA, the octets that an RRSIG signs, and the verification of signatures.
//
// It follows RFC 4034 (records, key tags, canonical form), RFC 4509 (DS with SHA-256), RFC
// 5011 (the REVOKE flag), RFC 3110 and RFC 5702 (RSA), RFC 6605 (ECDSA) and RFC 8080 (EdDSA).
//
// Limits: the owner and the signer are always the root, the covered type is always DNSKEY, and
// there is no message or zone file parser. The package does no I/O and uses no DNS library, so
// that a library can be its judge in tests.
//
//	key := dnssec.Key{Flags: dnssec.FlagsKSK, Protocol: dnssec.Protocol, Algorithm: dnssec.RSASHA256, PublicKey: pub}
//	fmt.Println(key.Tag(), key.DSHex())
package dnssec
