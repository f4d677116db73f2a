// Package install turns Debian packages into a root file system: it does to a
// tree.Tree what a bootstrapper and dpkg do to a disk, and runs the packages'
// maintainer scripts in a machine that is all Go.
//
//	t := tree.New(epoch)
//	result, err := install.Install(ctx, t, packages, install.Options{Arch: "amd64"})
//
// The packages must be complete: what they depend on is among them. The result
// depends on their content and on the options that say so, and on nothing else:
// neither their order nor the number of workers nor anything of the host.
//
// Errors are paths from the intent to the cause:
//
//	install dbus 1.16.2-2: postinst:24: unknown command "foo" (an ELF program)
//
// A recipe can answer for such a command, or skip a script, with a [Rule],
// which says why. A rule that was of no use is an error too.
//
// # Limits
//
// Installation is into an empty tree; upgrades and removals do not exist. The
// dependency order is a plan of our own, close to apt's; the order in which what
// remains is configured at the end is dpkg's.
package install
