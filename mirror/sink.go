package mirror

import (
	"bytes"
	"errors"
	"fmt"

	"coen/store"
)

// A sink takes the bytes of one file.
type sink interface {
	// Size returns how many bytes are there.
	Size() int64
	Write([]byte) (int, error)
	// Reset throws away what is there.
	Reset() error
	// Finish judges the whole. If it is not what is wanted, the error is a
	// wrongError and nothing is there any more.
	Finish() error
}

// A wrongError says that a mirror delivered something other than was asked for.
type wrongError struct{ err error }

func (e *wrongError) Error() string { return e.err.Error() }
func (e *wrongError) Unwrap() error { return e.err }

func wrongf(format string, args ...any) error { return &wrongError{fmt.Errorf(format, args...)} }

// partial is a sink that makes an object of the store.
type partial struct {
	*store.Partial
	tell *teller
}

func (p *partial) Write(b []byte) (int, error) {
	n, err := p.Partial.Write(b)
	p.tell.add(int64(n))
	return n, err
}

func (p *partial) Reset() error {
	p.tell.add(-p.Size())
	return p.Partial.Reset()
}

func (p *partial) Finish() error {
	size := p.Size()
	err := p.Commit()
	var mismatch *store.MismatchError
	if errors.As(err, &mismatch) {
		p.tell.add(-size)
		return &wrongError{err}
	}
	return err
}

// memory is a sink that holds a small file for judgement.
type memory struct {
	bytes.Buffer
	max    int64
	accept func(content []byte) error
}

func (m *memory) Size() int64 { return int64(m.Len()) }

func (m *memory) Reset() error {
	m.Buffer.Reset()
	return nil
}

func (m *memory) Write(b []byte) (int, error) {
	if m.Size()+int64(len(b)) > m.max {
		return 0, wrongf("has more than %d bytes", m.max)
	}
	return m.Buffer.Write(b)
}

func (m *memory) Finish() error {
	if err := m.accept(m.Bytes()); err != nil {
		m.Buffer.Reset()
		return &wrongError{err}
	}
	return nil
}
