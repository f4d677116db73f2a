// Package debconf models debconf, Debian's store of configuration questions:
// its database, the protocol that maintainer scripts speak, and the programs
// debconf-set-selections, debconf-communicate, debconf-show and debconf-escape.
//
// The front end is the one called "noninteractive": no question is shown, every
// question asked gets the answer the database has, which is the one seeded or
// the default of its template. The database lies in /var/cache/debconf, in the
// files and the format of debconf.conf(5) as Debian ships it; records and
// fields are sorted.
//
// A script talks to the front end through its standard input and output. The
// model answers each line the moment it is written, so that no process has to
// run beside the script:
//
//	commands["/usr/share/debconf/frontend"] = debconf.Frontend
//	err := debconf.Seed(tree, "tzdata", "tzdata/Areas", "select", "Etc")
//
// The protocol is that of the Debconf specification, version 2.1
// (debconf-devel(7)).
//
// Limits: one database stack, that of Debian's debconf.conf; locale C;
// dpkg-reconfigure, which asks, is unmodelled.
package debconf
