package iso9660

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// maxExtent is the largest extent in whole blocks.
const maxExtent = math.MaxUint32 / blockSize * blockSize

// runOut is the number of blocks behind the last file. Drives that read ahead
// fail on the last 150 sectors of a disc written track at once.
const runOut = 150

// A layout says what is where on the medium.
type layout struct {
	volume      *Volume
	byName      map[string]*node
	files       []*node // with content, in the order on the medium
	esp         *node   // the EFI system partition of a hybrid image
	hierarchies []*hierarchy
	catalog     uint32 // block
	dataEnd     uint32 // block behind the last file
	blocks      uint32 // of the image
}

// layout places everything that was added.
func (w *Writer) layout() (*layout, error) {
	l := &layout{volume: &w.volume, byName: w.byName}
	if err := l.checkBoot(); err != nil {
		return nil, err
	}
	serial := uint32(0)
	w.root.sort()
	w.root.walk(func(n *node) {
		serial++
		n.serial = serial
		n.measure(w.maxExtent)
		if n.Size > 0 {
			l.files = append(l.files, n)
		}
	})
	l.moveESP()
	namings := []naming{plain{}}
	if w.volume.Joliet {
		namings = append(namings, joliet{})
	}
	for _, nm := range namings {
		h, err := newHierarchy(w.root, nm)
		if err != nil {
			return nil, err
		}
		l.hierarchies = append(l.hierarchies, h)
	}
	return l, l.place()
}

// sort brings directories into the order of names.
func (n *node) sort() {
	slices.SortFunc(n.children, func(a, b *node) int { return strings.Compare(a.Name, b.Name) })
	for _, c := range n.children {
		c.sort()
	}
}

// measure divides a file into extents.
func (n *node) measure(maxExtent int64) {
	for left := n.Size; left > 0; left -= maxExtent {
		n.extents = append(n.extents, extent{size: uint32(min(left, maxExtent))})
	}
}

// moveESP puts the EFI system partition of a hybrid image last, where it does
// not divide the partition with the files.
func (l *layout) moveESP() {
	b := l.volume.bootImage(UEFI)
	if l.volume.Hybrid == nil || b == nil {
		return
	}
	l.esp = l.byName[b.Name]
	i := slices.Index(l.files, l.esp)
	l.files = append(slices.Delete(l.files, i, i+1), l.esp)
}

// place gives everything its blocks.
func (l *layout) place() error {
	next := int64(systemBlocks + 1 + len(l.hierarchies)) // with the terminator
	take := func(size int64) uint32 {
		block := next
		next += blocksOf(size)
		return uint32(block)
	}
	if len(l.volume.Boot) > 0 {
		take(blockSize) // the boot record
	}
	for _, h := range l.hierarchies {
		for i := range h.tables {
			h.tables[i] = take(int64(h.tableSize()))
		}
	}
	for _, h := range l.hierarchies {
		for _, d := range h.dirs {
			size := len(d.encode())
			d.extent = extent{take(int64(size)), uint32(size)}
			d.continuation.first = take(int64(len(d.continuation.buf)))
		}
	}
	if len(l.volume.Boot) > 0 {
		l.catalog = take(blockSize)
	}
	for _, n := range l.files {
		if n == l.esp {
			next = int64(roundUp(uint64(next), systemBlocks))
		}
		for i := range n.extents {
			n.extents[i].block = take(int64(n.extents[i].size))
		}
	}
	l.dataEnd = uint32(next)
	next += runOut
	if l.volume.Hybrid != nil {
		next = int64(roundUp(uint64(next+blocksOf(gptSectors*sectorSize)), hybridUnit))
	}
	if next > math.MaxUint32 {
		return fmt.Errorf("%d blocks are more than %d", next, uint32(math.MaxUint32))
	}
	l.blocks = uint32(next)
	return nil
}
