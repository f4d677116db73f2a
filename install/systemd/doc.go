// Package systemd models the programs of systemd that maintainer scripts call,
// and Debian's helpers around them: systemctl, deb-systemd-helper,
// deb-systemd-invoke, update-rc.d, systemd-sysusers, systemd-tmpfiles and their
// smaller relatives.
//
// All of them behave as they do in a chroot in which systemd was not booted:
// unit files are enabled, masked and preset by symbolic links below
// /etc/systemd; what would speak to a running manager says so and does nothing.
// The formats are those of systemd.unit(5), systemd.preset(5), sysusers.d(5)
// and tmpfiles.d(5).
//
//	commands := systemd.Commands() // "systemctl", "systemd-sysusers", ...
//
// Limits: specifiers that name the host or its state (%b, %m, %v, ...) are
// known only where their absence is the same in a chroot; a line with another
// one is unmodelled. Access control lists (types a and A) are left out, since
// the image's file system cannot hold them and the booted system sets them.
package systemd
