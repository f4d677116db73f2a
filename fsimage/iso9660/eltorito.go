package iso9660

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// Parts of a boot catalog (El Torito 2.0 to 2.4, UEFI 13.3.2).
const (
	catalogEntrySize = 32
	headerID         = 0x01 // of the validation entry
	sectionMore      = 0x90
	sectionLast      = 0x91
	bootable         = 0x88
	maxBootImages    = 31 // with a section each, in one block
	maxInfoTableFile = 64 << 20
)

// catalog encodes the boot catalog. Every image but the first has a section of
// its own.
func (l *layout) bootCatalog() []byte {
	boot := l.volume.Boot
	validation := make([]byte, catalogEntrySize)
	validation[0], validation[1] = headerID, byte(boot[0].Platform)
	validation[30], validation[31] = 0x55, 0xAA
	le.PutUint16(validation[28:], -sum16(validation))
	b := append(validation, l.bootEntry(&boot[0])...)
	for i := 1; i < len(boot); i++ {
		header := make([]byte, catalogEntrySize)
		header[0], header[1], header[2] = sectionMore, byte(boot[i].Platform), 1
		if i == len(boot)-1 {
			header[0] = sectionLast
		}
		b = append(append(b, header...), l.bootEntry(&boot[i])...)
	}
	return b
}

// sum16 adds up little-endian words.
func sum16(b []byte) (sum uint16) {
	for ; len(b) > 0; b = b[2:] {
		sum += le.Uint16(b)
	}
	return sum
}

func (l *layout) bootEntry(b *BootImage) []byte {
	n := l.byName[b.Name]
	e := make([]byte, catalogEntrySize)
	e[0] = bootable
	le.PutUint16(e[6:], b.sectors(n.Size))
	le.PutUint32(e[8:], n.extents[0].block)
	return e
}

// sectors is the number of sectors to load of a file. For UEFI zero means that
// the image reaches to the end of the medium, and serves for those too large
// for the field.
func (b *BootImage) sectors(size int64) uint16 {
	if n := (size + sectorSize - 1) / sectorSize; b.Sectors == 0 && n <= math.MaxUint16 {
		return uint16(n)
	}
	return b.Sectors
}

// checkBoot finds the files of the boot images.
func (l *layout) checkBoot() error {
	if len(l.volume.Boot) > maxBootImages {
		return fmt.Errorf("%d boot images are more than %d", len(l.volume.Boot), maxBootImages)
	}
	for i := range l.volume.Boot {
		b := &l.volume.Boot[i]
		n := l.byName[b.Name]
		switch {
		case n == nil || !n.Mode.IsRegular() || n.Size == 0:
			return fmt.Errorf("boot image %q is not a file with content", b.Name)
		case b.Platform == BIOS && b.sectors(n.Size) == 0:
			return fmt.Errorf("boot image %q of %d bytes is too large to load", b.Name, n.Size)
		case b.InfoTable && (n.Size < infoTableEnd || n.Size > maxInfoTableFile):
			return fmt.Errorf("boot image %q of %d bytes has no room for an info table", b.Name, n.Size)
		}
	}
	return nil
}

// The boot information table of ISOLINUX: place of the volume descriptor, place
// and length of the file, sum of its words behind the table; the rest is
// reserved.
const (
	infoTableStart = 8
	infoTableEnd   = 64
)

func infoTable(file []byte, block uint32) []byte {
	t := make([]byte, infoTableEnd-infoTableStart)
	le.PutUint32(t, systemBlocks)
	le.PutUint32(t[4:], block)
	le.PutUint32(t[8:], uint32(len(file)))
	var sum uint32
	for b := file[infoTableEnd:]; len(b) > 0; b = b[min(4, len(b)):] {
		var word [4]byte
		copy(word[:], b)
		sum += le.Uint32(word[:])
	}
	le.PutUint32(t[12:], sum)
	return t
}

// A bootEntry is what a catalog says of a boot image.
type bootEntry struct {
	platform Platform
	sectors  uint16
	block    uint32
}

// readCatalog reads the entries for images without emulation.
func readCatalog(r io.ReaderAt, block uint32) ([]bootEntry, error) {
	b := make([]byte, blockSize)
	if _, err := r.ReadAt(b, int64(block)*blockSize); err != nil {
		return nil, noEOF(err)
	}
	if b[0] != headerID || b[30] != 0x55 || b[31] != 0xAA || sum16(b[:catalogEntrySize]) != 0 {
		return nil, errors.New("malformed validation entry")
	}
	platform, left := Platform(b[1]), 1
	var entries []bootEntry
	for b = b[catalogEntrySize:]; len(b) > 0; b = b[catalogEntrySize:] {
		switch {
		case left > 0:
			left--
			if b[0] == bootable && b[1]&0x0F == 0 {
				entries = append(entries, bootEntry{platform, le.Uint16(b[6:]), le.Uint32(b[8:])})
			}
		case b[0] == sectionMore || b[0] == sectionLast:
			platform, left = Platform(b[1]), int(le.Uint16(b[2:]))
		default:
			return entries, nil
		}
	}
	return entries, nil
}
