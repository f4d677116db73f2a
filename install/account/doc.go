// Package account models the programs that keep the account files of a Debian
// system: /etc/passwd, /etc/shadow, /etc/group, /etc/gshadow, /etc/subuid and
// /etc/subgid.
//
// The files are handled as the shadow suite handles them: a changed file is
// written anew with the owner and mode of the old one, which stays behind as a
// backup with "-" appended; a line that cannot be parsed is kept as it is. Ids
// come from the ranges of /etc/login.defs and, for adduser, /etc/adduser.conf.
// The day of the last password change is that of the machine's epoch.
//
//	commands := account.Commands() // "useradd", "adduser", "groupadd", ...
//	db, err := account.Open(tree)
//	user, ok := db.User("messagebus")
//
// Limits: no NIS, no LDAP, no PAM; a command that would have to hash a password
// fails as unmodelled, since a salt would be a random number.
package account
