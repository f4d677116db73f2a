package xz

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A Reader decompresses a stream as it is read.
type Reader struct {
	in      *input
	check   byte
	block   blockReader
	inBlock bool
	blocks  records
	piece   []byte // decompressed, not yet read
	err     error
}

// NewReader returns a Reader that decompresses r. It may read more from r than the
// compressed data needs.
func NewReader(r io.Reader) (*Reader, error) {
	z := new(Reader)
	if err := z.Reset(r); err != nil {
		return nil, err
	}
	return z, nil
}

// Reset makes z ready to decompress r, as NewReader does, with the memory it has.
func (z *Reader) Reset(r io.Reader) error {
	if z.in == nil {
		z.in = newInput(r)
	}
	z.in.reset(r)
	z.inBlock, z.piece, z.err = false, nil, nil
	header, err := z.in.bytes(headerSize)
	if err == nil {
		err = z.beginStream(header)
	}
	z.err = wrap(err)
	return z.err
}

// Read implements [io.Reader]. When it returns io.EOF, everything that was read
// has passed its checks; before that, only whole blocks have.
func (z *Reader) Read(p []byte) (int, error) {
	for len(z.piece) == 0 {
		if z.err != nil {
			return 0, z.err
		}
		z.piece, z.err = z.next()
	}
	n := copy(p, z.piece)
	z.piece = z.piece[n:]
	return n, nil
}

// WriteTo implements [io.WriterTo].
func (z *Reader) WriteTo(w io.Writer) (int64, error) {
	var total int64
	for {
		n, err := bytes.NewReader(z.piece).WriteTo(w)
		total += n
		z.piece = z.piece[n:]
		if err != nil {
			return total, err
		}
		if z.err == io.EOF {
			return total, nil
		}
		if z.err != nil {
			return total, z.err
		}
		z.piece, z.err = z.next()
	}
}

func wrap(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return fmt.Errorf("xz: %w", err)
}

// next returns the next piece of content, or an error with it.
func (z *Reader) next() ([]byte, error) {
	for {
		if !z.inBlock {
			if err := z.begin(); err != nil {
				return nil, wrap(err)
			}
			continue
		}
		piece, err := z.block.next()
		if err != nil {
			return nil, wrap(err)
		}
		if piece != nil {
			return piece, nil
		}
		z.blocks.add(z.block.record)
		z.inBlock = false
	}
}

// begin goes on to the next block, or to the next stream, or to the end.
func (z *Reader) begin() error {
	first, err := z.in.ReadByte()
	if err != nil {
		return err
	}
	if first != 0 {
		z.inBlock = true
		return z.block.begin(z.in, first, z.check)
	}
	if err := z.endStream(); err != nil {
		return err
	}
	return z.nextStream()
}

func (z *Reader) beginStream(header []byte) (err error) {
	z.check, err = parseHeader(header)
	z.blocks = newRecords()
	return err
}

// endStream compares the index with what was read.
func (z *Reader) endStream() error {
	indexed := newRecords()
	size, err := readIndex(z.in, func(r record) error {
		if indexed.n == z.blocks.n {
			return errors.New("more records than blocks")
		}
		indexed.add(r)
		return nil
	})
	if err != nil {
		return err
	}
	if !indexed.equal(&z.blocks) {
		return errors.New("index does not match the blocks")
	}
	footer, err := z.in.bytes(footerSize)
	if err != nil {
		return err
	}
	check, indexSize, err := parseFooter(footer)
	if err == nil && (check != z.check || indexSize != size) {
		err = errors.New("stream footer does not match the stream")
	}
	return err
}

// nextStream skips zeros, in groups of four, and begins the stream behind them. At
// the end of the input it returns io.EOF.
func (z *Reader) nextStream() error {
	header := make([]byte, headerSize)
	for {
		n, err := io.ReadFull(z.in.r, header[:4])
		z.in.n += int64(n)
		if err != nil {
			return err
		}
		if [4]byte(header) != [4]byte{} {
			break
		}
	}
	if err := z.in.full(header[4:]); err != nil {
		return err
	}
	return z.beginStream(header)
}
