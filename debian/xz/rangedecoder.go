package xz

// A rangeDecoder turns compressed bytes into bits of adaptive probability. It is a
// value: methods return what it becomes, so that the compiler keeps it in
// registers. They are small enough to be inlined, which the speed of this package
// depends on.
type rangeDecoder struct {
	// in holds a chunk. Its length is the range of a uint16, so that no index needs a
	// check; reading beyond the chunk is harmless and found out at its end.
	in   *[1 << 16]byte
	pos  uint32 // of the next byte
	rng  uint32
	code uint32
}

const (
	probBits  = 11
	probTotal = 1 << probBits
	probInit  = probTotal / 2
	moveBits  = 5
	minRange  = 1 << 24
)

// normalize takes in a byte when the range is small. It must come before each bit.
func (r rangeDecoder) normalize() rangeDecoder {
	if r.rng < minRange {
		r.rng <<= 8
		r.code = r.code<<8 | uint32(r.in[uint16(r.pos)])
		r.pos++
	}
	return r
}

// bit decodes one bit. It branches on the bit, which is fast when one value is
// likely.
func (r rangeDecoder) bit(p *uint16) (uint32, rangeDecoder) {
	v := uint32(*p)
	bound := r.rng >> probBits * v
	if r.code < bound {
		r.rng = bound
		*p = uint16(v + (probTotal-v)>>moveBits)
		return 0, r
	}
	r.rng -= bound
	r.code -= bound
	*p = uint16(v - v>>moveBits)
	return 1, r
}

// treeBit decodes one bit of a symbol and appends it. It does not branch on the
// bit, which is fast when both values are likely.
func (r rangeDecoder) treeBit(p *uint16, symbol uint32) (uint32, rangeDecoder) {
	v := int32(*p)
	bound := r.rng >> probBits * uint32(v)
	r.rng -= bound
	t := int64(r.code) - int64(bound)
	zero := uint32(t >> 63) // all ones if the bit is 0, else 0
	r.rng += (bound - r.rng) & zero
	r.code = uint32(t) + bound&zero
	*p = uint16(v - (v+int32(zero)&(1<<moveBits-1-probTotal))>>moveBits)
	return symbol<<1 - ^zero, r
}

// directBits decodes n bits of even probability and appends them.
func (r rangeDecoder) directBits(n, symbol uint32) (uint32, rangeDecoder) {
	for range n {
		r = r.normalize()
		r.rng >>= 1
		t := int64(r.code) - int64(r.rng)
		zero := uint32(t >> 63)
		r.code = uint32(t) + r.rng&zero
		symbol = symbol<<1 - ^zero
	}
	return symbol, r
}

// tree3 decodes a symbol of 3 bits.
func (r rangeDecoder) tree3(p *[8]uint16) (uint32, rangeDecoder) {
	symbol := uint32(1)
	for range 3 {
		r = r.normalize()
		symbol, r = r.treeBit(&p[symbol&7], symbol)
	}
	return symbol & 7, r
}

// tree6 decodes a symbol of 6 bits.
func (r rangeDecoder) tree6(p *[64]uint16) (uint32, rangeDecoder) {
	symbol := uint32(1)
	for range 6 {
		r = r.normalize()
		symbol, r = r.treeBit(&p[symbol&63], symbol)
	}
	return symbol & 63, r
}

// tree8 decodes a symbol of 8 bits.
func (r rangeDecoder) tree8(p *[256]uint16) (uint32, rangeDecoder) {
	symbol := uint32(1)
	for range 8 {
		r = r.normalize()
		symbol, r = r.treeBit(&p[symbol&255], symbol)
	}
	return symbol & 255, r
}

// reverse decodes a symbol of n bits, the lowest first, with probabilities from
// base.
func (r rangeDecoder) reverse(p *[128]uint16, base, n uint32) (uint32, rangeDecoder) {
	symbol, result := uint32(1), uint32(0)
	for i := range n {
		r = r.normalize()
		symbol, r = r.treeBit(&p[(base+symbol)&127], symbol)
		result |= symbol & 1 << i
	}
	return result, r
}

// literal decodes a byte.
func (r rangeDecoder) literal(p *[0x400]uint16) (byte, rangeDecoder) {
	symbol := uint32(1)
	for range 8 {
		r = r.normalize()
		symbol, r = r.treeBit(&p[symbol&0xff], symbol)
	}
	return byte(symbol), r
}

// matchedLiteral decodes a byte that follows a match. match is the byte that would
// have made the match longer, and so is not this one: as long as the bits are
// equal it selects the probabilities.
func (r rangeDecoder) matchedLiteral(p *[0x400]uint16, match byte) (byte, rangeDecoder) {
	symbol, equal, m := uint32(1), uint32(0x100), uint32(match)
	for range 8 {
		m <<= 1
		bit := m & equal
		r = r.normalize()
		symbol, r = r.treeBit(&p[(equal+bit+symbol)&0x3ff], symbol)
		equal &= bit ^ (symbol&1 - 1)
	}
	return byte(symbol), r
}
