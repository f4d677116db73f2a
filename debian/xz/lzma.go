package xz

import (
	"encoding/binary"
	"errors"
)

var errCorrupt = errors.New("corrupt LZMA data")

// An lzma is the state of an LZMA decoder between chunks. Arrays are as large as
// the type or mask of their index allows, so that no index needs a check.
type lzma struct {
	rangeDecoder
	state uint32    // what the last symbols were, 0 to 11
	rep   [4]uint32 // the last distances, minus 1

	lc      uint32 // how many bits of the last byte select literal probabilities
	lpMask  uint32 // which bits of the position do
	posMask uint32 // which bits of the position select other probabilities

	isMatch    [256]uint16 // by state and position
	isRep0Long [256]uint16
	isRep      [16]uint16 // by state
	isRepG0    [16]uint16
	isRepG1    [16]uint16
	isRepG2    [16]uint16
	matchLen   lengthProbs
	repLen     lengthProbs
	slot       [4][64]uint16
	special    [128]uint16
	align      [128]uint16 // of which 16 are used
	literals   [16][0x400]uint16
}

type lengthProbs struct {
	choice, choice2 uint16
	low, mid        [16][8]uint16
	high            [256]uint16
}

const (
	literalStates = 7 // states below are those after a literal
	minMatch      = 2
	noDistance    = 1<<32 - 1 // would mark the end of LZMA data without LZMA2
)

// The state after each kind of symbol, by the state before.
var (
	afterLiteral  = [16]uint8{0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5}
	afterMatch    = [16]uint8{7, 7, 7, 7, 7, 7, 7, 10, 10, 10, 10, 10}
	afterRep      = [16]uint8{8, 8, 8, 8, 8, 8, 8, 11, 11, 11, 11, 11}
	afterShortRep = [16]uint8{9, 9, 9, 9, 9, 9, 9, 11, 11, 11, 11, 11}
)

// resetState forgets what was learned.
func (d *lzma) resetState() {
	d.state = 0
	d.rep = [4]uint32{}
	for _, probs := range [][]uint16{
		d.isMatch[:], d.isRep0Long[:], d.isRep[:], d.isRepG0[:], d.isRepG1[:], d.isRepG2[:],
		d.slot[0][:], d.slot[1][:], d.slot[2][:], d.slot[3][:], d.special[:], d.align[:],
	} {
		fill(probs)
	}
	d.matchLen.reset()
	d.repLen.reset()
	for i := range d.literals {
		fill(d.literals[i][:])
	}
}

func (l *lengthProbs) reset() {
	l.choice, l.choice2 = probInit, probInit
	for i := range l.low {
		fill(l.low[i][:])
		fill(l.mid[i][:])
	}
	fill(l.high[:])
}

func fill(probs []uint16) {
	for i := range probs {
		probs[i] = probInit
	}
}

// setProperties sets lc, lp and pb from the byte that holds them.
func (d *lzma) setProperties(b byte) error {
	lc, lp, pb := uint32(b)%9, uint32(b)/9%5, uint32(b)/45
	if pb > 4 || lc+lp > 4 {
		return errors.New("unknown LZMA properties")
	}
	d.lc, d.lpMask, d.posMask = lc, 1<<lp-1, 1<<pb-1
	return nil
}

// decode decodes symbols to w.buf up to limit, behind which there are spare bytes.
// The state of the loop is in local variables, for speed.
func (d *lzma) decode(w *window, limit int) error {
	r, state := d.rangeDecoder, d.state
	rep0, rep1, rep2, rep3 := d.rep[0], d.rep[1], d.rep[2], d.rep[3]
	buf, start, pos := w.buf, w.start, w.pos
	var bit, length uint32
	var last byte
	if pos > start {
		last = buf[pos-1]
	}
	for pos < limit {
		posState := uint32(pos-start) & d.posMask
		r = r.normalize()
		if bit, r = r.bit(&d.isMatch[uint8(state<<4|posState)]); bit == 0 {
			probs := &d.literals[(uint32(pos-start)&d.lpMask<<d.lc|uint32(last)>>(8-d.lc))&15]
			if state < literalStates {
				last, r = r.literal(probs)
			} else {
				last, r = r.matchedLiteral(probs, buf[pos-int(rep0)-1])
			}
			buf[pos] = last
			pos++
			state = uint32(afterLiteral[state&15])
			continue
		}
		r = r.normalize()
		if bit, r = r.bit(&d.isRep[state&15]); bit == 0 {
			rep1, rep2, rep3 = rep0, rep1, rep2
			length, r = d.matchLen.decode(r, posState)
			rep0, r = d.distance(r, length)
			if rep0 == noDistance {
				return errCorrupt
			}
			state = uint32(afterMatch[state&15])
		} else {
			r = r.normalize()
			if bit, r = r.bit(&d.isRepG0[state&15]); bit == 0 {
				r = r.normalize()
				bit, r = r.bit(&d.isRep0Long[uint8(state<<4|posState)])
			} else {
				r = r.normalize()
				if bit, r = r.bit(&d.isRepG1[state&15]); bit == 0 {
					rep0, rep1 = rep1, rep0
				} else {
					r = r.normalize()
					if bit, r = r.bit(&d.isRepG2[state&15]); bit == 0 {
						rep0, rep1, rep2 = rep2, rep0, rep1
					} else {
						rep0, rep1, rep2, rep3 = rep3, rep0, rep1, rep2
					}
				}
				bit = 1
			}
			if bit == 0 {
				length = 1
				state = uint32(afterShortRep[state&15])
			} else {
				length, r = d.repLen.decode(r, posState)
				state = uint32(afterRep[state&15])
			}
		}
		if uint(rep0) >= uint(min(pos-start, w.dictSize)) || int(length) > limit-pos {
			return errCorrupt
		}
		copyMatch(buf, pos, int(rep0)+1, int(length))
		pos += int(length)
		last = buf[pos-1]
	}
	d.rangeDecoder, d.state = r.normalize(), state
	d.rep = [4]uint32{rep0, rep1, rep2, rep3}
	w.pos = pos
	return nil
}

// decode decodes the length of a match.
func (l *lengthProbs) decode(r rangeDecoder, posState uint32) (uint32, rangeDecoder) {
	var bit, n uint32
	r = r.normalize()
	if bit, r = r.bit(&l.choice); bit == 0 {
		n, r = r.tree3(&l.low[posState&15])
		return minMatch + n, r
	}
	r = r.normalize()
	if bit, r = r.bit(&l.choice2); bit == 0 {
		n, r = r.tree3(&l.mid[posState&15])
		return minMatch + 8 + n, r
	}
	n, r = r.tree8(&l.high)
	return minMatch + 16 + n, r
}

// distance decodes the distance, minus 1, of a match of the given length. A slot
// tells how many bits it has, and the first two. Of the others the last are
// adaptive, all of them if they are few.
func (d *lzma) distance(r rangeDecoder, length uint32) (uint32, rangeDecoder) {
	slot, r := r.tree6(&d.slot[min(length-minMatch, 3)])
	if slot < 4 {
		return slot, r
	}
	n := slot>>1 - 1
	high := 2 | slot&1
	var low uint32
	if slot < 14 {
		low, r = r.reverse(&d.special, high<<n-slot, n)
		return high<<n + low, r
	}
	high, r = r.directBits(n-4, high)
	low, r = r.reverse(&d.align, 0, 4)
	return high<<4 + low, r
}

// copyMatch copies n bytes from a distance back. It may write up to spare bytes
// more.
func copyMatch(buf []byte, pos, distance, n int) {
	switch {
	case distance >= 8 && n <= 32:
		from, to := buf[pos-distance:], buf[pos:]
		for i := 0; i < n; i += 8 {
			binary.LittleEndian.PutUint64(to[i:], binary.LittleEndian.Uint64(from[i:]))
		}
	case distance >= n:
		copy(buf[pos:pos+n], buf[pos-distance:])
	default:
		for i := pos; i < pos+n; i++ {
			buf[i] = buf[i-distance]
		}
	}
}
