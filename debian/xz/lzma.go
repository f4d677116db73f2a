package xz

// The states of LZMA say what the last symbols were: below literalStates the
// last one was a literal.
const (
	states        = 12
	literalStates = 7
	positions     = 16 // most position states that properties allow
)

// nextLiteral is the state after a literal.
var nextLiteral = [states]uint32{0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5}

// afterMatch, afterRep and afterShortRep are the states after the other symbols,
// if the one before was a literal or not.
func after(state, literal, other uint32) uint32 {
	if state < literalStates {
		return literal
	}
	return other
}

// lzma is the state of an LZMA decoder. See the LZMA specification for what the
// models mean; the names are its own.
type lzma struct {
	lc, lp, pb uint32
	total      uint32 // bytes since the dictionary was reset
	state      uint32
	rep        [4]uint32 // the last distances, less one

	isMatch    [states * positions]prob
	isRep      [states]prob
	isRepG0    [states]prob
	isRepG1    [states]prob
	isRepG2    [states]prob
	isRep0Long [states * positions]prob
	literal    [0x300 << 4]prob
	slot       [4][64]prob
	special    [128]prob
	align      [16]prob
	matchLen   lengths
	repLen     lengths
}

// lengths is the model of match lengths.
type lengths struct {
	choice, choice2 prob
	low, mid        [positions][8]prob
	high            [256]prob
}

// properties sets lc, lp and pb from their common byte.
func (l *lzma) properties(b byte) bool {
	if b >= 9*5*5 {
		return false
	}
	l.lc, l.lp, l.pb = uint32(b%9), uint32(b/9%5), uint32(b/45)
	return l.lc+l.lp <= 4
}

// reset gives state and models their initial values.
func (l *lzma) reset() {
	*l = lzma{lc: l.lc, lp: l.lp, pb: l.pb, total: l.total}
	for _, models := range [][]prob{
		l.isMatch[:], l.isRep[:], l.isRepG0[:], l.isRepG1[:], l.isRepG2[:], l.isRep0Long[:],
		l.literal[:0x300<<(l.lc+l.lp)], l.special[:], l.align[:],
		l.slot[0][:], l.slot[1][:], l.slot[2][:], l.slot[3][:],
	} {
		even(models)
	}
	for _, m := range []*lengths{&l.matchLen, &l.repLen} {
		m.choice, m.choice2 = half, half
		for i := range positions {
			even(m.low[i][:])
			even(m.mid[i][:])
		}
		even(m.high[:])
	}
}

// decode fills out from at on with the symbols of a chunk, in, whose last
// inputSlack bytes are padding. What is before at is the dictionary; distances
// above limit are damage. It reports whether the chunk was good.
func (l *lzma) decode(out []byte, at, limit int, in []byte) bool {
	c, ok := begin(in)
	if !ok {
		return false
	}
	packed := len(in) - inputSlack
	start, pos := at, at
	state, rep := l.state, l.rep
	maskP := uint32(1)<<l.pb - 1
	for pos < len(out) {
		if c.at > packed {
			return false
		}
		total := l.total + uint32(pos-start)
		ps := total & maskP
		var bit uint32
		if c, bit = c.bit(in, &l.isMatch[state<<4|ps]); bit == 0 {
			prev := byte(0)
			if pos > 0 {
				prev = out[pos-1]
			}
			models := l.literalModels(total, prev)
			if state < literalStates {
				c, out[pos] = c.literal(in, models)
			} else if int(rep[0]) >= pos {
				return false
			} else {
				c, out[pos] = c.matched(in, models, out[pos-int(rep[0])-1])
			}
			pos++
			state = nextLiteral[state]
			continue
		}
		var n int
		if c, bit = c.bit(in, &l.isRep[state]); bit == 0 {
			var dist uint32
			c, n = l.matchLen.decode(c, in, ps)
			c, dist = l.distance(c, in, n)
			rep = [4]uint32{dist, rep[0], rep[1], rep[2]}
			state = after(state, 7, 10)
		} else {
			c, n = l.repeat(c, in, &rep, &state, ps)
		}
		if int(rep[0]) >= pos || int(rep[0]) >= limit || n > len(out)-pos {
			return false
		}
		repeat(out, pos, int(rep[0])+1, n)
		pos += n
	}
	l.state, l.rep = state, rep
	l.total += uint32(pos - start)
	return c.at == packed && c.code == 0
}

// repeat copies n bytes from dist bytes before pos to pos; the two may overlap.
func repeat(out []byte, pos, dist, n int) {
	if dist >= n {
		copy(out[pos:pos+n], out[pos-dist:])
		return
	}
	from := out[pos-dist : pos+n-dist]
	to := out[pos : pos+n]
	for i := range to {
		to[i] = from[i]
	}
}

// literalModels returns the models for a literal at this position after this
// byte.
func (l *lzma) literalModels(total uint32, prev byte) *[0x300]prob {
	i := (total&(1<<l.lp-1))<<l.lc | uint32(prev)>>(8-l.lc)
	return (*[0x300]prob)(l.literal[0x300*i:])
}

// repeat decodes which of the last distances is used again, and for how long.
func (l *lzma) repeat(c coder, in []byte, rep *[4]uint32, state *uint32, ps uint32) (coder, int) {
	s := *state
	var bit uint32
	if c, bit = c.bit(in, &l.isRepG0[s]); bit == 0 {
		if c, bit = c.bit(in, &l.isRep0Long[s<<4|ps]); bit == 0 {
			*state = after(s, 9, 11)
			return c, 1
		}
	} else if c, bit = c.bit(in, &l.isRepG1[s]); bit == 0 {
		*rep = [4]uint32{rep[1], rep[0], rep[2], rep[3]}
	} else if c, bit = c.bit(in, &l.isRepG2[s]); bit == 0 {
		*rep = [4]uint32{rep[2], rep[0], rep[1], rep[3]}
	} else {
		*rep = [4]uint32{rep[3], rep[0], rep[1], rep[2]}
	}
	*state = after(s, 8, 11)
	return l.repLen.decode(c, in, ps)
}

// decode decodes a match length, 2 to 273.
func (m *lengths) decode(c coder, in []byte, ps uint32) (coder, int) {
	var bit, n uint32
	if c, bit = c.bit(in, &m.choice); bit == 0 {
		c, n = c.tree(in, m.low[ps][:], 3)
		return c, 2 + int(n)
	}
	if c, bit = c.bit(in, &m.choice2); bit == 0 {
		c, n = c.tree(in, m.mid[ps][:], 3)
		return c, 10 + int(n)
	}
	c, n = c.tree(in, m.high[:], 8)
	return c, 18 + int(n)
}

// distance decodes a match distance, less one: six bits of a slot, which gives
// the highest two bits and their place, then what is below.
func (l *lzma) distance(c coder, in []byte, length int) (coder, uint32) {
	var slot, low uint32
	c, slot = c.tree(in, l.slot[min(length-2, 3)][:], 6)
	if slot < 4 {
		return c, slot
	}
	bits := slot>>1 - 1
	dist := (2 | slot&1) << bits
	if slot < 14 {
		c, low = c.reverse(in, l.special[dist-slot:], bits)
		return c, dist + low
	}
	c, high := c.direct(in, bits-4)
	c, low = c.reverse(in, l.align[:], 4)
	return c, dist + high<<4 + low
}
