// Package csr makes and reads certificate requests for key signing keys: a PKCS#10 request (RFC 2986) in
// DER that the key itself has signed, which proves its possession, and whose subject says the
// key's delegation signer record.
//
// The subject has four names, in this order: organization, organizational unit, common name
// ("Root Zone KSK" and the time of the request), and the IANA resource record (1.3.6.1.4.1.1000.53) with
// ". IN DS TAG ALGORITHM 2 DIGEST". Texts are PrintableString where their characters allow it, else UTF8String (RFC 5280). There
// are no attributes and no extensions.
//
// Limits: one record, SHA-256 digests, keys of the root.
//
//	request, err := csr.Create(csr.Subject{Organization: "Public Technical Identifiers"}, signer, dnssec.RSASHA256, now)
//	read, err := csr.Parse(request)   // verified: read.Key, read.DS
package csr
