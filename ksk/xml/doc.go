// Package xml reads the mark-up of key signing requests and responses.
//
// It is not an XML reader. It takes the dialect that the predecessor of these tools took,
// which is laxer than XML in some places (text may hold anything, entities are not decoded,
// order does not matter) and narrower in others (no comments, no processing instructions, no
// prefixes, no empty attributes): see "The XML reader" in doc/kskm.md.
//
// Limits: [MaxSize] bytes of UTF-8; six levels of elements. Time and memory are linear in the
// size of the text.
//
//	document, err := xml.Parse(text)
//	root, err := document.One("KSR")
//	request, err := root.Group.Inside("Request")
package xml
