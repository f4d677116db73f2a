package xz

import "encoding/binary"

// A prob is a model of a bit: the probability of 0, in units of 1/2048.
type prob uint16

const (
	probBits = 11
	half     = prob(1) << (probBits - 1)
	moveBits = 5 // how fast models adapt
	top      = 1 << 24
)

func even(models []prob) {
	for i := range models {
		models[i] = half
	}
}

// inputSlack is how many bytes beyond the end of its chunk a coder may look at
// before that is noticed, which happens after every symbol: a symbol takes at
// most 41 bits that each take at most a byte.
const inputSlack = 48

// A coder is the state of the range decoder. It is passed by value, so that it
// stays in registers. in is the same slice in all calls.
type coder struct {
	size, code uint32
	at         int // of the next byte in in
}

// begin starts a chunk: a zero byte and four bytes of code.
func begin(in []byte) (coder, bool) {
	if len(in) < 5+inputSlack || in[0] != 0 {
		return coder{}, false
	}
	return coder{size: 1<<32 - 1, code: binary.BigEndian.Uint32(in[1:]), at: 5}, true
}

// bit decodes a bit by a model and adapts the model.
func (c coder) bit(in []byte, p *prob) (coder, uint32) {
	v := uint32(*p)
	bound := c.size >> probBits * v
	var bit uint32
	if c.code < bound {
		c.size = bound
		*p = prob(v + (1<<probBits-v)>>moveBits)
	} else {
		c.size -= bound
		c.code -= bound
		*p = prob(v - v>>moveBits)
		bit = 1
	}
	if c.size < top {
		c.size <<= 8
		c.code = c.code<<8 | uint32(in[c.at])
		c.at++
	}
	return c, bit
}

// literal decodes a byte, its highest bit first; the bits so far choose the
// model of the next. Bits of literals are hard to foresee, so this does without
// branches on them: a third faster where data hardly compress.
func (c coder) literal(in []byte, models *[0x300]prob) (coder, byte) {
	symbol := uint32(1)
	for symbol < 0x100 {
		p := &models[symbol]
		v := uint32(*p)
		bound := c.size >> probBits * v
		zero := uint32(int64(uint64(c.code)-uint64(bound)) >> 63) // all ones if the bit is 0
		c.size = (c.size-bound)&^zero | bound&zero
		c.code -= bound &^ zero
		*p = prob(v + ((1<<probBits-v)>>moveBits)&zero - (v>>moveBits)&^zero)
		symbol = symbol<<1 + 1 + zero
		if c.size < top {
			c.size <<= 8
			c.code = c.code<<8 | uint32(in[c.at])
			c.at++
		}
	}
	return c, byte(symbol)
}

// matched decodes a byte that follows a match: as long as its bits are those of
// the byte that would have continued the match, that byte chooses the models
// too.
func (c coder) matched(in []byte, models *[0x300]prob, match byte) (coder, byte) {
	symbol, offset, m := uint32(1), uint32(0x100), uint32(match)
	for symbol < 0x100 {
		m <<= 1
		p := &models[offset+m&offset+symbol]
		v := uint32(*p)
		bound := c.size >> probBits * v
		zero := uint32(int64(uint64(c.code)-uint64(bound)) >> 63)
		c.size = (c.size-bound)&^zero | bound&zero
		c.code -= bound &^ zero
		*p = prob(v + ((1<<probBits-v)>>moveBits)&zero - (v>>moveBits)&^zero)
		symbol = symbol<<1 + 1 + zero
		offset &= m ^ zero
		if c.size < top {
			c.size <<= 8
			c.code = c.code<<8 | uint32(in[c.at])
			c.at++
		}
	}
	return c, byte(symbol)
}

// tree decodes a number of so many bits, the highest first.
func (c coder) tree(in []byte, models []prob, bits uint32) (coder, uint32) {
	models = models[:1<<bits]
	symbol := uint32(1)
	for range bits {
		var bit uint32
		c, bit = c.bit(in, &models[symbol])
		symbol = symbol<<1 | bit
	}
	return c, symbol - 1<<bits
}

// reverse decodes a number of so many bits, the lowest first.
func (c coder) reverse(in []byte, models []prob, bits uint32) (coder, uint32) {
	symbol, n := uint32(1), uint32(0)
	for i := range bits {
		var bit uint32
		c, bit = c.bit(in, &models[symbol])
		symbol = symbol<<1 | bit
		n |= bit << i
	}
	return c, n
}

// direct decodes a number of bits that have no model.
func (c coder) direct(in []byte, bits uint32) (coder, uint32) {
	n := uint32(0)
	for range bits {
		c.size >>= 1
		c.code -= c.size
		zero := -(c.code >> 31) // all ones if the bit is 0
		c.code += c.size & zero
		n = n<<1 + zero + 1
		if c.size < top {
			c.size <<= 8
			c.code = c.code<<8 | uint32(in[c.at])
			c.at++
		}
	}
	return c, n
}
