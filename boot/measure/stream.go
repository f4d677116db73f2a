package measure

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

// How much is read at a time, and how many such chunks are under way: enough for
// the fastest reader and a moment's pause of the slowest consumer.
const (
	chunkSize = 1 << 20
	chunks    = 8
)

// A part of the medium goes to a writer.
type part struct {
	Place
	w io.Writer
}

// A chunk is a piece of the medium on its way to all writers.
type chunk struct {
	offset int64
	data   []byte
	users  atomic.Int32
}

// stream reads size bytes and gives each writer the bytes of its place, in order.
// All writers work at the same time.
func stream(r io.Reader, size int64, parts []part, progress func(int64)) error {
	free := make(chan *chunk, chunks)
	for range chunks {
		free <- &chunk{data: make([]byte, chunkSize)}
	}
	var wait sync.WaitGroup
	failed := make(chan error, len(parts))
	queues := make([]chan *chunk, len(parts))
	for i, p := range parts {
		queues[i] = make(chan *chunk, chunks)
		wait.Go(func() {
			var err error
			for c := range queues[i] {
				if err == nil {
					if err = p.write(c); err != nil {
						failed <- err
					}
				}
				if c.users.Add(-1) == 0 {
					free <- c
				}
			}
		})
	}
	err := feed(r, size, queues, free, failed, progress)
	for _, q := range queues {
		close(q)
	}
	wait.Wait()
	close(failed)
	return errors.Join(err, <-failed)
}

// feed reads the medium chunk by chunk, until a writer has failed.
func feed(r io.Reader, size int64, queues []chan *chunk, free chan *chunk, failed <-chan error, progress func(int64)) error {
	for offset := int64(0); offset < size; {
		var c *chunk
		select {
		case err := <-failed:
			return err
		case c = <-free:
		}
		c.offset, c.data = offset, c.data[:min(chunkSize, size-offset)]
		if n, err := io.ReadFull(r, c.data); err != nil {
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				err = errShort
			}
			return fmt.Errorf("read the medium at byte %d: %w", offset+int64(n), err)
		}
		c.users.Store(int32(len(queues)))
		for _, q := range queues {
			q <- c
		}
		offset += int64(len(c.data))
		progress(offset)
	}
	return nil
}

// write gives the writer what of the chunk is in its place.
func (p *part) write(c *chunk) error {
	from := max(p.Offset-c.offset, 0)
	to := min(p.Offset+p.Size-c.offset, int64(len(c.data)))
	if from >= to {
		return nil
	}
	_, err := p.w.Write(c.data[from:to])
	return err
}
