package deb822

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxParagraph is the largest size, in bytes, of a paragraph that a [Reader]
// accepts. The largest in Debian's indices have some 100 kB.
const MaxParagraph = 4 << 20

// MaxFields is the largest number of fields in a paragraph that a [Reader]
// accepts. Debian's have some thirty.
const MaxFields = 1000

// A Reader reads paragraphs one after the other.
type Reader struct {
	// Comments makes the reader skip lines that begin with '#', as in apt's
	// .sources files. Elsewhere such lines are errors.
	Comments bool

	r    *bufio.Reader
	line int   // number of the line last read, from 1
	err  error // sticky
}

// NewReader returns a Reader that reads from r.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, 64<<10)}
}

// Next returns the next paragraph, or [io.EOF] after the last one.
// After any error it keeps returning that error.
func (r *Reader) Next() (*Paragraph, error) {
	if r.err != nil {
		return nil, r.err
	}
	p, err := r.next()
	if err != nil {
		r.err = err
		return nil, err
	}
	return p, nil
}

func (r *Reader) next() (*Paragraph, error) {
	var (
		text   []byte  // of the paragraph, comments left out
		starts []start // of its fields
	)
	for {
		line, err := r.readLine(MaxParagraph - len(text))
		if err == io.EOF || err == nil && len(line) == 0 {
			if len(starts) > 0 {
				return paragraph(string(text), starts)
			}
			if err == io.EOF {
				return nil, io.EOF
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		if r.Comments && line[0] == '#' {
			continue
		}
		switch blank := line[0] == ' ' || line[0] == '\t'; {
		case blank && len(bytes.Trim(line, " \t\r")) == 0:
			return nil, r.errorf("line of white space only")
		case blank && len(starts) == 0:
			return nil, r.errorf("continuation line without a field")
		case !blank:
			n, err := nameLength(line)
			if err != nil {
				return nil, r.errorf("%v", err)
			}
			if len(starts) == MaxFields {
				return nil, r.errorf("paragraph of more than %d fields", MaxFields)
			}
			starts = append(starts, start{len(text), n, r.line})
		}
		text = append(append(text, line...), '\n')
	}
}

// start is where a field begins in its paragraph's text, the length of its
// name and the line it is on.
type start struct{ at, name, line int }

func paragraph(text string, starts []start) (*Paragraph, error) {
	p := &Paragraph{Fields: make([]Field, 0, len(starts))}
	for i, s := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1].at
		}
		name := text[s.at : s.at+s.name]
		if p.Has(name) {
			return nil, fmt.Errorf("line %d: field %q occurs twice", s.line, name)
		}
		p.Fields = append(p.Fields, Field{name, text[s.at+s.name+1 : end-1]})
	}
	return p, nil
}

// nameLength returns the length of the field name that line begins with.
func nameLength(line []byte) (int, error) {
	n := bytes.IndexByte(line, ':')
	if n < 0 {
		return 0, fmt.Errorf("no colon in %.40q", line)
	}
	if n == 0 || line[0] == '#' || line[0] == '-' {
		return 0, fmt.Errorf("bad field name %.40q", line[:n])
	}
	for _, c := range line[:n] {
		if c <= ' ' || c > '~' {
			return 0, fmt.Errorf("bad field name %.40q", line[:n])
		}
	}
	return n, nil
}

// readLine returns the next line without its newline. The slice is valid until
// the next read. A line longer than limit bytes is an error.
func (r *Reader) readLine(limit int) ([]byte, error) {
	line, err := r.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = r.readLong(line, limit)
	}
	if err != nil && (err != io.EOF || len(line) == 0) {
		if err == io.EOF {
			return nil, io.EOF
		}
		return nil, r.errorf("%w", err)
	}
	r.line++
	line = bytes.TrimSuffix(line, []byte("\n"))
	if len(line) >= limit {
		return nil, r.errorf("paragraph of more than %d bytes", MaxParagraph)
	}
	if bytes.IndexByte(line, 0) >= 0 {
		return nil, r.errorf("NUL byte")
	}
	return line, nil
}

// readLong completes a line of which head fills the buffer.
func (r *Reader) readLong(head []byte, limit int) ([]byte, error) {
	line := bytes.Clone(head)
	for len(line) < limit {
		more, err := r.r.ReadSlice('\n')
		line = append(line, more...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
	return line, nil
}

func (r *Reader) errorf(format string, args ...any) error {
	return fmt.Errorf("line %d: "+format, append([]any{r.line}, args...)...)
}

// Parse reads all paragraphs of text.
func Parse(text []byte) ([]*Paragraph, error) {
	r := NewReader(bytes.NewReader(text))
	var all []*Paragraph
	for {
		p, err := r.Next()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// ParseOne reads text that must hold exactly one paragraph, as the control
// file of a binary package does.
func ParseOne(text []byte) (*Paragraph, error) {
	all, err := Parse(text)
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, fmt.Errorf("%d paragraphs where one is wanted", len(all))
	}
	return all[0], nil
}
