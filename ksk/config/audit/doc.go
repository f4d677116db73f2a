// Package audit says in words what a configuration means, and what about it is dangerous: lawful YAML that
// does not say what its writer thinks, checks that are switched off, keys that cannot be recognized,
// schemas that cannot sign or should not.
//
// A danger is something that no ceremony should begin with; a remark is something to know.
//
// Limits: a configuration on its own. Whether keys are in tokens is a matter of keymaster's inventory.
//
//	for _, f := range audit.Findings(c, text) {
//		fmt.Println(f)
//	}
package audit
