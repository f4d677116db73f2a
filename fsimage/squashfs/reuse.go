package squashfs

import (
	"cmp"
	"fmt"
	"slices"
)

// Blocks returns a Cache of the image's own compressed blocks. A Writer that has it,
// and is given what the image holds, lays the image out again without compressing
// any content: if the result is the same, so is everything in the image, to the last
// byte that no file shows. What is left to the image is how its Zstandard frames are
// coded.
//
// The options are those of the Writer. Sums has the SHA-256 of every regular file by
// the Name of its Header, as they were taken through this Reader; files that it
// lacks are not in the Cache.
func (r *Reader) Blocks(o *Options, sums map[string][32]byte) (Cache, error) {
	options, err := o.complete()
	if err != nil {
		return nil, err
	}
	c, err := newCompressor(&options)
	if err != nil {
		return nil, err
	}
	own := &ownBlocks{r: r, c: c, size: options.BlockSize, places: make(map[[32]byte]place), tails: make(map[uint32][]tail)}
	err = r.Walk(func(h *Header, body Content) error {
		f, regular := body.(*content)
		sum, known := sums[h.Name]
		if !regular || !known {
			return nil
		}
		return own.file(f, sum)
	})
	if err != nil {
		return nil, err
	}
	return own, own.fragments()
}

// A place is where a block lies, its size as in block lists.
type place struct {
	position uint64
	size     uint32
	holds    int // bytes, of a fragment block; else 0
}

// A tail is a part in a fragment block.
type tail struct {
	part
	at uint32
}

// ownBlocks finds compressed blocks of an image by the files they are from.
type ownBlocks struct {
	r      *Reader
	c      *compressor
	size   int
	places map[[32]byte]place
	tails  map[uint32][]tail // by fragment
}

// file notes the blocks of a file.
func (b *ownBlocks) file(f *content, sum [32]byte) error {
	if f.once.Do(f.load); f.err != nil {
		return fmt.Errorf("squashfs: %w", f.err)
	}
	data := &fileData{sum: &sum}
	for i, size := range f.sizes {
		key := b.c.key([]part{{data, int64(i) * int64(b.size), b.size}})
		b.places[key] = place{position: f.starts[i], size: size}
	}
	if n := f.n.file.fragment; n != none {
		size := int(f.Size() % int64(b.size))
		b.tails[n] = append(b.tails[n], tail{part{data, f.Size() - int64(size), size}, f.n.file.offset})
	}
	return nil
}

// fragments notes the fragment blocks that hold tails one behind the other and
// nothing else.
func (b *ownBlocks) fragments() error {
	for n, tails := range b.tails {
		slices.SortFunc(tails, func(x, y tail) int { return cmp.Compare(x.at, y.at) })
		// Files that are equal share a tail.
		tails = slices.CompactFunc(tails, func(x, y tail) bool { return x.at == y.at && *x.file.sum == *y.file.sum })
		var parts []part
		end := 0
		for _, t := range tails {
			if int(t.at) != end {
				break
			}
			parts = append(parts, t.part)
			end += t.size
		}
		e, err := b.r.fragmentEntry(n)
		if err != nil {
			return fmt.Errorf("squashfs: %w", err)
		}
		if len(parts) == len(tails) {
			b.places[b.c.key(parts)] = place{e.Start, e.Size, end}
		}
	}
	return nil
}

// Get implements Cache.
func (b *ownBlocks) Get(key [32]byte) ([]byte, bool) {
	at, ok := b.places[key]
	switch {
	case !ok:
		return nil, false
	case at.size == 0:
		return []byte{cachedHole}, true
	case at.size&blockStored != 0:
		return []byte{cachedStored}, true
	}
	compressed, err := b.r.read(at.position, uint64(at.size))
	if err != nil {
		return nil, false
	}
	if at.holds > 0 { // what lies behind the last tail is in no file
		if raw, err := b.r.decompress(compressed, b.size); err != nil || len(raw) != at.holds {
			return nil, false
		}
	}
	return append([]byte{cachedCompressed}, compressed...), true
}

// Put implements Cache. Nothing is kept: the image has what it has.
func (b *ownBlocks) Put([32]byte, []byte) {}
