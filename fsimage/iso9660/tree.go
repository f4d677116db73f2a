package iso9660

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf16"
)

// Bounds for images from anywhere.
const (
	maxEntries   = 1 << 20
	maxDepth     = 256
	maxDirectory = 256 << 20 // bytes
	maxText      = 256 << 20 // bytes of all names and targets
	maxNameRead  = 255       // bytes of a name
)

// A file is a file, directory or link of an image. Its Header has no Name, since
// the paths of a deep tree would take much more room than the tree.
type file struct {
	Header
	name     string
	parent   *file   // its own for the root
	children []*file // sorted by name
	extents  []extent
}

func (f *file) path() string {
	if f.parent == f {
		return "."
	}
	return path.Join(f.parent.path(), f.name)
}

func (f *file) walk(visit func(*file)) {
	visit(f)
	for _, c := range f.children {
		c.walk(visit)
	}
}

// readTree reads the directory tree of a volume descriptor.
func (r *Reader) readTree(descriptor []byte) error {
	rec, _, err := parseRecord(descriptor[156:190])
	if err != nil {
		return fmt.Errorf("root directory: %w", err)
	}
	r.root = &file{name: ".", Header: Header{Mode: fs.ModeDir | 0o755, ModTime: rec.modTime()}}
	r.root.parent = r.root
	t := &treeReader{Reader: r, visited: map[uint32]bool{}}
	return t.directory(r.root, rec.extent, 0)
}

// A treeReader reads directories, no block of them twice.
type treeReader struct {
	*Reader
	visited map[uint32]bool
	skip    int // bytes of each system use area that are not SUSP's
	text    int // bytes of names and targets so far
}

// directory reads the directory dir and all below it.
func (t *treeReader) directory(dir *file, at extent, depth int) error {
	data, err := t.read(at)
	if err != nil {
		return fmt.Errorf("directory %q: %w", dir.path(), err)
	}
	if depth > maxDepth {
		return fmt.Errorf("directories are nested more than %d deep", maxDepth)
	}
	if dir.parent == dir && t.names != jolietNames {
		if err := t.detect(data); err != nil {
			return fmt.Errorf("root directory: %w", err)
		}
	}
	var more *record // the last record, if the file has further extents
	for off := 0; off < len(data); {
		if data[off] == 0 { // the rest of the block is free
			off = (off/blockSize + 1) * blockSize
			continue
		}
		rec, size, err := parseRecord(data[off:min(len(data), (off/blockSize+1)*blockSize)])
		if err == nil {
			err = t.record(dir, &rec, more)
		}
		if err != nil {
			return fmt.Errorf("directory %q: offset %d: %w", dir.path(), off, err)
		}
		if more = nil; rec.flags&flagMore != 0 {
			more = &rec
		}
		off += size
	}
	return t.descend(dir, depth)
}

// read returns the blocks of a directory.
func (t *treeReader) read(at extent) ([]byte, error) {
	blocks := blocksOf(int64(at.size))
	if at.size == 0 || at.size > maxDirectory || (int64(at.block)+blocks)*blockSize > t.Size {
		return nil, fmt.Errorf("%d bytes at block %d are not in the volume", at.size, at.block)
	}
	for i := range uint32(blocks) {
		if t.visited[at.block+i] {
			return nil, fmt.Errorf("block %d belongs to another directory", at.block+i)
		}
		t.visited[at.block+i] = true
	}
	data := make([]byte, at.size)
	_, err := t.r.ReadAt(data, int64(at.block)*blockSize)
	return data, noEOF(err)
}

// detect finds out whether the root's own record announces SUSP and Rock Ridge.
func (t *treeReader) detect(data []byte) error {
	rec, _, err := parseRecord(data[:min(len(data), blockSize)])
	if err != nil {
		return err
	}
	if su := rec.systemUse; len(su) < 7 || string(su[:2]) != "SP" || su[4] != 0xBE || su[5] != 0xEF {
		return nil
	}
	t.skip = int(rec.systemUse[6])
	return eachEntry(rec.systemUse, t.readArea, func(signature string, data []byte) error {
		if signature == "ER" && len(data) >= 4 && 4+int(data[0]) <= len(data) {
			switch string(data[4 : 4+data[0]]) {
			case rockRidgeID, "IEEE_1282", "RRIP_1991A": // 1.12, the same as published, 1.09
				t.names = rockRidgeNames
			}
		}
		return nil
	})
}

func (t *treeReader) readArea(block, offset, size uint32) ([]byte, error) {
	b := make([]byte, size)
	_, err := t.r.ReadAt(b, int64(block)*blockSize+int64(offset))
	return b, noEOF(err)
}

// record adds a file to dir, or a further extent to its last one if more, the
// record before, says so.
func (t *treeReader) record(dir *file, rec *record, more *record) error {
	if t.entries++; t.entries > maxEntries {
		return fmt.Errorf("more than %d entries", maxEntries)
	}
	if rec.id == selfID || rec.id == parentID || rec.flags&flagAssociated != 0 {
		if more != nil || rec.flags&flagMore != 0 {
			return errRecord
		}
		if rec.id == selfID && dir.parent == dir && t.names == rockRidgeNames {
			return t.attributes(dir, rec)
		}
		return nil
	}
	if end := (int64(rec.extent.block) + blocksOf(int64(rec.extent.size))) * blockSize; rec.extent.size > 0 && end > t.Size {
		return fmt.Errorf("%q: %d bytes at block %d are not in the volume", rec.id, rec.extent.size, rec.extent.block)
	}
	if more != nil {
		return dir.children[len(dir.children)-1].extend(rec, more)
	}
	f := &file{parent: dir, extents: []extent{rec.extent}}
	f.Size, f.ModTime, f.Mode = int64(rec.extent.size), rec.modTime(), 0o644
	if rec.flags&flagDirectory != 0 {
		f.Size, f.Mode = 0, fs.ModeDir|0o755
	}
	if err := t.name(f, rec); err != nil {
		return err
	}
	if f.name == "." || f.name == ".." || strings.ContainsAny(f.name, "/\x00") || !fs.ValidPath(f.name) {
		return fmt.Errorf("name %q is no path element", f.name)
	}
	if rec.flags&flagMore != 0 && f.Mode.Type() != 0 {
		return fmt.Errorf("%q: only files have several extents", f.name)
	}
	if t.text += len(f.name) + len(f.Linkname); t.text > maxText {
		return fmt.Errorf("more than %d bytes of names", maxText)
	}
	dir.children = append(dir.children, f)
	return nil
}

// extend adds an extent to a file.
func (f *file) extend(rec, last *record) error {
	if rec.id != last.id || last.extent.size%blockSize != 0 {
		return fmt.Errorf("%q: extents do not follow each other", last.id)
	}
	f.extents = append(f.extents, rec.extent)
	f.Size += int64(rec.extent.size)
	return nil
}

// name gives f its name, and what else Rock Ridge knows.
func (t *treeReader) name(f *file, rec *record) error {
	id := rec.id
	if t.names == jolietNames {
		id = decodeUCS2(id)
	}
	if !f.Mode.IsDir() {
		id, _, _ = strings.Cut(id, ";") // the version
		if t.names != jolietNames {
			id = strings.TrimSuffix(id, ".")
		}
	}
	f.name = id
	if t.names != rockRidgeNames {
		return nil
	}
	return t.attributes(f, rec)
}

// attributes reads the Rock Ridge entries of a record.
func (t *treeReader) attributes(f *file, rec *record) error {
	var rr rockRidge
	su := rec.systemUse
	if rec.id != selfID { // the root's own has SP at its start
		su = su[min(t.skip, len(su)):]
	}
	if err := eachEntry(su, t.readArea, rr.add); err != nil {
		return err
	}
	if rr.name != "" {
		f.name = rr.name
	}
	if !rr.modTime.IsZero() {
		f.ModTime = rr.modTime
	}
	if !rr.hasMode {
		return nil
	}
	mode := fileMode(rr.mode)
	if mode.IsDir() != f.Mode.IsDir() {
		return fmt.Errorf("%q: mode %v contradicts the record", f.name, mode)
	}
	f.Mode, f.UID, f.GID = mode, rr.uid, rr.gid
	if f.Linkname = rr.link.target.String(); (f.Linkname != "") != (mode.Type() == fs.ModeSymlink) {
		return fmt.Errorf("%q: mode %v and target %q", f.name, mode, f.Linkname)
	}
	if mode.Type() != 0 && f.Size != 0 {
		return fmt.Errorf("%q: %v with content", f.name, mode)
	}
	return nil
}

// descend sorts a directory and reads those in it.
func (t *treeReader) descend(dir *file, depth int) error {
	slices.SortFunc(dir.children, func(a, b *file) int { return strings.Compare(a.name, b.name) })
	for i, c := range dir.children {
		if i > 0 && dir.children[i-1].name == c.name {
			return fmt.Errorf("directory %q: name %q occurs twice", dir.path(), c.name)
		}
		if c.Mode.IsDir() {
			if err := t.directory(c, c.extents[0], depth+1); err != nil {
				return err
			}
			c.extents = nil
		}
	}
	return nil
}

func decodeUCS2(s string) string {
	var units []uint16
	for ; len(s) >= 2; s = s[2:] {
		units = append(units, uint16(s[0])<<8|uint16(s[1]))
	}
	return string(utf16.Decode(units))
}

// content is the content of a file.
type content struct {
	r       io.ReaderAt
	extents []extent
	size    int64
}

func (c *content) ReadAt(b []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("iso9660: negative offset")
	}
	for _, x := range c.extents {
		if size := int64(x.size); off >= size {
			off -= size
			continue
		}
		part := b[n:]
		if left := int64(x.size) - off; int64(len(part)) > left {
			part = part[:left]
		}
		k, err := c.r.ReadAt(part, int64(x.block)*blockSize+off)
		n += k
		if k < len(part) {
			return n, noEOF(err)
		}
		off = 0
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
