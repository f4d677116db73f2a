// Package loader turns the boot loaders of Debian's packages and a menu into the
// files that make a volume boot.
//
// BIOS starts ISOLINUX, from a disc by El Torito and from a disk by
// isohdpfx.bin in the MBR. UEFI starts Debian's signed shim from an EFI system
// partition, shim starts Debian's signed GRUB, the variant for discs, and GRUB
// the kernel, each after checking the signature of the next if Secure Boot is
// on. No file is changed and no program runs.
//
// GRUB's image has /boot/grub as its prefix. Started from a disc it takes the
// volume for its root, and reads the menu there; started from a partition it
// takes the EFI system partition, and reads a file there that looks for the
// volume by its [Config].Marker and goes on to the menu. If neither path
// exists, GRUB looks for /.disk/info, as on Debian's own discs, so this file
// exists, too.
//
// # Limits
//
// Firmware is that of 64-bit PCs. Menus are text, in ASCII. Kernel arguments
// cannot contain spaces or quotes: ISOLINUX and GRUB have different ideas of
// them.
package loader
