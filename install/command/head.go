package command

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

const headOptions = "# n,lines: c,bytes: q,quiet,silent v,verbose z,zero-terminated"

func head(c *call) int {
	unit, text := c.amount("10")
	allBut := strings.HasPrefix(text, "-")
	n, ok := parseCount(strings.TrimPrefix(text, "-"))
	if !ok {
		return c.failf("invalid number of %s: %s", unit, quote(text))
	}
	return c.portions(func(name string) ([]byte, error) {
		if name == "-" && !allBut {
			return c.readAmount(unit, n)
		}
		data, err := c.read(name)
		all := c.units(data, unit)
		if allBut {
			n := len(all) - min(n, len(all))
			return bytes.Join(all[:n], nil), err
		}
		return bytes.Join(all[:min(n, len(all))], nil), err
	})
}

// amount returns the unit that head and tail count in, "lines" or "bytes", and
// how many of them as given in the arguments.
func (c *call) amount(standard string) (unit, text string) {
	switch o := c.last("n", "c", "#"); o {
	case "":
		return "lines", standard
	case "c":
		return "bytes", c.value(o)
	default:
		return "lines", c.value(o)
	}
}

// units divides data into lines or bytes.
func (c *call) units(data []byte, unit string) [][]byte {
	if unit == "lines" {
		return records(data, c.terminator())
	}
	all := make([][]byte, len(data))
	for i := range data {
		all[i] = data[i : i+1]
	}
	return all
}

// readAmount reads no more of standard input than it needs, so that what
// follows is left to the next command, as with a file on a real system.
func (c *call) readAmount(unit string, n int) ([]byte, error) {
	if unit == "bytes" {
		return io.ReadAll(io.LimitReader(c.Stdin(), int64(n)))
	}
	var data []byte
	for b := make([]byte, 1); n > 0; {
		if _, err := io.ReadFull(c.Stdin(), b); err == io.EOF {
			break
		} else if err != nil {
			return data, err
		}
		data = append(data, b[0])
		if b[0] == c.terminator() {
			n--
		}
	}
	return data, nil
}

// portions writes what portion returns for each operand, under headings if
// there are several or -v is given.
func (c *call) portions(portion func(name string) ([]byte, error)) int {
	names := c.operands
	if len(names) == 0 {
		names = []string{"-"}
	}
	heading := c.last("q", "v") == "v" || len(names) > 1 && c.last("q", "v") != "q"
	status, gap := 0, ""
	for _, name := range names {
		data, err := portion(name)
		if err != nil && reason(err) != "Is a directory" {
			status = c.failf("cannot open %s for reading: %s", quote(name), reason(err))
			continue
		}
		if heading {
			title := name
			if name == "-" {
				title = "standard input"
			}
			c.printf("%s==> %s <==\n", gap, title)
			gap = "\n"
		}
		if err != nil {
			status = c.failf("error reading %s: %s", quote(name), reason(err))
		}
		c.out.Write(data)
	}
	return status
}

// countSuffixes are the multipliers of counts and sizes in coreutils.
var countSuffixes = map[string]int{
	"": 1, "b": 512, "kB": 1000, "K": 1 << 10, "KiB": 1 << 10, "k": 1 << 10,
	"MB": 1000 * 1000, "M": 1 << 20, "MiB": 1 << 20,
	"GB": 1000 * 1000 * 1000, "G": 1 << 30, "GiB": 1 << 30,
}

// parseCount reads a count with an optional suffix.
func parseCount(s string) (n int, ok bool) {
	digits := strings.TrimRight(s, "bkKMGiB")
	factor, known := countSuffixes[s[len(digits):]]
	n, err := strconv.Atoi(digits)
	if err != nil || !known || n < 0 || n > 1<<40 {
		return 0, false
	}
	return n * factor, true
}
