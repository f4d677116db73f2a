package regex

import "errors"

// ErrSteps reports that a match was given up because it took too long.
var ErrSteps = errors.New("regular expression needs too many steps")

// maxSteps bounds the work of one match with back references; maxVisited the
// memory, in bits, for finding groups.
const (
	maxSteps   = 5_000_000
	maxVisited = 1 << 27
)

// scratch is memory kept from one match to the next.
type scratch struct {
	current, next queue
	stack         []int
	visited       []uint64
	jobs          []job
}

// A queue holds the threads of the simulation in order, each program counter
// at most once; start is where the thread's match began.
type queue struct {
	threads []thread
	member  []uint32 // by program counter: index into threads
}

type thread struct{ pc, start int }

func (q *queue) has(pc int) bool {
	i := int(q.member[pc])
	return i < len(q.threads) && q.threads[i].pc == pc
}

func (q *queue) add(pc, start int) {
	q.member[pc] = uint32(len(q.threads))
	q.threads = append(q.threads, thread{pc, start})
}

// Match reports whether the expression matches anywhere in text.
func (re *Regexp) Match(text []byte) (bool, error) {
	if re.refs {
		loc, err := re.Find(text, 0)
		return loc != nil, err
	}
	start, _ := re.simulate(text, 0, true)
	return start >= 0, nil
}

// Find returns the first match in text that starts at index from or later, nil
// if there is none. What comes before from is seen by assertions only. The
// result holds pairs of indices: the match, then each group's text, -1 for
// groups that took no part.
func (re *Regexp) Find(text []byte, from int) ([]int, error) {
	if re.refs {
		return re.search(text, from)
	}
	start, end := re.simulate(text, from, false)
	if start < 0 {
		return nil, nil
	}
	if re.groups == 0 {
		return []int{start, end}, nil
	}
	return re.backtrack(text, start, end)
}

// simulate runs all ways to match at once and returns the bounds of the
// leftmost longest match, -1 if there is none. With any, the first sign of a
// match is enough.
func (re *Regexp) simulate(text []byte, from int, any bool) (start, end int) {
	s := &re.scratch
	if s.current.member == nil {
		s.current.member = make([]uint32, len(re.prog))
		s.next.member = make([]uint32, len(re.prog))
	}
	current, next := &s.current, &s.next
	current.threads = current.threads[:0]
	start, end = -1, -1
	for at := from; at <= len(text); at++ {
		if start < 0 && !(re.anchored && at > 0) {
			if len(current.threads) == 0 && re.first != nil && !re.anchored {
				for at < len(text) && !re.first.Has(text[at]) {
					at++
				}
				if at == len(text) {
					break
				}
			}
			re.follow(current, 0, at, text, at)
		}
		if len(current.threads) == 0 && (start >= 0 || re.anchored) {
			break
		}
		next.threads = next.threads[:0]
		for _, t := range current.threads {
			if start >= 0 && t.start > start {
				break
			}
			switch i := &re.prog[t.pc]; i.op {
			case opMatch:
				start, end = t.start, at
				if any {
					return start, end
				}
			case opSet:
				if at < len(text) && i.set.Has(text[at]) {
					re.follow(next, t.pc+1, t.start, text, at+1)
				}
			}
		}
		current, next = next, current
	}
	return start, end
}

// follow adds to q the thread at pc, or those it comes to without reading.
func (re *Regexp) follow(q *queue, pc, start int, text []byte, at int) {
	stack := append(re.scratch.stack[:0], pc)
	for len(stack) > 0 {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if q.has(pc) {
			continue
		}
		q.add(pc, start)
		switch i := &re.prog[pc]; i.op {
		case opSplit:
			stack = append(stack, i.y, i.x)
		case opJump:
			stack = append(stack, i.x)
		case opSave, opEnter, opCheck:
			stack = append(stack, pc+1)
		case opAssert:
			if re.holds(i.assert, text, at) {
				stack = append(stack, pc+1)
			}
		}
	}
	re.scratch.stack = stack
}

// holds reports whether an assertion is true between text[at-1] and text[at].
func (re *Regexp) holds(a assertion, text []byte, at int) bool {
	before := at > 0 && isWord(text[at-1])
	after := at < len(text) && isWord(text[at])
	switch a {
	case lineStart:
		return at == 0 || re.lines && text[at-1] == '\n'
	case lineEnd:
		return at == len(text) || re.lines && text[at] == '\n'
	case textStart:
		return at == 0
	case textEnd:
		return at == len(text)
	case wordStart:
		return !before && after
	case wordEnd:
		return before && !after
	case wordEdge:
		return before != after
	}
	return before == after
}
