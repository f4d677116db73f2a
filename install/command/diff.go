package command

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"coen/tree"
)

const diffOptions = "q,brief s,report-identical-files u unified: U: r,recursive N,new-file a,text " +
	"b,ignore-space-change w,ignore-all-space B i,ignore-case label: normal"

// diff compares files, or the files of directories, in the normal or unified
// format.
func diff(c *call) int {
	if c.has("B") {
		return c.unmodelled("option -B")
	}
	switch n := len(c.operands); {
	case n < 2:
		return c.missingFile()
	case n > 2:
		c.failf("extra operand '%s'", c.operands[2])
		c.failf("Try '%s --help' for more information.", c.name())
		return 2
	}
	d := &differ{call: c, context: -1}
	for _, s := range c.given {
		switch s.name {
		case "u":
			d.context = max(d.context, 3)
		case "U", "unified":
			n, ok := atoi(s.value)
			if !ok {
				c.failf("invalid context length '%s'", s.value)
				return 2
			}
			d.context = n
		case "label":
			d.labels = append(d.labels, s.value)
		}
	}
	return d.operandsPair(c.operands[0], c.operands[1])
}

// missingFile complains as the programs of diffutils do.
func (c *call) missingFile() int {
	c.failf("missing operand after '%s'", c.Args[len(c.Args)-1])
	c.failf("Try '%s --help' for more information.", c.name())
	return 2
}

// A differ is one run of diff.
type differ struct {
	*call
	context int // lines around changes; -1 for the normal format
	labels  []string
}

func (d *differ) operandsPair(a, b string) int {
	if d.isDir(a) && d.isDir(b) {
		return d.directories(a, b)
	}
	if d.isDir(a) && b != "-" {
		a = join(a, base(b))
	} else if d.isDir(b) && a != "-" {
		b = join(b, base(a))
	}
	return d.files(a, b, false)
}

// load reads a side of the comparison; with -N, what is not there is empty.
func (d *differ) load(name string) ([]byte, bool) {
	data, err := d.read(name)
	if err != nil && !(d.has("N") && reason(err) == tree.ErrNotExist.Error()) {
		d.failf("%s: %s", name, reason(err))
		return nil, false
	}
	return data, true
}

func (d *differ) files(a, b string, nested bool) int {
	x, ok := d.load(a)
	y, ok2 := d.load(b)
	if !ok || !ok2 {
		return 2
	}
	left, right := records(x, '\n'), records(y, '\n')
	script, ok := changes(d.keys(left), d.keys(right))
	switch {
	case !ok && !d.has("q"):
		d.unmodelled("files that differ as much as %s and %s", a, b)
		return 2
	case ok && len(script) == 0:
		if d.has("s") {
			d.printf("Files %s and %s are identical\n", a, b)
		}
		return 0
	case d.has("q"):
		d.printf("Files %s and %s differ\n", a, b)
		return 1
	case !d.has("a") && (bytes.IndexByte(x, 0) >= 0 || bytes.IndexByte(y, 0) >= 0):
		d.printf("Binary files %s and %s differ\n", a, b)
		return 1
	}
	if nested {
		d.printf("diff%s %s %s\n", d.flags(), a, b)
	}
	if d.context >= 0 {
		d.unified(a, b, left, right, script)
	} else {
		d.normal(left, right, script)
	}
	return 1
}

// flags repeats the options, for the heading of each pair in a directory.
func (d *differ) flags() string {
	var b strings.Builder
	for _, arg := range d.Args[1:] {
		if len(arg) > 1 && arg[0] == '-' {
			b.WriteString(" " + arg)
		}
	}
	return b.String()
}

// keys returns what is compared of each line.
func (d *differ) keys(lines [][]byte) []string {
	keys := make([]string, len(lines))
	for i, line := range lines {
		s := string(line)
		switch d.last("b", "w") {
		case "w":
			s = strings.Join(strings.Fields(s), "")
		case "b":
			s = squeezeBlanks(s)
		}
		if d.has("i") {
			s = strings.ToLower(s)
		}
		keys[i] = s
	}
	return keys
}

// squeezeBlanks makes runs of blanks equal and drops them at the end.
func squeezeBlanks(s string) string {
	lead := ""
	if s != "" && isBlank(s[0]) && strings.TrimSpace(s) != "" {
		lead = " "
	}
	return lead + strings.Join(strings.Fields(s), " ")
}

func (d *differ) directories(a, b string) int {
	x, _ := d.lookup(a)
	y, _ := d.lookup(b)
	names := map[string]bool{}
	for _, name := range append(x.Names(), y.Names()...) {
		names[name] = true
	}
	status := 0
	for _, name := range sortedSet(names) {
		left, right := x.Child(name), y.Child(name)
		switch {
		case left == nil && !d.has("N"):
			d.printf("Only in %s: %s\n", b, name)
			status = max(status, 1)
		case right == nil && !d.has("N"):
			d.printf("Only in %s: %s\n", a, name)
			status = max(status, 1)
		default:
			status = max(status, d.entry(join(a, name), join(b, name)))
		}
	}
	return status
}

// entry compares what two directories hold under one name.
func (d *differ) entry(a, b string) int {
	switch {
	case d.isDir(a) && d.isDir(b) && d.has("r"):
		return d.directories(a, b)
	case d.isDir(a) && d.isDir(b):
		d.printf("Common subdirectories: %s and %s\n", a, b)
		return 0
	case d.isDir(a) || d.isDir(b):
		kinds := map[bool]string{true: "directory", false: "regular file"}
		d.printf("File %s is a %s while file %s is a %s\n", a, kinds[d.isDir(a)], b, kinds[d.isDir(b)])
		return 1
	}
	return d.files(a, b, true)
}

// title returns a line at the head of the unified format.
func (d *differ) title(which int, name string) string {
	if which < len(d.labels) {
		return d.labels[which]
	}
	sec := int64(0)
	if n, err := d.lookup(name); err == nil {
		sec = n.ModTime
	}
	return fmt.Sprintf("%s\t%s", name, time.Unix(sec, 0).UTC().Format("2006-01-02 15:04:05.000000000 -0700"))
}
