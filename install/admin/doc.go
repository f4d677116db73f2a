// Package admin gathers the models of Debian's administration commands into one
// table, and holds those that are too small for a package of their own: hooks
// of kernel packages, capabilities, certificate hashes, machine ids.
//
//	maps.Copy(machine.Commands, admin.Commands())
//
// A few programs do nothing on purpose. They are all in the table Nothing,
// each with its reason; there is no other way in which a command is passed over.
package admin
