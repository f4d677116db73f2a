package deb

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"path"
)

// A Reader yields the entries of a data.tar in their order. After
// [Reader.Next], Read reads the content of that entry.
type Reader struct {
	prefix string // of errors
	source io.ReadCloser
	meter  *meter
	tar    *tar.Reader
	types  map[string]Type // of the entries so far, and of directories above them
	names  int             // bytes of all names in types
	name   string          // of the current entry
	err    error           // sticky
}

func newReader(r *io.SectionReader, suffix string, max int64) (*Reader, error) {
	source, err := decompress(suffix, io.NewSectionReader(r, 0, r.Size()))
	if err != nil {
		return nil, err
	}
	m := &meter{r: source, max: allowance(r.Size(), max)}
	return &Reader{source: source, meter: m, tar: tar.NewReader(m), types: make(map[string]Type)}, nil
}

// Next goes to the next entry. It returns [io.EOF] after the last one, when
// the archive is known to be complete, and goes on returning an error once it
// has returned one.
func (r *Reader) Next() (*Entry, error) {
	if r.err != nil {
		return nil, r.err
	}
	e, err := r.next()
	if err != nil {
		r.fail(err)
		return nil, r.err
	}
	r.name = e.Name
	return e, nil
}

// fail makes err the error of all calls to come.
func (r *Reader) fail(err error) {
	if err == io.EOF {
		r.err = io.EOF
	} else {
		r.err = fmt.Errorf("%s%w", r.prefix, err)
	}
}

func (r *Reader) next() (*Entry, error) {
	if _, err := io.Copy(io.Discard, r.tar); err != nil {
		return nil, fmt.Errorf("%q: %w", r.name, err)
	}
	end := r.meter.n
	h, err := r.tar.Next()
	if err == io.EOF {
		return nil, r.finish(end)
	}
	if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
		return nil, err
	}
	e, err := entry(h)
	if err == nil {
		err = r.place(e)
	}
	if err != nil {
		return nil, fmt.Errorf("%.200q: %v", h.Name, err)
	}
	return e, nil
}

// implied is the type of a directory that an entry lies below and that has had
// no entry of its own so far.
const implied Type = 'D'

// place checks an entry against those before it.
func (r *Reader) place(e *Entry) error {
	if t, taken := r.types[e.Name]; taken && (t != implied || e.Type != Directory) {
		return errors.New("occurs twice, or earlier entries lie below it")
	}
	if err := r.placeParents(e.Name); err != nil {
		return err
	}
	if e.Type == HardLink {
		switch t, known := r.types[e.Link]; {
		case !known:
			return fmt.Errorf("hard link to %q, which is not there", e.Link)
		case t == Directory || t == implied:
			return fmt.Errorf("hard link to directory %q", e.Link)
		}
	}
	return r.note(e.Name, e.Type)
}

func (r *Reader) placeParents(name string) error {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		t, known := r.types[dir]
		if known && t != Directory && t != implied {
			return fmt.Errorf("lies below %q, which is no directory", dir)
		}
		if known {
			return nil
		}
		if err := r.note(dir, implied); err != nil {
			return err
		}
	}
	return nil
}

// note remembers the type of a name.
func (r *Reader) note(name string, t Type) error {
	r.types[name] = t
	r.names += len(name)
	if len(r.types) > MaxEntries || r.names > MaxNames {
		return fmt.Errorf("more than %d entries, or than %d bytes of names", MaxEntries, MaxNames)
	}
	return nil
}

// finish checks what follows the last entry, whose content ended at byte end:
// two blocks of zeros, which archive/tar has read or found missing, and then
// nothing but zeros.
func (r *Reader) finish(end int64) error {
	const block = 512
	end = (end + block - 1) / block * block
	if r.meter.n-end < 2*block {
		return errors.New("tar archive without its end mark")
	}
	buf := make([]byte, 32<<10)
	for {
		n, err := r.meter.Read(buf)
		for _, c := range buf[:n] {
			if c != 0 {
				return errors.New("data after the end of the tar archive")
			}
		}
		if err != nil {
			return err
		}
	}
}

// Read reads from the current entry, which has content if it is a regular
// file. It returns io.EOF at the end of the entry.
func (r *Reader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.tar.Read(p)
	if err != nil && err != io.EOF {
		r.fail(fmt.Errorf("%q: %w", r.name, err))
		err = r.err
	}
	return n, err
}

// Close releases the decompressor. The entries read so far remain valid.
func (r *Reader) Close() error {
	r.err = errors.New("read from a closed package")
	return r.source.Close()
}
