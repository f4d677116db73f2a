package dpkg

import (
	"cmp"
	"slices"
	"strings"
)

// dpkg keeps packages and paths in hash tables and walks them bin by bin: that
// order decides which package is configured first when nothing else does, and
// with it the numbers of system users. It is total and depends on names alone,
// so we keep it; anything else would be as arbitrary and unlike a real system.
const (
	packageBins = 65521
	pathBins    = 262139
)

// fnv1a is the 32-bit FNV-1a hash.
func fnv1a(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h ^= uint32(s[i])
		h *= 16777619
	}
	return h
}

// comparePackages orders packages as dpkg's table holds them. Packages of one
// bin, which dpkg has in the order it met them, go by name; the instances of a
// Multi-Arch: same package by architecture.
func comparePackages(a, b *Package) int {
	return cmp.Or(
		cmp.Compare(fnv1a(a.Name)%packageBins, fnv1a(b.Name)%packageBins),
		strings.Compare(a.Name, b.Name),
		strings.Compare(a.Arch, b.Arch),
	)
}

// sortPaths orders absolute paths as dpkg's table holds them, without their
// leading slash; paths of one bin go by name.
func sortPaths(paths []string) {
	slices.SortFunc(paths, func(a, b string) int {
		return cmp.Or(
			cmp.Compare(fnv1a(a[1:])%pathBins, fnv1a(b[1:])%pathBins),
			strings.Compare(a, b),
		)
	})
}
