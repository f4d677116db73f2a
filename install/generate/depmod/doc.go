// Package depmod makes the files by which modprobe and udev find kernel modules,
// as depmod(8) of kmod 34 does: modules.dep, modules.alias, modules.symbols,
// modules.softdep, modules.weakdep, modules.devname, and the binary indices of
// the first three and of what is built into the kernel.
//
//	err := depmod.Generate(t, "6.12.1-amd64", nil)
//
// The inputs are the modules below /usr/lib/modules/VERSION, plain or compressed
// with xz, and the lists that the kernel's package ships: modules.order,
// modules.builtin and modules.builtin.modinfo.
//
// What differs from depmod: modules.symbols is sorted by name; depmod leaves it in
// the order of a hash table. Modules that are not in modules.order follow those that are,
// sorted by path, for the same reason.
//
// Limits: 64-bit little-endian ELF; one directory of modules, no depmod.d
// configuration; a module of at most 64 MiB.
package depmod
