// Package ksr has the data of key signing requests, and reads and writes them.
//
// A request is what the operator of a zone signing key sends before a ceremony: for each
// period of some ten days a bundle of the zone's keys, proof that the sender has them, and the
// policy that the periods follow. Keys, signatures, bundles and policies are the same in a
// response, and package skr takes them from here.
//
// Numbers keep the size they have in the text (see package lexical); they are judged where
// they are used. Public keys and signatures stay base64 text, because checks compare the text.
//
// Limits: the reader is that of package xml; algorithms and flags are those of "KSR content"
// in doc/kskm.md.
//
//	request, err := ksr.Parse(text)
//	for _, b := range request.Bundles {
//		err = b.VerifySignatures()
//	}
package ksr
