// Package dpkg gives a tree the behaviour of dpkg: it unpacks and configures
// binary packages, keeps the status database, and answers the dpkg commands that
// maintainer scripts call.
//
// It follows dpkg of Debian 13 (1.22), Debian Policy chapters 6 and 7 and
// appendix on triggers, deb(5), deb-conffiles(5), deb-triggers(5),
// dpkg-divert(1) and dpkg-statoverride(1). What it leaves below /var/lib/dpkg is, byte for
// byte, what dpkg would leave there.
//
//	db, err := dpkg.New(machine, dpkg.Config{Arch: "amd64", Version: "1.22.22"})
//	p, err := db.Add(control, members)
//	err = db.Unpack(p, files, false) // preinst, then the files
//	err = db.Finish(ctx)             // conffiles, postinst, triggers
//
// # Order
//
// dpkg configures packages in the order of its hash table where dependencies do
// not say otherwise, and breaks dependency cycles preferably at packages without
// postinst. The order decides, among other things, which system user gets which
// number. It is a function of the packages' names, so this package keeps it.
//
// # Authors
//
// Every change of the tree is signed: by the package for its files, by the
// script or trigger for what that does, by the tool for the database itself.
//
// # Limits
//
// Only fresh installations: no upgrade, removal or purge, hence no prerm and
// postrm. Where dpkg would ask an administrator, warn and go on, or leave a
// package half installed, there is an error. Files such as status-old, which keep
// the former version of a database, are not written. Diversions and overrides are
// known from the commands that make them, not read from the database's files.
package dpkg
