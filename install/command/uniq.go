package command

import (
	"bytes"
	"strconv"
)

const uniqOptions = "c,count d,repeated D i,ignore-case u,unique f,skip-fields: s,skip-chars: " +
	"w,check-chars: z,zero-terminated"

func uniq(c *call) int {
	if c.extra(2) {
		return 1
	}
	input := "-"
	if len(c.operands) > 0 {
		input = c.operands[0]
	}
	data, err := c.read(input)
	if err != nil {
		return c.failf("%s: %s", input, reason(err))
	}
	key, ok := c.uniqKey()
	if !ok {
		return c.failf("invalid number of fields or bytes to skip or compare")
	}
	var result bytes.Buffer
	lines := records(data, c.terminator())
	for len(lines) > 0 {
		n := 1
		for n < len(lines) && bytes.Equal(key(lines[0]), key(lines[n])) {
			n++
		}
		c.uniqGroup(&result, lines[:n])
		lines = lines[n:]
	}
	if len(c.operands) < 2 || c.operands[1] == "-" {
		c.out.Write(result.Bytes())
	} else if err := c.write(c.operands[1], result.Bytes()); err != nil {
		return c.failf("%s: %s", c.operands[1], reason(err))
	}
	return 0
}

// uniqGroup writes what is to be seen of lines that are equal.
func (c *call) uniqGroup(b *bytes.Buffer, lines [][]byte) {
	if c.has("d") && len(lines) == 1 || c.has("D") && len(lines) == 1 || c.has("u") && len(lines) > 1 {
		return
	}
	if !c.has("D") {
		if c.has("c") {
			count := strconv.Itoa(len(lines))
			b.WriteString(pad(count, 7) + " ")
		}
		lines = lines[:1]
	}
	for _, line := range lines {
		b.Write(bytes.TrimSuffix(line, []byte{c.terminator()}))
		b.WriteByte(c.terminator())
	}
}

// pad fills s with spaces from the left.
func pad(s string, width int) string {
	for len(s) < width {
		s = " " + s
	}
	return s
}

// uniqKey returns the function that yields the part of a line to compare.
func (c *call) uniqKey() (key func([]byte) []byte, ok bool) {
	number := func(name string, absent int) int {
		if !c.has(name) {
			return absent
		}
		n, err := strconv.Atoi(c.value(name))
		if err != nil || n < 0 {
			return -1
		}
		return n
	}
	fields, chars, width := number("f", 0), number("s", 0), number("w", 1<<62)
	if fields < 0 || chars < 0 || width < 0 {
		return nil, false
	}
	return func(line []byte) []byte {
		line = bytes.TrimSuffix(line, []byte{c.terminator()})
		for range fields {
			line = bytes.TrimLeft(line, " \t\n")
			end := bytes.IndexAny(line, " \t\n")
			if end < 0 {
				end = len(line)
			}
			line = line[end:]
		}
		line = line[min(chars, len(line)):]
		line = line[:min(width, len(line))]
		if c.has("i") {
			line = upper(line)
		}
		return line
	}, true
}

// upper returns b with the letters of ASCII in upper case.
func upper(b []byte) []byte {
	u := bytes.Clone(b)
	for i, ch := range u {
		if 'a' <= ch && ch <= 'z' {
			u[i] = ch - 'a' + 'A'
		}
	}
	return u
}
