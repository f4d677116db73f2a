package iso9660

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// A Reader gives access to an image. It implements [fs.ReadDirFS], [fs.StatFS]
// and [fs.ReadLinkFS]; the Sys method of a file's FileInfo returns its *[Header].
// Methods may be called concurrently.
type Reader struct {
	// Volume describes the image, so that a Writer would make it again.
	Volume Volume

	// Size is the size of the volume in bytes. A medium may be larger.
	Size int64

	// MBR and GPT are the partition tables found in the system area.
	MBR []MBREntry
	GPT []Partition

	r       io.ReaderAt
	root    *file
	names   nameSource
	entries int // read so far
}

// A nameSource is the kind of names a directory tree is read with.
type nameSource int

const (
	plainNames nameSource = iota
	rockRidgeNames
	jolietNames
)

// maxDescriptors bounds the search for the terminator.
const maxDescriptors = 64

// NewReader opens the image in the first size bytes of r and checks its
// directory tree.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) {
	rd := &Reader{r: r}
	if err := rd.open(size); err != nil {
		return nil, fmt.Errorf("iso9660: %w", err)
	}
	return rd, nil
}

func (r *Reader) open(size int64) error {
	d, err := readDescriptors(r.r)
	if err != nil {
		return fmt.Errorf("volume descriptors: %w", err)
	}
	r.Volume = parseVolume(d.primary)
	r.Volume.Joliet = d.joliet != nil
	r.Size = int64(le.Uint32(d.primary[80:])) * blockSize
	if r.Size > size {
		return fmt.Errorf("volume of %d bytes in an image of %d", r.Size, size)
	}
	if err := r.readTree(d.primary); err != nil {
		return err
	}
	if d.catalog != 0 {
		if err := r.readBoot(d.catalog); err != nil {
			return fmt.Errorf("boot catalog: %w", err)
		}
	}
	if err := r.readHybrid(size); err != nil {
		return fmt.Errorf("partition table: %w", err)
	}
	return nil
}

// OpenJoliet returns a Reader of the image's Joliet tree, or an error that wraps
// fs.ErrNotExist if it has none. Of the volume, only the name is read.
func (r *Reader) OpenJoliet() (*Reader, error) {
	d, err := readDescriptors(r.r)
	if err != nil {
		return nil, fmt.Errorf("iso9660: volume descriptors: %w", err)
	}
	if d.joliet == nil {
		return nil, fmt.Errorf("iso9660: Joliet tree: %w", fs.ErrNotExist)
	}
	j := &Reader{r: r.r, Size: r.Size, names: jolietNames}
	j.Volume.Name = getText([]byte(decodeUCS2(string(d.joliet[40:72]))))
	if err := j.readTree(d.joliet); err != nil {
		return nil, fmt.Errorf("iso9660: Joliet tree: %w", err)
	}
	return j, nil
}

// descriptors are the volume descriptors of an image.
type descriptors struct {
	primary, joliet []byte
	catalog         uint32 // block; 0 if there is none
}

func readDescriptors(r io.ReaderAt) (d descriptors, err error) {
	for i := range int64(maxDescriptors) {
		b := make([]byte, blockSize)
		if _, err := r.ReadAt(b, (systemBlocks+i)*blockSize); err != nil {
			return d, noEOF(err)
		}
		if string(b[1:6]) != standardID {
			return d, fmt.Errorf("descriptor %d is not of ISO 9660", i)
		}
		switch {
		case b[0] == typeTerminator && d.primary == nil:
			return d, errors.New("no primary volume descriptor")
		case b[0] == typeTerminator:
			return d, nil
		case b[0] == typePrimary && d.primary == nil:
			if n := le.Uint16(b[128:]); n != blockSize {
				return d, fmt.Errorf("blocks of %d bytes are not supported", n)
			}
			d.primary = b
		case b[0] == typeSecondary && isJoliet(string(b[88:91])):
			d.joliet = b
		case b[0] == typeBoot && getText(b[7:39]) == bootSystem:
			d.catalog = le.Uint32(b[71:])
		}
	}
	return d, errors.New("no terminator")
}

// isJoliet tells the escape sequences of UCS-2 at levels 1, 2 and 3.
func isJoliet(escape string) bool {
	return escape == "%/@" || escape == "%/C" || escape == "%/E"
}

// readBoot reads the boot catalog and finds the files that it names by place.
func (r *Reader) readBoot(catalog uint32) error {
	entries, err := readCatalog(r.r, catalog)
	if err != nil {
		return err
	}
	files := map[uint32]*file{}
	r.root.walk(func(f *file) {
		if len(f.extents) > 0 && f.Size > 0 {
			files[f.extents[0].block] = f
		}
	})
	for _, e := range entries {
		b := BootImage{Platform: e.platform, Sectors: e.sectors}
		if f := files[e.block]; f != nil {
			b.Name = f.path()
			if b.InfoTable, err = r.hasInfoTable(f); err != nil {
				return err
			}
		}
		r.Volume.Boot = append(r.Volume.Boot, b)
	}
	return nil
}

func (r *Reader) hasInfoTable(f *file) (bool, error) {
	if f.Size < infoTableEnd || f.Size > maxInfoTableFile {
		return false, nil
	}
	b := make([]byte, infoTableEnd)
	if _, err := (&content{r.r, f.extents, f.Size}).ReadAt(b, 0); err != nil {
		return false, noEOF(err)
	}
	b = b[infoTableStart:]
	return le.Uint32(b) == systemBlocks && le.Uint32(b[4:]) == f.extents[0].block && le.Uint32(b[8:]) == uint32(f.Size), nil
}

// readHybrid reads the partition tables.
func (r *Reader) readHybrid(size int64) error {
	b := make([]byte, sectorSize)
	if _, err := r.r.ReadAt(b, 0); err != nil {
		return noEOF(err)
	}
	m := parseMBR(b)
	g, err := readGPT(r.r, size)
	if err != nil {
		return err
	}
	if m != nil {
		r.MBR = m.entries
	}
	if g != nil {
		r.GPT = g.partitions
	}
	r.Volume.Hybrid = parseHybrid(m, g)
	return nil
}
