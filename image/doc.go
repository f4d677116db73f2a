// Package image is the image half drawn as one walk: read this first.
//
//	lock     → packages   opened from the store, every byte under its SHA-256
//	packages → tree       package install: dpkg's semantics, scripts interpreted
//	programs → tree       compiled from this repository
//	recipe   → tree       package install/rule: files, units, passwords
//	tree     → initramfs  package boot/initramfs
//	tree     → squashfs   package fsimage/squashfs, hashed by fsimage/verity
//	all      → ISO        packages boot/loader and fsimage/iso9660
//
// The result depends on the recipe, the lock and this repository, on nothing
// else: identifiers derive from the lock's digest, times from the recipe's epoch.
package image
