package xz

// A window holds what was decoded last, as far back as matches may reach. It is a
// plain slice that moves to the front of its buffer when it comes to the end.
type window struct {
	buf      []byte
	start    int // where the dictionary begins
	pos      int // where it ends
	dictSize int
}

const (
	// maxChunk is how much one LZMA2 chunk can hold.
	maxChunk = 2 << 20

	// spare is how much copyMatch may write too much.
	spare = 8

	// positionBits is the alignment that moving must keep: probabilities are selected
	// by up to four bits of the position.
	positionBits = 1<<4 - 1
)

func (w *window) reset(dictSize int) {
	w.start, w.pos, w.dictSize = 0, 0, dictSize
}

// restart empties the dictionary.
func (w *window) restart() { w.start = w.pos }

// reserve makes room for n more bytes. What was there before the dictionary and
// what is returned from it must not be used afterwards.
func (w *window) reserve(n int) {
	need := w.pos + n + spare
	if need <= len(w.buf) {
		return
	}
	// Half a dictionary more than the dictionary: each byte is moved twice at most.
	full := w.dictSize + max(w.dictSize/2, 2*maxChunk) + spare
	if need > full {
		keep := min(w.pos-w.start, w.dictSize)
		first := w.start + (w.pos-w.start-keep)&^positionBits
		w.pos = copy(w.buf, w.buf[first:w.pos])
		w.start = 0
		need = w.pos + n + spare
	}
	if need > len(w.buf) {
		grown := make([]byte, min(max(need, 2*len(w.buf)), full))
		copy(grown, w.buf[:w.pos])
		w.buf = grown
	}
}
