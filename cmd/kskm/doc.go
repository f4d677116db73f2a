// Kskm is the key half of the ceremony: it judges key signing requests, signs them with keys in
// hardware, makes, lists and deletes those keys, and publishes trust anchors.
//
// Usage:
//
//	kskm ksrsigner [KSRFILE] [SKRFILE]
//	kskm keymaster inventory | keygen | keydelete
//	kskm trustanchor
//	kskm sha2wordlist [FILE...]
//	kskm kskgen [LABEL]
//	kskm csr show FILE
//	kskm keybackup list | export | show | import | delete | wrapping-key create | copy | delete
//	kskm pin status | change | unblock | init
//	kskm config check | convert
//	kskm ksr generate | show
//	kskm skr show | verify
//
// Called through a link named kskm-ksrsigner, kskm-keymaster, kskm-trustanchor or kskm-sha2wordlist it
// is that tool. The manual is doc/kskm.md.
package main
