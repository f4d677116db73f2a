package inspect

import "strings"

// Kernel stands for the package of the kernel, whose name has its version.
const Kernel = "linux-image"

// sources name the packages of boot loaders by place and path.
var sources = map[Place]map[string]string{
	OnMedium: {
		"/isolinux/isolinux.bin": "isolinux",
		"/isolinux/ldlinux.c32":  "syslinux-common",
		"/isolinux/libutil.c32":  "syslinux-common",
		"/isolinux/menu.c32":     "syslinux-common",
		"/live/vmlinuz":          Kernel,
	},
	InESP: {
		"/EFI/BOOT/BOOTX64.EFI": "shim-signed",
		"/EFI/BOOT/grubx64.efi": "grub-efi-amd64-signed",
		"/EFI/BOOT/mmx64.efi":   "shim-helpers-amd64-signed",
	},
}

// BootPackage returns the Debian package that a file outside the root file system
// is from, Kernel for that of the kernel, or "" for what the build itself makes.
func BootPackage(p Place, path string) string {
	if p == InInitramfs && strings.HasPrefix(path, "/modules/") && strings.Contains(path, ".ko") {
		return Kernel
	}
	return sources[p][path]
}
