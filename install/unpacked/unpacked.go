package unpacked

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"fmt"
	"io"

	"coen/debian/deb"
	"coen/tree"
)

// A Cache keeps values from one build to the next. Its methods are called by
// several goroutines.
type Cache interface {
	// Get returns what was put under key; nothing else, or not at all.
	Get(key [32]byte) (value []byte, ok bool)
	Put(key [32]byte, value []byte)
	// Open returns what was once filled in under key, which may be damaged.
	Open(key [32]byte) (io.ReaderAt, bool)
	// Fill lets write make a large value and returns it.
	Fill(key [32]byte, write func(io.Writer) error) (io.ReaderAt, error)
}

// An Entry is one of a package.
type Entry struct {
	deb.Entry
	Content tree.Content // of a regular file that is not empty, else nil
}

// A record is what is kept of an entry.
type record struct {
	Entry  deb.Entry
	SHA256 [32]byte // of the content
}

// format is part of all keys. It changes when a package would be read in another
// way, or kept in another form.
const format = "unpacked package 1\n"

// Read returns the entries of a package, whose file has the given SHA-256.
// Without a cache, which may be nil, contents lie in memory.
func Read(d *deb.Package, sum [32]byte, cache Cache) ([]Entry, error) {
	if cache == nil {
		cache = memory{}
	}
	key := sha256.Sum256(append([]byte(format), sum[:]...))
	if entries, ok := kept(key, cache); ok {
		return entries, nil
	}
	var records []record
	body, err := cache.Fill(key, func(w io.Writer) (err error) {
		records, err = unpack(d, w)
		return err
	})
	if err != nil {
		return nil, err
	}
	var list bytes.Buffer
	if err := gob.NewEncoder(&list).Encode(records); err != nil {
		return nil, err
	}
	cache.Put(key, list.Bytes())
	return entries(records, body), nil
}

// kept returns the entries of a package that was read before.
func kept(key [32]byte, cache Cache) ([]Entry, bool) {
	list, ok := cache.Get(key)
	if !ok {
		return nil, false
	}
	var records []record
	if gob.NewDecoder(bytes.NewReader(list)).Decode(&records) != nil {
		return nil, false
	}
	body, ok := cache.Open(key)
	return entries(records, body), ok
}

// unpack writes all contents of a package to w, one behind the other.
func unpack(d *deb.Package, w io.Writer) ([]record, error) {
	data, err := d.Data()
	if err != nil {
		return nil, err
	}
	defer data.Close()
	out := bufio.NewWriterSize(w, 1<<20)
	h := sha256.New()
	both := io.MultiWriter(out, h)
	var records []record
	for {
		e, err := data.Next()
		if err == io.EOF {
			return records, out.Flush()
		}
		if err != nil {
			return nil, err
		}
		h.Reset()
		if _, err := io.CopyN(both, data, e.Size); err != nil {
			return nil, fmt.Errorf("%q: %w", e.Name, err)
		}
		records = append(records, record{*e, [32]byte(h.Sum(nil))})
	}
}

// entries gives each record its piece of the body.
func entries(records []record, body io.ReaderAt) []Entry {
	list := make([]Entry, len(records))
	offset := int64(0)
	for i, r := range records {
		list[i].Entry = r.Entry
		if r.Entry.Size > 0 {
			list[i].Content = &content{SectionReader: io.NewSectionReader(body, offset, r.Entry.Size), sum: r.SHA256}
		}
		offset += r.Entry.Size
	}
	return list
}

// memory is a cache that forgets.
type memory struct{}

func (memory) Get([32]byte) ([]byte, bool)       { return nil, false }
func (memory) Put([32]byte, []byte)              {}
func (memory) Open([32]byte) (io.ReaderAt, bool) { return nil, false }

func (memory) Fill(_ [32]byte, write func(io.Writer) error) (io.ReaderAt, error) {
	var b bytes.Buffer
	err := write(&b)
	return bytes.NewReader(b.Bytes()), err
}
