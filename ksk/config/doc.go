// Package config reads ksrsigner.yaml, the one file that says which tokens and keys there are,
// what a request must look like and what is to be signed with which key.
//
// Existing files are read as they always were: YAML 1.1 ("yes" is a boolean, 010 is eight,
// 12:30 is 750, "<<" merges), the last of duplicate keys counts, and values are converted
// where they can be. Unknown keys are errors at every level. See "Configuration" in
// doc/kskm.md.
//
// [LoadReceiver] reads wksr.yaml, that of the receiver of requests, by the same rules but for unknown
// keys, which are only warned of there. See "Configuration" in doc/wksr.md.
//
// Limits: one document; the tags of YAML's core types only.
//
//	c, err := config.Load(text, config.Host{Getenv: os.Getenv, RegularFile: isRegular})
//	key, ok := c.Key("ksk_current")
package config
