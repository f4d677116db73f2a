// Package store keeps bytes by the SHA-256 of their content, in files that are
// named so: what a lock names, and nothing that needs trust. Any object can be
// checked, and any store be searched, with sha256sum alone:
//
//	cd STORE/sha256 && find . -type f -printf '%f  %p\n' | sha256sum -c
//
// An object lies at sha256/XX/XXXX... where XXXX... is its SHA-256 in
// hexadecimal and XX the first two digits of that. What is being downloaded lies
// below partial/, under the name it will have, so that an interrupted download
// goes on where it stopped.
//
// # Guarantees
//
// An object appears whole or not at all: it is written to a temporary file,
// checked, synced and renamed. [Store.Get] hashes an object the first time it is
// asked for in the life of a Store and returns an error if its content is not
// what its name says. Any number of processes may use one directory at a time.
//
// # Limits
//
// Nothing is ever evicted. On systems without flock(2) downloads work but do not
// resume.
package store
