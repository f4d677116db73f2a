// Package initramfs makes the initial RAM file system of the image: a cpio
// archive, compressed with zstd, that holds coen-init, the kernel modules it
// may need and what the build tells it (package handoff).
//
// Modules are chosen by name; those they depend on come from the modules.dep
// that the tree holds, the devices they drive from its modules.alias. They stay
// compressed as Debian ships them, signature included: the kernel unpacks and
// checks them itself.
//
// Limits: one kernel; no firmware, which nothing on the way to the root file
// system asks for; no microcode, which the firmware of the machine has loaded
// or has not.
package initramfs
