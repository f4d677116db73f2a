package fat

import (
	"errors"
	"fmt"
	"sort"
	"time"
)

// Type is the width of the entries of the file allocation table, in bits.
type Type int

const (
	FAT16 Type = 16 // 4,085 to 65,524 clusters
	FAT32 Type = 32 // 65,525 to 268,435,444 clusters
)

func (t Type) String() string { return fmt.Sprintf("FAT%d", int(t)) }

// Volume describes a file system as a whole.
type Volume struct {
	// Type is FAT16 or FAT32. Zero lets the Writer take FAT16 if the volume
	// can be one, and FAT32 otherwise.
	Type Type

	// Size is the length of the image in bytes, a multiple of 512. Zero lets
	// the Writer take the least that holds the content, in whole tracks of
	// 16 KiB.
	Size int64

	// ClusterSize is the unit of allocation in bytes, a power of two from 512
	// to 32768. Zero lets the Writer follow Microsoft's table for the size.
	ClusterSize int

	// Label is the volume label: up to 11 characters of upper-case ASCII.
	// An empty label is recorded as the customary "NO NAME".
	Label string

	// Serial is the volume's serial number.
	Serial uint32

	// Time is the time of the label, and of directories that were implied by
	// a longer path.
	Time time.Time
}

const (
	sectorSize = 512
	slotSize   = 32 // one directory slot
	maxSectors = 1<<32 - 1

	// Track and head counts only matter to mtools, which wants whole tracks,
	// and to BIOS calls of the 1980s.
	sectorsPerTrack = 32
	heads           = 64
)

// A geometry says where the parts of a volume are. Units are sectors.
type geometry struct {
	typ            Type
	clusterSectors uint32
	reserved       uint32
	copies         uint32 // of the table
	fatSectors     uint32 // of one copy
	rootSlots      uint32 // FAT16's fixed root directory
	total          uint32
	clusters       uint32
}

// clusterTable is FATGEN's choice of cluster size by volume size, in sectors.
var clusterTable = map[Type][]struct{ upTo, clusterSectors uint32 }{
	FAT16: {{32680, 2}, {262144, 4}, {524288, 8}, {1048576, 16}, {2097152, 32}, {4194304, 64}},
	FAT32: {{532480, 1}, {16777216, 8}, {33554432, 16}, {67108864, 32}, {maxSectors, 64}},
}

func (t Type) minClusters() uint32 {
	if t == FAT32 {
		return 65525
	}
	return 4085
}

func (t Type) maxClusters() uint32 {
	if t == FAT32 {
		return 0x0FFFFFF4 // numbers from 0x0FFFFFF7 on are marks
	}
	return 65524
}

// emptyGeometry has what only depends on the type; the numbers are FATGEN's.
func emptyGeometry(typ Type, clusterSectors uint32) geometry {
	g := geometry{typ: typ, clusterSectors: clusterSectors, copies: 2, reserved: 1, rootSlots: 512}
	if typ == FAT32 {
		g.reserved, g.rootSlots = 32, 0
	}
	return g
}

// newGeometry fills a volume of the given number of sectors.
func newGeometry(typ Type, clusterSectors, total uint32) (geometry, error) {
	g := emptyGeometry(typ, clusterSectors)
	g.total = total
	// A larger table leaves fewer clusters to describe: take the smallest that
	// describes all.
	g.fatSectors = uint32(sort.Search(int(total), func(n int) bool {
		g.fatSectors = uint32(n)
		g.fill()
		return g.tableSectors() <= g.fatSectors
	}))
	g.fill()
	if g.clusters < typ.minClusters() || g.clusters > typ.maxClusters() {
		return g, fmt.Errorf("%d sectors in clusters of %d make %d clusters, %v has %d to %d",
			total, clusterSectors, g.clusters, typ, typ.minClusters(), typ.maxClusters())
	}
	return g, nil
}

// fill gives to clusters what the other parts leave.
func (g *geometry) fill() {
	g.clusters = 0
	if start := g.dataStart(); start < uint64(g.total) {
		g.clusters = (g.total - uint32(start)) / g.clusterSectors
	}
}

// tableSectors is the size of a table that describes all clusters. Entries 0
// and 1 describe none.
func (g *geometry) tableSectors() uint32 {
	return uint32(ceil((uint64(g.clusters)+2)*uint64(g.typ)/8, sectorSize))
}

func (g *geometry) rootStart() uint64 {
	return uint64(g.reserved) + uint64(g.copies)*uint64(g.fatSectors)
}

func (g *geometry) dataStart() uint64 {
	return g.rootStart() + ceil(uint64(g.rootSlots)*slotSize, sectorSize)
}

func (g *geometry) clusterSize() int { return int(g.clusterSectors) * sectorSize }

// A clusterCount tells how many clusters some content takes.
type clusterCount func(typ Type, clusterSize int) uint64

// fits returns the smallest geometry in whole tracks with room for content.
func fits(typ Type, clusterSectors uint32, need clusterCount) (geometry, error) {
	clusters := max(need(typ, int(clusterSectors)*sectorSize), uint64(typ.minClusters()))
	if clusters > uint64(typ.maxClusters()) {
		return geometry{}, fmt.Errorf("content needs %d clusters, %v has up to %d", clusters, typ, typ.maxClusters())
	}
	g := emptyGeometry(typ, clusterSectors)
	g.clusters = uint32(clusters)
	g.fatSectors = g.tableSectors()
	total := g.dataStart() + clusters*uint64(clusterSectors)
	total = ceil(total, sectorsPerTrack) * sectorsPerTrack
	if total > maxSectors {
		return g, errors.New("content is too large")
	}
	return newGeometry(typ, clusterSectors, uint32(total))
}

// geometry decides what v leaves open.
func (v *Volume) geometry(need clusterCount) (geometry, error) {
	if err := v.check(); err != nil {
		return geometry{}, err
	}
	types := []Type{FAT16, FAT32}
	if v.Type != 0 {
		types = []Type{v.Type}
	}
	var errs []error
	for _, typ := range types {
		g, err := v.geometryOf(typ, need)
		if err == nil {
			return g, nil
		}
		errs = append(errs, err)
	}
	return geometry{}, errors.Join(errs...)
}

// geometryOf finds the cluster size for a type.
func (v *Volume) geometryOf(typ Type, need clusterCount) (geometry, error) {
	if v.ClusterSize != 0 {
		return v.try(typ, uint32(v.ClusterSize/sectorSize), need)
	}
	for _, row := range clusterTable[typ] {
		if v.Size/sectorSize > int64(row.upTo) {
			continue
		}
		g, err := v.try(typ, row.clusterSectors, need)
		if v.Size != 0 || err == nil && g.total <= row.upTo {
			return g, err
		}
	}
	return geometry{}, fmt.Errorf("volume is too large for %v", typ)
}

// try makes a geometry of a type and cluster size.
func (v *Volume) try(typ Type, clusterSectors uint32, need clusterCount) (geometry, error) {
	if v.Size == 0 {
		return fits(typ, clusterSectors, need)
	}
	g, err := newGeometry(typ, clusterSectors, uint32(v.Size/sectorSize))
	if n := need(typ, g.clusterSize()); err == nil && n > uint64(g.clusters) {
		return g, fmt.Errorf("content needs %d clusters of %d bytes, the volume has %d", n, g.clusterSize(), g.clusters)
	}
	return g, err
}

func (v *Volume) check() error {
	switch c := v.ClusterSize; {
	case v.Type != 0 && v.Type != FAT16 && v.Type != FAT32:
		return fmt.Errorf("type %d is neither 16 nor 32", v.Type)
	case v.Size < 0 || v.Size%sectorSize != 0 || v.Size/sectorSize > maxSectors:
		return fmt.Errorf("size %d is not a count of sectors", v.Size)
	case c != 0 && (c < sectorSize || c > 32768 || c&(c-1) != 0):
		return fmt.Errorf("cluster size %d is not a power of two from 512 to 32768", c)
	}
	if _, err := packLabel(v.Label); err != nil {
		return err
	}
	_, err := packTime(v.Time)
	return err
}

func ceil(n, unit uint64) uint64 { return (n + unit - 1) / unit }
