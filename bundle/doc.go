// Package bundle keeps everything that an image is built from in one file: the
// recipe, the lock, every package, the signed indices that vouched for them, the
// source of COEN with the Debian keys in it, the source of the Go modules it
// uses and the Go toolchain. Who has the file builds the image on a machine
// without a network, years after the archives have moved on.
//
// spec/bundle.md specifies the format: a tar archive (POSIX.1-2001, pax) whose
// first member lists the SHA-256 of all others as sha256sum does. For one content
// there is one file: [Seal] writes it, [Unpack] accepts that file and nothing
// else. A missing, additional or unused member is an error.
//
//	b := bundle.Contents{Recipe: r, Lock: l, Store: st, Source: tree, Modules: cache}
//	members, err := b.Members()
//	err = bundle.Seal(ctx, file, members, bundle.Options{Time: t})
//
// # Limits
//
// Members are regular files of up to 4 GiB with paths of up to 1024 printable
// ASCII characters. The list of members has at most 16 MiB.
package bundle
