// Package strict checks requests and responses against one schema: well-formed XML, every
// element and attribute known, in one order, with values in one notation.
//
// It is stricter than package xml, which takes what the predecessor of these tools took; a
// document that passes here means the same to any reader. A ceremony uses both: this package
// to refuse, that one to read. The schema is the published one for the root zone's requests
// and responses, with EdDSA added and with the time stamp of a document on its root or on
// Request and Response; see "Strict mode" in doc/kskm.md.
//
// Limits: no name spaces, no comments, no processing instructions but the XML declaration.
//
//	if err := strict.Request(text); err != nil {
//		return err
//	}
package strict
