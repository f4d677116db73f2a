package command

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
)

// A change replaces lines from..to of the left file by lines from..to of the
// right one; the bounds are indices, the second one exclusive.
type change struct{ a0, a1, b0, b1 int }

// changes returns what turns a into b: as few lines as possible, found with
// Myers' algorithm, and shifted downwards where there is a choice, as GNU diff
// does.
//
// ok is false if they differ too much to find out.
func changes(a, b []string) (script []change, ok bool) {
	prefix := 0
	for prefix < len(a) && prefix < len(b) && a[prefix] == b[prefix] {
		prefix++
	}
	suffix := 0
	for suffix < len(a)-prefix && suffix < len(b)-prefix && a[len(a)-1-suffix] == b[len(b)-1-suffix] {
		suffix++
	}
	removed := make([]bool, len(a))
	added := make([]bool, len(b))
	ok = shortestEdit(a[prefix:len(a)-suffix], b[prefix:len(b)-suffix], func(left bool, i int) {
		if left {
			removed[prefix+i] = true
		} else {
			added[prefix+i] = true
		}
	})
	slide(a, removed, added)
	slide(b, added, removed)
	return collect(removed, added), ok
}

// maxEdits bounds the length of an edit script, and with it the memory needed.
const maxEdits = 2000

// shortestEdit calls mark for each line of a that goes and of b that comes. It
// returns false if there are more than maxEdits of these.
func shortestEdit(a, b []string, mark func(left bool, i int)) bool {
	n, m := len(a), len(b)
	furthest := make(diagonals, 2*maxEdits+3)
	var trace []diagonals
	for d := 0; d <= min(n+m, maxEdits); d++ {
		trace = append(trace, furthest.around(d))
		for k := -d; k <= d; k += 2 {
			x := *furthest.at(k - 1) + 1
			if k == -d || k != d && *furthest.at(k - 1) < *furthest.at(k + 1) {
				x = *furthest.at(k + 1)
			}
			y := x - k
			for x < n && y < m && a[x] == b[y] {
				x, y = x+1, y+1
			}
			*furthest.at(k) = x
			if x >= n && y >= m {
				retrace(trace, d, n, m, mark)
				return true
			}
		}
	}
	return false
}

// diagonals tell how far each diagonal has come; the middle one is number 0.
type diagonals []int

func (f diagonals) at(k int) *int { return &f[len(f)/2+k] }

// around returns a copy of the diagonals -d-1 to d+1.
func (f diagonals) around(d int) diagonals {
	middle := len(f) / 2
	return slices.Clone(f[middle-d-1 : middle+d+2])
}

// retrace follows the way back from the end.
func retrace(trace []diagonals, d, x, y int, mark func(left bool, i int)) {
	for ; d > 0; d-- {
		furthest := trace[d]
		k := x - y
		previous := k - 1
		if k == -d || k != d && *furthest.at(k - 1) < *furthest.at(k + 1) {
			previous = k + 1
		}
		px := *furthest.at(previous)
		py := px - previous
		if previous == k+1 {
			mark(false, py)
		} else {
			mark(true, px)
		}
		x, y = px, py
	}
}

// slide moves runs of changed lines as far down as they go, joining runs that
// meet, unless that would tear them from changes in the other file.
func slide(lines []string, changed, other []bool) {
	j := 0
	for i := 0; i < len(lines); {
		if !changed[i] {
			for j < len(other) && other[j] {
				j++
			}
			i, j = i+1, j+1
			continue
		}
		start := i
		for i < len(lines) && changed[i] {
			i++
		}
		if j < len(other) && other[j] {
			continue
		}
		for i < len(lines) && lines[start] == lines[i] {
			if j++; j < len(other) && other[j] {
				j--
				break
			}
			changed[start], changed[i] = false, true
			start++
			for i++; i < len(lines) && changed[i]; i++ {
			}
		}
	}
}

// collect turns marks into changes.
func collect(removed, added []bool) []change {
	var script []change
	i, j := 0, 0
	for i < len(removed) || j < len(added) {
		c := change{a0: i, b0: j}
		for i < len(removed) && removed[i] {
			i++
		}
		for j < len(added) && added[j] {
			j++
		}
		if c.a1, c.b1 = i, j; i > c.a0 || j > c.b0 {
			script = append(script, c)
		}
		i, j = min(i+1, len(removed)), min(j+1, len(added))
	}
	return script
}

func sortedSet(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// diffLine writes a line with a mark, noting a missing newline.
func (d *differ) diffLine(mark string, line []byte) {
	d.printf("%s%s", mark, line)
	if !bytes.HasSuffix(line, []byte("\n")) {
		d.printf("\n\\ No newline at end of file\n")
	}
}

// normal writes the format of POSIX.
func (d *differ) normal(a, b [][]byte, script []change) {
	for _, c := range script {
		switch {
		case c.a0 == c.a1:
			d.printf("%da%s\n", c.a0, lineRange(c.b0, c.b1))
		case c.b0 == c.b1:
			d.printf("%sd%d\n", lineRange(c.a0, c.a1), c.b0)
		default:
			d.printf("%sc%s\n", lineRange(c.a0, c.a1), lineRange(c.b0, c.b1))
		}
		for _, line := range a[c.a0:c.a1] {
			d.diffLine("< ", line)
		}
		if c.a0 < c.a1 && c.b0 < c.b1 {
			d.printf("---\n")
		}
		for _, line := range b[c.b0:c.b1] {
			d.diffLine("> ", line)
		}
	}
}

func lineRange(from, to int) string {
	if to == from+1 {
		return fmt.Sprint(to)
	}
	return fmt.Sprintf("%d,%d", from+1, to)
}

// unified writes the unified format: changes that are near each other share a
// hunk.
func (d *differ) unified(nameA, nameB string, a, b [][]byte, script []change) {
	d.printf("--- %s\n+++ %s\n", d.title(0, nameA), d.title(1, nameB))
	for len(script) > 0 {
		n := 1
		for n < len(script) && script[n].a0-script[n-1].a1 <= 2*d.context {
			n++
		}
		d.hunk(a, b, script[:n])
		script = script[n:]
	}
}

func (d *differ) hunk(a, b [][]byte, script []change) {
	first, last := script[0], script[len(script)-1]
	before := min(d.context, first.a0)
	after := min(d.context, len(a)-last.a1)
	d.printf("@@ -%s +%s @@\n", hunkRange(first.a0-before, last.a1+after), hunkRange(first.b0-before, last.b1+after))
	at := first.a0 - before
	for _, c := range script {
		for ; at < c.a0; at++ {
			d.diffLine(" ", a[at])
		}
		for ; at < c.a1; at++ {
			d.diffLine("-", a[at])
		}
		for _, line := range b[c.b0:c.b1] {
			d.diffLine("+", line)
		}
	}
	for ; at < last.a1+after; at++ {
		d.diffLine(" ", a[at])
	}
}

func hunkRange(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(to)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}
