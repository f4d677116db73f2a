// Package pam models pam-auth-update(8), which composes /etc/pam.d/common-*
// from the profiles that packages put into /usr/share/pam-configs.
//
// Profiles are ordered by descending priority; which are enabled is a debconf
// question, whose answer without an operator is: those that were, and those that
// are new and enabled by default. Options that an administrator added to or took
// from a module in the managed blocks are kept; any other change to them stops
// the program, unless it is forced.
//
//	commands["pam-auth-update"] = pam.Update
package pam
