package regex

// A Regexp is a compiled expression. It may be used by one goroutine at a time.
type Regexp struct {
	prog     []inst
	groups   int
	loops    int
	refs     bool
	fold     bool
	lines    bool
	anchored bool // matches at the text's start only
	first    *Set // bytes a match can start with; nil if it may be empty

	scratch scratch
}

// maxProg bounds the length of a program.
const maxProg = 50_000

type opcode byte

const (
	opSet    opcode = iota // one byte of set
	opSplit                // go on at x or, second choice, at y
	opJump                 // go on at x
	opSave                 // put the place into slot x
	opAssert               // nothing, if the assertion holds
	opRef                  // what group x matched
	opEnter                // a loop that may go round without progress begins: x
	opCheck                // there was progress since opEnter x
	opMatch
)

type inst struct {
	op     opcode
	assert assertion
	x, y   int
	set    *Set
}

// Compile reads an expression.
func Compile(expr string, flags Flags) (*Regexp, error) {
	p := &parser{src: expr, flags: flags}
	tree, err := p.alternatives()
	if err == nil && p.at < len(p.src) {
		err = ErrRightPar
	}
	if err != nil {
		return nil, err
	}
	c := &compiler{}
	if !c.emitNode(tree) {
		return nil, ErrSize
	}
	c.emit(inst{op: opMatch})
	re := &Regexp{
		prog: c.prog, groups: p.groups, loops: c.loops, refs: p.refs,
		fold: flags&IgnoreCase != 0, lines: flags&Lines != 0,
	}
	re.anchored = re.startsAnchored()
	re.first = re.firstSet()
	return re, nil
}

// Groups returns how many groups the expression has.
func (re *Regexp) Groups() int { return re.groups }

type compiler struct {
	prog  []inst
	loops int
}

// emit appends an instruction and returns its index.
func (c *compiler) emit(i inst) int {
	c.prog = append(c.prog, i)
	return len(c.prog) - 1
}

// emitNode appends the program of n; false means that it grew too big.
func (c *compiler) emitNode(n *node) bool {
	if len(c.prog) > maxProg {
		return false
	}
	switch n.kind {
	case set:
		c.emit(inst{op: opSet, set: n.set})
	case assert:
		c.emit(inst{op: opAssert, assert: n.assert})
	case backref:
		c.emit(inst{op: opRef, x: n.index})
	case group:
		c.emit(inst{op: opSave, x: 2 * n.index})
		ok := c.emitNode(n.subs[0])
		c.emit(inst{op: opSave, x: 2*n.index + 1})
		return ok
	case concat:
		for _, sub := range n.subs {
			if !c.emitNode(sub) {
				return false
			}
		}
	case alternate:
		return c.alternate(n.subs)
	case repeat:
		return c.repeat(n)
	}
	return true
}

func (c *compiler) alternate(subs []*node) bool {
	var ends []int
	for _, sub := range subs[:len(subs)-1] {
		split := c.emit(inst{op: opSplit})
		c.prog[split].x = len(c.prog)
		if !c.emitNode(sub) {
			return false
		}
		ends = append(ends, c.emit(inst{op: opJump}))
		c.prog[split].y = len(c.prog)
	}
	ok := c.emitNode(subs[len(subs)-1])
	for _, end := range ends {
		c.prog[end].x = len(c.prog)
	}
	return ok
}

// repeat writes the body out as often as it must match, then as often as it
// may.
func (c *compiler) repeat(n *node) bool {
	body := n.subs[0]
	for range n.min {
		if !c.emitNode(body) {
			return false
		}
	}
	if n.max < 0 {
		return c.star(body)
	}
	var splits []int
	for range n.max - n.min {
		split := c.emit(inst{op: opSplit})
		c.prog[split].x = len(c.prog)
		splits = append(splits, split)
		if !c.emitNode(body) {
			return false
		}
	}
	for _, split := range splits {
		c.prog[split].y = len(c.prog)
	}
	return true
}

func (c *compiler) star(body *node) bool {
	split := c.emit(inst{op: opSplit})
	c.prog[split].x = len(c.prog)
	loop := c.loops
	c.loops++
	c.emit(inst{op: opEnter, x: loop})
	ok := c.emitNode(body)
	c.emit(inst{op: opCheck, x: loop})
	c.emit(inst{op: opJump, x: split})
	c.prog[split].y = len(c.prog)
	return ok
}

// startsAnchored reports whether every match begins at the start of the text.
func (re *Regexp) startsAnchored() bool {
	for _, i := range re.prog {
		switch i.op {
		case opSave:
			continue
		case opAssert:
			return i.assert == textStart || i.assert == lineStart && !re.lines
		}
		break
	}
	return false
}

// firstSet returns the bytes with which a match can start, nil if it may be
// empty or start with a back reference.
func (re *Regexp) firstSet() *Set {
	s := &Set{}
	seen := make([]bool, len(re.prog))
	todo := []int{0}
	for len(todo) > 0 {
		pc := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		switch i := re.prog[pc]; i.op {
		case opSet:
			s.union(i.set)
		case opSplit:
			todo = append(todo, i.x, i.y)
		case opJump:
			todo = append(todo, i.x)
		case opMatch, opRef:
			return nil
		default:
			todo = append(todo, pc+1)
		}
	}
	return s
}
