package regex

import "bytes"

// A job is something the backtracker has put off: to go on at pc and at or, with
// pc < 0, to give slot ^pc the value at.
type job struct{ pc, at int32 }

// A tracker follows one way to match after the other, in order of preference.
type tracker struct {
	*Regexp
	text   []byte
	slots  []int // of groups, then of loops
	end    int   // the match must end here; -1 looks for the longest
	best   []int
	marked bool // ways that meet are followed once only
	start  int
	steps  int
}

// backtrack fills the groups of the match from start to end.
func (re *Regexp) backtrack(text []byte, start, end int) ([]int, error) {
	bits := len(re.prog) * (end - start + 1)
	if bits > maxVisited {
		return nil, ErrSteps
	}
	s := &re.scratch
	if n := (bits + 63) / 64; n > cap(s.visited) {
		s.visited = make([]uint64, n)
	} else {
		s.visited = s.visited[:n]
		clear(s.visited)
	}
	t := re.tracker(text)
	t.end, t.marked = end, true
	t.run(start)
	return t.best, nil
}

// search finds a match of an expression with back references.
func (re *Regexp) search(text []byte, from int) ([]int, error) {
	t := re.tracker(text)
	t.end = -1
	for start := from; start <= len(text); start++ {
		if re.first != nil && (start == len(text) || !re.first.Has(text[start])) {
			continue
		}
		if !t.run(start) {
			return nil, ErrSteps
		}
		if t.best != nil || re.anchored {
			break
		}
	}
	return t.best, nil
}

func (re *Regexp) tracker(text []byte) *tracker {
	return &tracker{Regexp: re, text: text, slots: make([]int, 2*(re.groups+1)+re.loops)}
}

// run tries to match at start; false means that it took too many steps.
func (t *tracker) run(start int) bool {
	for i := range t.slots {
		t.slots[i] = -1
	}
	t.start, t.slots[0] = start, start
	jobs := append(t.scratch.jobs[:0], job{0, int32(start)})
	defer func() { t.scratch.jobs = jobs }()
	for len(jobs) > 0 {
		j := jobs[len(jobs)-1]
		jobs = jobs[:len(jobs)-1]
		if j.pc < 0 {
			t.slots[^j.pc] = int(j.at)
			continue
		}
		jobs = t.advance(int(j.pc), int(j.at), jobs)
		if t.best != nil && t.end >= 0 {
			return true
		}
		if !t.marked && t.steps > maxSteps {
			return false
		}
	}
	return true
}

// advance goes one way until it fails or matches, and puts off the others.
func (t *tracker) advance(pc, at int, jobs []job) []job {
	for t.fresh(pc, at) {
		i := &t.prog[pc]
		pc++
		switch i.op {
		case opSet:
			if at == len(t.text) || !i.set.Has(t.text[at]) {
				return jobs
			}
			at++
		case opSplit:
			jobs = append(jobs, job{int32(i.y), int32(at)})
			pc = i.x
		case opJump:
			pc = i.x
		case opSave:
			jobs = t.set(i.x, at, jobs)
		case opEnter:
			if !t.marked {
				jobs = t.set(2*(t.groups+1)+i.x, at, jobs)
			}
		case opCheck:
			if !t.marked && t.slots[2*(t.groups+1)+i.x] == at {
				return jobs
			}
		case opAssert:
			if !t.holds(i.assert, t.text, at) {
				return jobs
			}
		case opRef:
			n, ok := t.refers(i.x, at)
			if !ok {
				return jobs
			}
			at += n
		case opMatch:
			t.matched(at)
			return jobs
		}
	}
	return jobs
}

// set gives a slot a value and puts off restoring the old one.
func (t *tracker) set(slot, value int, jobs []job) []job {
	jobs = append(jobs, job{^int32(slot), int32(t.slots[slot])})
	t.slots[slot] = value
	return jobs
}

// fresh reports whether this is the first way that leads here; only where
// there are no back references does the past not matter.
func (t *tracker) fresh(pc, at int) bool {
	t.steps++
	if !t.marked {
		return t.steps <= maxSteps
	}
	if at > t.end {
		return false
	}
	bit := pc*(t.end-t.start+1) + at - t.start
	word, mask := bit/64, uint64(1)<<(bit%64)
	seen := t.scratch.visited[word]&mask != 0
	t.scratch.visited[word] |= mask
	return !seen
}

// refers returns the length of what group n matched, if it stands at at again.
func (t *tracker) refers(n, at int) (length int, ok bool) {
	from, to := t.slots[2*n], t.slots[2*n+1]
	if from < 0 || to < from {
		return 0, false
	}
	want, rest := t.text[from:to], t.text[at:]
	if len(want) > len(rest) {
		return 0, false
	}
	if t.fold {
		return len(want), equalFold(want, rest[:len(want)])
	}
	return len(want), bytes.HasPrefix(rest, want)
}

func equalFold(a, b []byte) bool {
	for i := range a {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b - 'A' + 'a'
	}
	return b
}

// matched notes a match that ends at at, if it is wanted.
func (t *tracker) matched(at int) {
	if t.end >= 0 && at != t.end || t.best != nil && at <= t.best[1] {
		return
	}
	t.best = append(t.best[:0], t.slots[:2*(t.groups+1)]...)
	t.best[1] = at
}
