package fat

import (
	"errors"
	"io"
	"path"
)

// Values of the boot sector that a reader need not look at.
const (
	mediaFixed  = 0xF8 // fixed disk
	driveFixed  = 0x80 // BIOS number of the first
	extendedBPB = 0x29 // serial, label and type follow
	infoSector  = 1    // FAT32: free space information
	backupBoot  = 6    // FAT32: where FATGEN wants the copy of the boot sector
)

// oemName is the one that FATGEN found least likely to upset other systems.
const oemName = "MSWIN4.1"

// bootCode asks the BIOS for the next boot device and, should it return, waits.
var bootCode = []byte{0xCD, 0x18, 0xF4, 0xEB, 0xFD}

func (n *node) isRoot() bool { return n.parent == nil }

// bytes is the room a node takes on disk.
func (n *node) bytes() uint64 {
	if n.Mode.IsDir() {
		return uint64(n.slots()) * slotSize
	}
	return uint64(n.Size)
}

// clustersOf is the number of clusters that nodes need.
func clustersOf(nodes []*node, typ Type, clusterSize int) (total uint64) {
	for _, n := range nodes {
		if !n.isRoot() || typ == FAT32 {
			total += ceil(n.bytes(), uint64(clusterSize))
		}
	}
	return total
}

// place gives nodes their clusters and returns the number in use.
func place(nodes []*node, g *geometry) uint32 {
	next := uint32(2)
	for _, n := range nodes {
		if n.isRoot() && g.rootSlots > 0 {
			continue
		}
		n.clusters = uint32(ceil(n.bytes(), uint64(g.clusterSize())))
		if n.clusters > 0 {
			n.first = next
			next += n.clusters
		}
	}
	return next - 2
}

// An image is the output, with a sticky error.
type image struct {
	w   io.Writer
	g   *geometry
	n   int64
	err error
}

func (im *image) Write(b []byte) (int, error) {
	if im.err != nil {
		return 0, im.err
	}
	n, err := im.w.Write(b)
	im.n, im.err = im.n+int64(n), err
	return n, err
}

func (im *image) zeros(n int64) {
	var zero [32 << 10]byte
	for ; n > 0 && im.err == nil; n -= int64(len(zero)) {
		im.Write(zero[:min(n, int64(len(zero)))])
	}
}

// boot writes the reserved sectors.
func (im *image) boot(v *Volume, used uint32) {
	first := bootSector(im.g, v)
	im.Write(first)
	if im.g.typ == FAT32 {
		info := infoSectorOf(im.g, used)
		im.Write(info)
		im.zeros((backupBoot - 2) * sectorSize)
		im.Write(first)
		im.Write(info)
		im.zeros(int64(im.g.reserved-backupBoot-2) * sectorSize)
	}
}

func bootSector(g *geometry, v *Volume) []byte {
	b := make([]byte, sectorSize)
	copy(b[3:], oemName)
	le.PutUint16(b[11:], sectorSize)
	b[13] = byte(g.clusterSectors)
	le.PutUint16(b[14:], uint16(g.reserved))
	b[16] = byte(g.copies)
	le.PutUint16(b[17:], uint16(g.rootSlots))
	b[21] = mediaFixed
	le.PutUint16(b[24:], g.track())
	le.PutUint16(b[26:], heads)
	tail := b[36:]
	if g.typ == FAT16 {
		le.PutUint16(b[22:], uint16(g.fatSectors))
	} else {
		le.PutUint32(b[36:], g.fatSectors)
		le.PutUint32(b[44:], 2) // the root's cluster
		le.PutUint16(b[48:], infoSector)
		le.PutUint16(b[50:], backupBoot)
		tail = b[64:]
	}
	if g.typ == FAT16 && g.total < 1<<16 {
		le.PutUint16(b[19:], uint16(g.total))
	} else {
		le.PutUint32(b[32:], g.total)
	}
	tail[0], tail[2] = driveFixed, extendedBPB
	le.PutUint32(tail[3:], v.Serial)
	label, _ := packLabel(v.Label) // checked with the rest of v
	copy(tail[7:], label[:])
	copy(tail[18:], g.typ.String()+"   ")
	code := len(b) - len(tail) + 26
	copy(b, []byte{0xEB, byte(code - 2), 0x90}) // jump to the code
	copy(b[code:], bootCode)
	b[510], b[511] = 0x55, 0xAA
	return b
}

// track is the number of sectors of a track, chosen to divide the volume.
func (g *geometry) track() uint16 {
	track := uint32(sectorsPerTrack)
	for g.total%track != 0 {
		track /= 2
	}
	return uint16(track)
}

func infoSectorOf(g *geometry, used uint32) []byte {
	b := make([]byte, sectorSize)
	copy(b, "RRaA")
	copy(b[484:], "rrAa")
	le.PutUint32(b[488:], g.clusters-used)
	le.PutUint32(b[492:], used+2) // where to look for a free one
	b[510], b[511] = 0x55, 0xAA
	return b
}

// table writes one file allocation table. Every node is one run of clusters.
func (im *image) table(nodes []*node) {
	t := tableWriter{im: im}
	end := t.end()
	t.entry(end&^0xFF | mediaFixed)
	t.entry(end) // cleanly unmounted
	for _, n := range nodes {
		for i := uint32(1); i < n.clusters; i++ {
			t.entry(n.first + i)
		}
		if n.clusters > 0 {
			t.entry(end)
		}
	}
	t.flush()
	im.zeros(int64(im.g.fatSectors)*sectorSize - t.n)
}

// A tableWriter gathers entries into larger writes.
type tableWriter struct {
	im  *image
	buf []byte
	n   int64
}

func (t *tableWriter) end() uint32 {
	if t.im.g.typ == FAT16 {
		return 0xFFFF
	}
	return 0x0FFFFFFF
}

func (t *tableWriter) entry(v uint32) {
	if t.im.g.typ == FAT16 {
		t.buf = le.AppendUint16(t.buf, uint16(v))
	} else {
		t.buf = le.AppendUint32(t.buf, v)
	}
	if len(t.buf) >= 32<<10 {
		t.flush()
	}
}

func (t *tableWriter) flush() {
	t.im.Write(t.buf)
	t.n += int64(len(t.buf))
	t.buf = t.buf[:0]
}

// node writes the clusters of a file or directory, or the fixed root.
func (im *image) node(n *node) error {
	start := im.n
	if n.Mode.IsDir() {
		im.Write(n.directory())
	} else if err := im.copy(n); err != nil {
		return err
	}
	room := int64(n.clusters) * int64(im.g.clusterSize())
	if n.isRoot() && im.g.rootSlots > 0 {
		room = int64(im.g.rootSlots) * slotSize
	}
	im.zeros(room - (im.n - start))
	return im.err
}

// copy writes the content of a file, of exactly the length its header says.
func (im *image) copy(n *node) error {
	if n.content == nil {
		return nil
	}
	if _, err := io.CopyN(im, n.content, n.Size); err == io.EOF {
		return errors.New("content is shorter than its size")
	} else if err != nil {
		return err
	}
	var more [1]byte
	if k, err := io.ReadFull(n.content, more[:]); k > 0 {
		return errors.New("content is longer than its size")
	} else if err != io.EOF {
		return err
	}
	return nil
}

// directory encodes the slots of a directory.
func (n *node) directory() []byte {
	b := make([]byte, 0, n.slots()*slotSize)
	switch {
	case !n.isRoot():
		dot := slot{name: packShort(".", ""), attr: attrDirectory, time: n.time, cluster: n.first}
		b = dot.append(b)
		dot.name, dot.cluster = packShort("..", ""), n.parent.first
		if n.parent.isRoot() {
			dot.cluster = 0 // in FAT32 too
		}
		b = dot.append(b)
	case n.label != nil:
		b = n.label.append(b)
	}
	for _, c := range n.children {
		if !c.isShort {
			b = appendLong(b, path.Base(c.Name), c.short)
		}
		s := slot{name: c.short, attr: attrArchive, time: c.time, cluster: c.first, size: uint32(c.Size)}
		if c.Mode.IsDir() {
			s.attr = attrDirectory
		}
		if c.Mode&0o200 == 0 {
			s.attr |= attrReadOnly
		}
		b = s.append(b)
	}
	return b
}
