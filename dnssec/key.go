package dnssec

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
)

// Flags of a DNSKEY record (RFC 4034 section 2.1.1, RFC 5011 section 7).
const (
	FlagsZSK     uint16 = 0x0100 // zone key
	FlagsKSK     uint16 = 0x0101 // zone key, secure entry point
	FlagsRevoked uint16 = 0x0181 // zone key, secure entry point, revoked

	flagSEP    uint16 = 0x0001
	flagRevoke uint16 = 0x0080
)

// Protocol is the only protocol value of a lawful DNSKEY (RFC 4034 section 2.1.2).
const Protocol uint8 = 3

// Key is the content of a DNSKEY record.
type Key struct {
	Flags     uint16
	Protocol  uint8
	Algorithm Algorithm
	PublicKey []byte // as encoded by the algorithm's RFC
}

// SEP reports whether flags mark a secure entry point, that is, a KSK.
func SEP(flags uint16) bool { return flags&flagSEP != 0 }

// Revoked reports whether flags mark a revoked key.
func Revoked(flags uint16) bool { return flags&flagRevoke != 0 }

// RDATA returns the wire form of the record's data (RFC 4034 section 2.1).
func (k Key) RDATA() []byte {
	rdata := make([]byte, 4, 4+len(k.PublicKey))
	binary.BigEndian.PutUint16(rdata, k.Flags)
	rdata[2], rdata[3] = k.Protocol, byte(k.Algorithm)
	return append(rdata, k.PublicKey...)
}

// Tag returns the key tag: the general sum of RFC 4034 appendix B, which these tools
// use for every algorithm.
func (k Key) Tag() uint16 {
	var sum uint64
	for i, b := range k.RDATA() {
		if i%2 == 0 {
			sum += uint64(b) << 8
		} else {
			sum += uint64(b)
		}
	}
	return uint16(sum&0xffff + sum>>16)
}

// DS returns the SHA-256 digest of a delegation signer record at the root
// (RFC 4034 section 5.1.4, RFC 4509).
func (k Key) DS() [sha256.Size]byte {
	const root = "\x00"
	return sha256.Sum256(append([]byte(root), k.RDATA()...))
}

// DSHex is DS in upper-case hexadecimal digits, as records and configurations show it.
func (k Key) DSHex() string {
	digest := k.DS()
	return strings.ToUpper(hex.EncodeToString(digest[:]))
}

// RRSIG has the fields of a signature record that are themselves signed
// (RFC 4034 section 3.1). Type covered is DNSKEY and the signer's name is the root.
type RRSIG struct {
	Algorithm   Algorithm
	Labels      uint8
	OriginalTTL uint32 // seconds
	Expiration  uint32 // seconds since 1970
	Inception   uint32 // seconds since 1970
	KeyTag      uint16
}

const (
	typeDNSKEY = 48
	classIN    = 1
)

// SignedData returns the octets that the signature signs over a DNSKEY set at the
// root: the RRSIG RDATA without the signature, then each record in canonical order
// (RFC 4034 sections 3.1.8.1 and 6.3). Equal RDATA is not removed: two equal
// records are not one set, and a verifier that drops one will say so.
func SignedData(sig RRSIG, rdata [][]byte) []byte {
	ordered := slices.Clone(rdata)
	slices.SortFunc(ordered, bytes.Compare)

	var data []byte
	be := binary.BigEndian
	data = be.AppendUint16(data, typeDNSKEY)
	data = append(data, byte(sig.Algorithm), sig.Labels)
	data = be.AppendUint32(data, sig.OriginalTTL)
	data = be.AppendUint32(data, sig.Expiration)
	data = be.AppendUint32(data, sig.Inception)
	data = be.AppendUint16(data, sig.KeyTag)
	data = append(data, 0) // the root as signer
	for _, rd := range ordered {
		data = append(data, 0) // the root as owner
		data = be.AppendUint16(data, typeDNSKEY)
		data = be.AppendUint16(data, classIN)
		data = be.AppendUint32(data, sig.OriginalTTL)
		data = be.AppendUint16(data, uint16(len(rd)))
		data = append(data, rd...)
	}
	return data
}
