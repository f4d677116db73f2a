// Package linux has Debian's kernel as an oracle: in tests, it boots in QEMU,
// mounts an image that we wrote, and tells what it sees.
//
// Kernel, modules and boot loaders come as packages from a Debian mirror and are
// kept in the store of the user's cache. Without QEMU or a mirror the test is
// skipped, or fails when REQUIRE_ORACLES=1. Machines run one at a time on a
// host, since each takes all it gets.
package linux
