package iso9660

// Names of the partitions.
const (
	filesName = "ISO9660"
	espName   = "EFI system partition"
)

// partitionUnit is the unit, in sectors, in which the partitions of a hybrid
// image start and end: that of the system area, where the first one starts.
const partitionUnit = systemBlocks * blockSize / sectorSize

// hybridUnit is what the length of a hybrid image is a multiple of: 1 MiB,
// one cylinder as isohybrid(1) would have it.
const hybridUnit = 1 << 20 / blockSize

// sector is the first of a block.
func sector(block uint32) uint64 { return uint64(block) * (blockSize / sectorSize) }

// gpt returns the partition table of a hybrid image.
func (l *layout) gpt() *gpt {
	h := l.volume.Hybrid
	files := Partition{
		Type: DataType, ID: h.Files, Name: filesName,
		First: partitionUnit, Last: roundUp(sector(l.dataEnd), partitionUnit) - 1,
		Attributes: readOnlyPartition | hiddenPartition | noDriveLetter,
	}
	g := &gpt{disk: h.Disk, sectors: sector(l.blocks), partitions: []Partition{files}}
	if l.esp != nil {
		first := sector(l.esp.extents[0].block)
		size := uint64(l.esp.Size+sectorSize-1) / sectorSize
		g.partitions[0].Last = first - 1
		g.partitions = append(g.partitions, Partition{
			Type: ESPType, ID: h.ESP, Name: espName,
			First: first, Last: roundUp(first+size, partitionUnit) - 1,
		})
	}
	return g
}

// mbr returns the master boot record of a hybrid image.
func (l *layout) mbr() *mbr {
	h := l.volume.Hybrid
	m := &mbr{code: h.Code, signature: h.Signature, entries: []MBREntry{
		{Type: mbrProtective, First: 1, Sectors: uint32(min(sector(l.blocks)-1, 1<<32-1))},
		{Active: true, First: 0, Sectors: 1},
	}}
	if b := l.volume.bootImage(BIOS); b != nil && len(h.Code) > 0 {
		m.target = sector(l.byName[b.Name].extents[0].block)
	}
	return m
}

// parseHybrid is the inverse of gpt and mbr; it returns nil if the volume is not
// hybrid.
func parseHybrid(m *mbr, g *gpt) *Hybrid {
	if m == nil || g == nil {
		return nil
	}
	h := &Hybrid{Signature: m.signature, Disk: g.disk}
	if m.target != 0 {
		h.Code = m.code
	}
	for _, p := range g.partitions {
		switch {
		case p.Type == ESPType:
			h.ESP = p.ID
		case h.Files == GUID{}:
			h.Files = p.ID
		}
	}
	return h
}

func roundUp(n, unit uint64) uint64 { return (n + unit - 1) / unit * unit }
