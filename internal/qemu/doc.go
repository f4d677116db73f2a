// Package qemu runs images in QEMU: for people who try one (coen boot), and for
// tests, which talk to the serial console as an operator would.
//
// The machine is a PC of the q35 type with the image as its disc or USB stick,
// BIOS, UEFI or UEFI with Secure Boot enforced by the keys that Microsoft and
// Debian ship, a network card that leads nowhere, and a serial port. Firmware
// is Debian's: package seabios comes with QEMU, ovmf has UEFI. The image is
// never written to, nor is anything else of the host outside the machine's own
// temporary directory.
package qemu
