// Package skr has signed key responses, and reads and writes them.
//
// A response is what a ceremony produces: the bundles of a request with the key signing keys
// added and signatures made with them. Its bundles are those of package ksr.
//
// The text is that of the predecessor of these tools byte for byte, but for the order of
// signatures and algorithms, which was random there and is fixed here: see "Responses" in
// doc/kskm.md.
//
//	response, err := skr.Parse(text)
//	err = response.Answers(request)
package skr
