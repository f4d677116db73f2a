package command

import (
	"bytes"
	"slices"
)

const sortOptions = "b,ignore-leading-blanks d,dictionary-order f,ignore-case g,general-numeric-sort " +
	"h,human-numeric-sort i,ignore-nonprinting M,month-sort n,numeric-sort R r,reverse " +
	"V,version-sort sort: c,check:: C k,key: m,merge o,output: s,stable S,buffer-size: " +
	"t,field-separator: T,temporary-directory: u,unique z,zero-terminated parallel:"

func sortLines(c *call) int {
	o, status := c.ordering()
	if status != 0 {
		return status
	}
	var lines [][]byte // of all files, or with -m of those merged so far
	if len(c.operands) == 0 {
		c.operands = []string{"-"}
	}
	for _, name := range c.operands {
		data, err := c.read(name)
		if err != nil {
			c.failf("cannot read: %s: %s", name, reason(err))
			return 2
		}
		var more [][]byte
		for _, line := range records(data, c.terminator()) {
			more = append(more, bytes.TrimSuffix(line, []byte{c.terminator()}))
		}
		if c.has("m") {
			lines = mergeLines(lines, more, o.compare)
		} else {
			lines = append(lines, more...)
		}
	}
	if c.has("c") || c.has("C") {
		return c.checkSorted(lines, o)
	}
	if !c.has("m") {
		slices.SortStableFunc(lines, o.compare)
	}
	if c.has("u") {
		lines = slices.CompactFunc(lines, func(a, b []byte) bool { return o.keys(a, b) == 0 })
	}
	return c.writeSorted(lines)
}

// mergeLines is -m: it takes the files to be sorted.
func mergeLines(a, b [][]byte, compare func(a, b []byte) int) [][]byte {
	merged := make([][]byte, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(a[0], b[0]) <= 0 {
			merged, a = append(merged, a[0]), a[1:]
		} else {
			merged, b = append(merged, b[0]), b[1:]
		}
	}
	return append(append(merged, a...), b...)
}

func (c *call) writeSorted(lines [][]byte) int {
	var b bytes.Buffer
	for _, line := range lines {
		b.Write(line)
		b.WriteByte(c.terminator())
	}
	if !c.has("o") {
		c.out.Write(b.Bytes())
	} else if err := c.write(c.value("o"), b.Bytes()); err != nil {
		c.failf("open failed: %s: %s", c.value("o"), reason(err))
		return 2
	}
	return 0
}

// checkSorted is sort -c and -C.
func (c *call) checkSorted(lines [][]byte, o *ordering) int {
	quiet := c.has("C") || c.value("c") == "quiet" || c.value("c") == "silent"
	for i := 1; i < len(lines); i++ {
		order := o.compare(lines[i-1], lines[i])
		if order > 0 || order == 0 && c.has("u") {
			if !quiet {
				c.failf("%s:%d: disorder: %s", c.operands[0], i+1, lines[i])
			}
			return 1
		}
	}
	return 0
}
