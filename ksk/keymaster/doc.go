// Package keymaster makes, lists and deletes key signing keys in tokens.
//
// What it shows is what operators compare with paper: labels, key tags, DS records and their
// words. What it changes it changes in the token where the key is, and only if the label
// leaves no doubt which key is meant.
//
// Limits: backups are made by package backup.
//
//	lines, err := keymaster.Inventory{Config: config, Tokens: tokens, Log: journal.Add}.Lines()
//	err = keymaster.Delete(tokens, "Kexampl", ask, journal.Add)
package keymaster
