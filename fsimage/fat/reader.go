package fat

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A Reader gives access to an image. It implements [fs.ReadDirFS] and
// [fs.StatFS]; the Sys method of a file's FileInfo returns its *[Header].
// Methods may be called concurrently.
type Reader struct {
	// Volume describes the image. Time is that of the label, if there is one.
	Volume Volume

	r       io.ReaderAt
	g       geometry
	root    *file
	table   tableReader
	claimed []uint64 // bit set of clusters that belong to something
	entries int      // read so far
}

// A file is a file or directory of an image. Its Header has no Name, since the
// paths of a deep tree would take much more room than the tree.
type file struct {
	Header
	name     string
	parent   *file            // nil for the root
	children []*file          // sorted by name
	byName   map[string]*file // children by folded name
	runs     []run
}

func (f *file) path() string {
	if f.parent == nil {
		return "."
	}
	return path.Join(f.parent.path(), f.name)
}

// A run is a sequence of clusters, which starts at cluster index of its file.
type run struct{ first, count, index uint32 }

// NewReader opens the image in the first size bytes of r and checks all its
// directories and cluster chains.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) {
	rd := &Reader{r: r}
	if err := rd.open(size); err != nil {
		return nil, fmt.Errorf("fat: %w", err)
	}
	rd.claimed = nil
	return rd, nil
}

func (r *Reader) open(size int64) error {
	var b [sectorSize]byte
	if _, err := r.r.ReadAt(b[:], 0); err != nil {
		return fmt.Errorf("read boot sector: %w", noEOF(err))
	}
	root, err := r.parseBoot(b[:], size)
	if err != nil {
		return fmt.Errorf("boot sector: %w", err)
	}
	r.claimed = make([]uint64, r.g.clusters/64+1)
	r.table = tableReader{r: r.r, typ: r.g.typ, start: int64(r.g.reserved) * sectorSize, page: -1}
	r.root = &file{name: ".", Header: Header{Mode: fs.ModeDir | 0o755}}
	var data []byte
	if r.g.typ == FAT16 {
		data = make([]byte, r.g.rootSlots*slotSize)
		_, err = r.r.ReadAt(data, int64(r.g.rootStart())*sectorSize)
		err = noEOF(err)
	} else {
		data, err = r.readDirectory(r.root, root)
	}
	if err != nil {
		return fmt.Errorf("read root directory: %w", err)
	}
	return r.parseDirectory(r.root, data, 0)
}

// parseBoot fills geometry and volume, and returns the cluster of the root.
func (r *Reader) parseBoot(b []byte, size int64) (root uint32, err error) {
	g := geometry{
		clusterSectors: uint32(b[13]),
		reserved:       uint32(le.Uint16(b[14:])),
		copies:         uint32(b[16]),
		rootSlots:      uint32(le.Uint16(b[17:])),
		total:          uint32(le.Uint16(b[19:])),
		fatSectors:     uint32(le.Uint16(b[22:])),
	}
	if g.total == 0 {
		g.total = le.Uint32(b[32:])
	}
	tail := b[36:]
	if g.fatSectors == 0 {
		g.fatSectors, root, tail = le.Uint32(b[36:]), le.Uint32(b[44:]), b[64:]
	}
	c := g.clusterSectors
	switch {
	case b[510] != 0x55 || b[511] != 0xAA:
		return 0, errors.New("no signature")
	case le.Uint16(b[11:]) != sectorSize:
		return 0, fmt.Errorf("sectors of %d bytes", le.Uint16(b[11:]))
	case c == 0 || c&(c-1) != 0 || g.reserved == 0 || g.copies == 0 || g.fatSectors == 0:
		return 0, errors.New("senseless geometry")
	case g.dataStart() >= uint64(g.total) || int64(g.total)*sectorSize > size:
		return 0, fmt.Errorf("%d sectors do not fit an image of %d bytes", g.total, size)
	}
	g.clusters = (g.total - uint32(g.dataStart())) / c
	g.typ = FAT16
	if g.clusters > FAT16.maxClusters() {
		g.typ = FAT32
	}
	switch {
	case g.clusters < FAT16.minClusters():
		return 0, errors.New("FAT12 is not supported")
	case (g.typ == FAT32) != (root != 0) || (g.typ == FAT32) != (g.rootSlots == 0):
		return 0, fmt.Errorf("%d clusters contradict the kind of root directory", g.clusters)
	case g.clusters > g.typ.maxClusters() || g.tableSectors() > g.fatSectors:
		return 0, fmt.Errorf("table of %d sectors cannot describe %d clusters", g.fatSectors, g.clusters)
	}
	r.g = g
	r.Volume = Volume{Type: g.typ, Size: int64(g.total) * sectorSize, ClusterSize: g.clusterSize()}
	if tail[2] == extendedBPB {
		r.Volume.Serial = le.Uint32(tail[3:])
	}
	return root, nil
}

// parseDirectory fills dir, and what is below it, from its slots.
func (r *Reader) parseDirectory(dir *file, data []byte, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("directories are nested more than %d deep", maxDepth)
	}
	dir.byName = map[string]*file{}
	var long longName
	for ; len(data) >= slotSize && data[0] != slotEnd; data = data[slotSize:] {
		s := parseSlot(data)
		switch {
		case data[0] == slotFree:
			long = longName{}
		case s.attr&attrLong == attrLong:
			long.add(data)
		case s.attr&attrLabel != 0:
			long = longName{}
			if dir == r.root {
				r.Volume.Label = strings.TrimRight(decodeOEM(s.name[:]), " ")
				r.Volume.Time = unpackTime(s.time)
			}
		case s.name == packShort(".", "") || s.name == packShort("..", ""):
			long = longName{}
		default:
			name, ok := long.take(s.name)
			if !ok {
				name = s.name.String(s.lower)
			}
			if err := r.entry(dir, name, &s, depth); err != nil {
				return fmt.Errorf("directory %q: entry %q: %w", dir.path(), name, err)
			}
		}
	}
	slices.SortFunc(dir.children, func(a, b *file) int { return strings.Compare(a.name, b.name) })
	return nil
}

// Bounds for images from anywhere. FATGEN has paths of at most 260 characters.
const (
	maxDepth   = 128
	maxEntries = 1 << 20
)

// entry adds the entry of a slot to a directory.
func (r *Reader) entry(dir *file, name string, s *slot, depth int) error {
	if r.entries++; r.entries > maxEntries {
		return fmt.Errorf("more than %d entries", maxEntries)
	}
	if err := checkName(name); err != nil {
		return err
	}
	if !fs.ValidPath(name) || name == "." {
		return errors.New("name is no path element")
	}
	f := &file{name: name, parent: dir, Header: Header{Mode: 0o644, Size: int64(s.size), ModTime: unpackTime(s.time)}}
	key := foldName(name)
	if dir.byName[key] != nil {
		return errors.New("name occurs twice")
	}
	dir.byName[key] = f
	dir.children = append(dir.children, f)
	first := s.cluster
	if r.g.typ == FAT16 {
		first &= 0xFFFF
	}
	if s.attr&attrDirectory != 0 {
		f.Mode, f.Size = fs.ModeDir|0o755, 0
	}
	if s.attr&attrReadOnly != 0 {
		f.Mode &^= 0o222
	}
	if s.attr&attrDirectory == 0 {
		return r.claim(f, first, ceil(uint64(f.Size), uint64(r.g.clusterSize())))
	}
	data, err := r.readDirectory(f, first)
	if err != nil {
		return err
	}
	return r.parseDirectory(f, data, depth+1)
}

// maxDirectory is FATGEN's bound for a directory of 65,536 slots, with the rest
// of the last cluster.
const maxDirectory = slotSize<<16 + 32768

// readDirectory claims the clusters of a directory and returns their content.
func (r *Reader) readDirectory(f *file, first uint32) ([]byte, error) {
	if err := r.claim(f, first, anyLength); err != nil {
		return nil, err
	}
	end := f.runs[len(f.runs)-1]
	size := int64(end.index+end.count) * int64(r.g.clusterSize())
	if size > maxDirectory {
		return nil, fmt.Errorf("directory of %d bytes is too large", size)
	}
	data := make([]byte, size)
	_, err := (&content{r, f.runs, size}).ReadAt(data, 0)
	return data, noEOF(err)
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
