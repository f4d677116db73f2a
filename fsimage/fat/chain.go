package fat

import (
	"errors"
	"fmt"
	"io"
	"sort"
)

// anyLength lets claim take a chain however long it is.
const anyLength = 1<<64 - 1

// A tableReader reads entries of the allocation table, a page at a time.
type tableReader struct {
	r     io.ReaderAt
	typ   Type
	start int64
	page  int64 // number of the page in buf, or -1
	buf   [4096]byte
}

// next returns the entry of a cluster: the number of the cluster after it, and
// whether there is none because it is the last of its chain.
func (t *tableReader) next(cluster uint32) (next uint32, last bool, err error) {
	width := int64(t.typ) / 8
	off := int64(cluster) * width
	if page := off / int64(len(t.buf)); page != t.page {
		t.page = -1
		// The table's last page may reach beyond it, even beyond the image.
		n, err := t.r.ReadAt(t.buf[:], t.start+page*int64(len(t.buf)))
		if int64(n) < off%int64(len(t.buf))+width {
			return 0, false, fmt.Errorf("read table: %w", noEOF(err))
		}
		t.page = page
	}
	b := t.buf[off%int64(len(t.buf)):]
	if t.typ == FAT16 {
		next = uint32(le.Uint16(b))
		return next, next >= 0xFFF8, nil
	}
	next = le.Uint32(b) & 0x0FFFFFFF // the top bits are reserved
	return next, next >= 0x0FFFFFF8, nil
}

// claim records the chain that starts at first as the content of f, which
// takes count clusters. No cluster can be claimed twice, which also ends loops.
func (r *Reader) claim(f *file, first uint32, count uint64) error {
	if count == 0 {
		if first != 0 {
			return errors.New("empty file has clusters")
		}
		return nil
	}
	cluster, done := first, uint64(0)
	for last := false; !last; done++ {
		if cluster < 2 || cluster >= r.g.clusters+2 {
			return fmt.Errorf("chain leads to cluster %d of %d", cluster, r.g.clusters)
		}
		bit := uint64(1) << (cluster % 64)
		if r.claimed[cluster/64]&bit != 0 {
			return fmt.Errorf("chain leads to cluster %d, which is in use", cluster)
		}
		r.claimed[cluster/64] |= bit
		f.extend(cluster, uint32(done))
		var err error
		if cluster, last, err = r.table.next(cluster); err != nil {
			return err
		}
	}
	if count != anyLength && done != count {
		return fmt.Errorf("chain has %d clusters, its size needs %d", done, count)
	}
	return nil
}

// extend adds a cluster, the one at index of the file.
func (f *file) extend(cluster, index uint32) {
	if i := len(f.runs) - 1; i >= 0 && f.runs[i].first+f.runs[i].count == cluster {
		f.runs[i].count++
		return
	}
	f.runs = append(f.runs, run{cluster, 1, index})
}

// content is the content of a file.
type content struct {
	r    *Reader
	runs []run
	size int64
}

func (c *content) ReadAt(b []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("fat: negative offset")
	}
	for n < len(b) && off < c.size {
		at, length := c.locate(off)
		part := b[n:]
		if int64(len(part)) > length {
			part = part[:length]
		}
		k, err := c.r.r.ReadAt(part, at)
		n, off = n+k, off+int64(k)
		if k < len(part) {
			return n, noEOF(err)
		}
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// locate returns where in the image the byte at off is, and how many bytes
// follow it there.
func (c *content) locate(off int64) (at, length int64) {
	clusterSize := int64(c.r.g.clusterSize())
	index := uint32(off / clusterSize)
	i := sort.Search(len(c.runs), func(i int) bool { return c.runs[i].index > index }) - 1
	skip := off - int64(c.runs[i].index)*clusterSize
	at = int64(c.r.g.dataStart())*sectorSize + int64(c.runs[i].first-2)*clusterSize + skip
	return at, min(int64(c.runs[i].count)*clusterSize-skip, c.size-off)
}
