package image

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"
)

func TestTap(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcde"), 3*tapSize/10)
	for _, piece := range []int{1000, tapSize, len(data)} {
		var out bytes.Buffer
		tap := newTap(&out)
		for rest := data; len(rest) > 0; {
			n, err := tap.Write(rest[:min(piece, len(rest))])
			must(t, err)
			rest = rest[n:]
		}
		sum, err := tap.close()
		must(t, err)
		if sum != sha256.Sum256(data) || !bytes.Equal(out.Bytes(), data) {
			t.Errorf("in pieces of %d: other bytes or another hash", piece)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestTapFails(t *testing.T) {
	tap := newTap(full{})
	if _, err := tap.Write(make([]byte, tapSize)); err == nil {
		t.Error("writing to what is full succeeds")
	}
	if _, err := tap.close(); err == nil {
		t.Error("closing what is full succeeds")
	}
}
