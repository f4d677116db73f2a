// Package command models the POSIX and GNU utilities that Debian's maintainer
// scripts call, as Go functions over a proc.Proc: its tree, its clock, its
// standard streams, and nothing of the host.
//
// Table gives the models by name, to be put into a proc.Machine:
//
//	machine := &proc.Machine{Tree: t, Commands: command.Table()}
//
// There is one file per command, named after it; what several share stands in
// files named for what they hold (options, mode, accounts, copy, walk).
//
// A model does what the program of Debian 13 does with the options it knows,
// with the same output, messages and exit status under LC_ALL=C. An option or
// a feature it does not know is a *proc.Unmodelled error, which ends the
// build; this includes long options in abbreviated form, --help and --version.
// The tests run every case through the real program as well.
//
// Where a real system's answer depends on what an image build must not know,
// the model answers with a constant:
//
//   - the time is the machine's epoch, in UTC;
//   - mktemp and tempfile count instead of drawing random names;
//   - directories, as find and grep -r go through them, and the environment are
//     in byte order;
//   - a directory has the size and link count it would have on ext4 when
//     small: 4096 bytes, two links and one for each directory in it;
//   - files occupy whole blocks of 4096 bytes;
//   - the user is root, in no group but root's, without a terminal;
//   - there is one processor;
//   - wc aligns its counts as for a pipe when it reads standard input.
package command
