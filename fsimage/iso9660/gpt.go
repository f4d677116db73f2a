package iso9660

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
)

// A GUID identifies disks and partitions. Its bytes are in the order in which
// it is printed (RFC 9562).
type GUID [16]byte

func (g GUID) String() string {
	return fmt.Sprintf("%X-%X-%X-%X-%X", g[:4], g[4:6], g[6:8], g[8:10], g[10:])
}

// disk is the GUID as UEFI records it, the first three fields little-endian;
// it is its own inverse.
func (g GUID) disk() GUID {
	slices.Reverse(g[:4])
	slices.Reverse(g[4:6])
	slices.Reverse(g[6:8])
	return g
}

// Types of partition.
var (
	// ESPType is the EFI system partition.
	ESPType = GUID{0xC1, 0x2A, 0x73, 0x28, 0xF8, 0x1F, 0x11, 0xD2, 0xBA, 0x4B, 0x00, 0xA0, 0xC9, 0x3E, 0xC9, 0x3B}
	// DataType is Microsoft's basic data partition.
	DataType = GUID{0xEB, 0xD0, 0xA0, 0xA2, 0xB9, 0xE5, 0x44, 0x33, 0x87, 0xC0, 0x68, 0xB6, 0xB7, 0x26, 0x99, 0xC7}
)

// Attributes of a basic data partition.
const (
	readOnlyPartition = 1 << 60
	hiddenPartition   = 1 << 62
	noDriveLetter     = 1 << 63
)

// A Partition is an entry of a GUID partition table. Sectors have 512 bytes.
type Partition struct {
	Type, ID    GUID
	Name        string // up to 36 UTF-16 units
	First, Last uint64 // sectors, inclusive
	Attributes  uint64
}

// Sizes and places of a GPT (UEFI 5.3).
const (
	sectorSize    = 512
	gptSignature  = "EFI PART"
	gptRevision   = 0x00010000
	gptHeaderSize = 92
	gptEntrySize  = 128
	gptEntries    = 128 // the least that UEFI allows
	gptTableSize  = gptEntrySize * gptEntries
	gptSectors    = 1 + gptTableSize/sectorSize
)

// A gpt is a GUID partition table.
type gpt struct {
	disk       GUID
	sectors    uint64 // of the disk
	partitions []Partition
}

func (g *gpt) table() []byte {
	b := make([]byte, gptTableSize)
	for i, p := range g.partitions {
		e := b[i*gptEntrySize:]
		typ, id := p.Type.disk(), p.ID.disk()
		copy(e, typ[:])
		copy(e[16:], id[:])
		le.PutUint64(e[32:], p.First)
		le.PutUint64(e[40:], p.Last)
		le.PutUint64(e[48:], p.Attributes)
		for j, u := range utf16.Encode([]rune(p.Name)) {
			le.PutUint16(e[56+2*j:], u)
		}
	}
	return b
}

// header encodes the header at sector self, with the other copy at sector
// other and the table at sector table.
func (g *gpt) header(self, other, table uint64) []byte {
	b := make([]byte, sectorSize)
	copy(b, gptSignature)
	le.PutUint32(b[8:], gptRevision)
	le.PutUint32(b[12:], gptHeaderSize)
	le.PutUint64(b[24:], self)
	le.PutUint64(b[32:], other)
	le.PutUint64(b[40:], 1+gptSectors)           // first usable sector
	le.PutUint64(b[48:], g.sectors-1-gptSectors) // last usable sector
	id := g.disk.disk()
	copy(b[56:], id[:])
	le.PutUint64(b[72:], table)
	le.PutUint32(b[80:], gptEntries)
	le.PutUint32(b[84:], gptEntrySize)
	le.PutUint32(b[88:], crc32.ChecksumIEEE(g.table()))
	le.PutUint32(b[16:], crc32.ChecksumIEEE(b[:gptHeaderSize]))
	return b
}

// primary is what goes behind the MBR.
func (g *gpt) primary() []byte {
	return append(g.header(1, g.sectors-1, 2), g.table()...)
}

// backup is what goes to the end of the disk.
func (g *gpt) backup() []byte {
	return append(g.table(), g.header(g.sectors-1, 1, g.sectors-gptSectors)...)
}

// readGPT reads the primary table of a disk, or returns nil if there is none.
func readGPT(r io.ReaderAt, size int64) (*gpt, error) {
	b := make([]byte, sectorSize)
	if _, err := r.ReadAt(b, sectorSize); err != nil {
		return nil, noEOF(err)
	}
	if string(b[:8]) != gptSignature {
		return nil, nil
	}
	sum := le.Uint32(b[16:])
	le.PutUint32(b[16:], 0)
	if le.Uint32(b[12:]) != gptHeaderSize || crc32.ChecksumIEEE(b[:gptHeaderSize]) != sum {
		return nil, errors.New("header's checksum does not match")
	}
	entries, at := le.Uint32(b[80:]), le.Uint64(b[72:])
	if le.Uint32(b[84:]) != gptEntrySize || entries > 1024 || at > uint64(size)/sectorSize {
		return nil, errors.New("partition table is of no supported size")
	}
	table := make([]byte, entries*gptEntrySize)
	if _, err := r.ReadAt(table, int64(at)*sectorSize); err != nil {
		return nil, noEOF(err)
	}
	if crc32.ChecksumIEEE(table) != le.Uint32(b[88:]) {
		return nil, errors.New("table's checksum does not match")
	}
	g := &gpt{disk: GUID(b[56:72]).disk(), sectors: le.Uint64(b[32:]) + 1}
	for ; len(table) > 0; table = table[gptEntrySize:] {
		if p := parsePartition(table); p.Type != (GUID{}) {
			g.partitions = append(g.partitions, p)
		}
	}
	return g, nil
}

func parsePartition(b []byte) Partition {
	var name []uint16
	for i := 56; i < gptEntrySize; i += 2 {
		name = append(name, le.Uint16(b[i:]))
	}
	return Partition{
		Type:       GUID(b[:16]).disk(),
		ID:         GUID(b[16:32]).disk(),
		First:      le.Uint64(b[32:]),
		Last:       le.Uint64(b[40:]),
		Attributes: le.Uint64(b[48:]),
		Name:       strings.TrimRight(string(utf16.Decode(name)), "\x00"),
	}
}
