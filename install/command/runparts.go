package command

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"coen/install/command/regex"
	"coen/install/proc"
	"coen/tree"
)

const runPartsOptions = "+ test list v,verbose report reverse exit-on-error u,umask: a,arg: regex: lsbsysinit new-session stdin"

// The names run-parts takes, as extended regular expressions.
const (
	plainParts = "^[a-zA-Z0-9_-]+$"
	lsbParts   = `^[a-z0-9]+$|^_?([a-z0-9_.]+-)+[a-z0-9]+$|^[a-z0-9][a-z0-9-]*$`
)

func runParts(c *call) int {
	if c.has("stdin") || c.has("u") {
		return c.unmodelled("option --stdin or --umask")
	}
	if len(c.operands) == 0 {
		c.failf("missing operand")
		fmt.Fprintf(c.Stderr(), "Try `run-parts --help' for more information.\n")
		return 1
	}
	dir := c.operands[0]
	if why := c.notDir(dir); why != nil {
		return c.failf("failed to open directory %s: %s", dir, why)
	}
	n, _ := c.lookup(dir)
	wanted, err := c.partNames()
	if err != nil {
		return c.failf("failed to compile regular expression: %v", err)
	}
	names := n.Names()
	if c.has("reverse") {
		slices.Reverse(names)
	}
	status := 0
	for _, name := range names {
		ok, err := wanted.Match([]byte(name))
		if err != nil {
			return c.unmodelled("%v", err)
		}
		if !ok {
			continue
		}
		if c.runPart(dir+"/"+name) != 0 {
			status = 1
			if c.has("exit-on-error") || c.fatal != nil {
				break
			}
		}
	}
	return status
}

func (c *call) partNames() (*regex.Regexp, error) {
	switch c.last("regex", "lsbsysinit") {
	case "regex":
		return regex.Compile(c.value("regex"), regex.Extended)
	case "lsbsysinit":
		return regex.Compile(lsbParts, regex.Extended)
	}
	return regex.Compile(plainParts, regex.Extended)
}

// runPart lists or runs one file.
func (c *call) runPart(file string) int {
	n, err := c.lookup(file)
	switch {
	case err != nil:
		c.failf("failed to stat component %s: %s", file, reason(err))
		return 0
	case n.Kind == tree.Directory:
		return 0
	case c.has("list"):
		c.printf("%s\n", file)
		return 0
	case n.Kind != tree.Regular || n.Mode&0o111 == 0:
		return 0
	case c.has("test"):
		c.printf("%s\n", file)
		return 0
	}
	args := []string{file}
	for _, s := range c.given {
		if s.name == "a" {
			args = append(args, s.value)
		}
	}
	if c.has("v") {
		c.failf("executing %s", strings.Join(args, " "))
	}
	return c.reportPart(file, args)
}

// reportPart runs a part; with --report, its name comes before what it writes.
func (c *call) reportPart(file string, args []string) int {
	child := c.Child(args...)
	if c.has("report") {
		titled := &titledWriter{title: file + ":\n", w: c.Stdout()}
		child.Files[1] = titled.file()
	}
	status, found := c.start(child)
	switch {
	case !found:
		return c.failf("failed to exec %s: No such file or directory", file)
	case status != 0:
		return c.failf("%s exited with return code %d", file, status)
	}
	return 0
}

// A titledWriter writes a title before the first output.
type titledWriter struct {
	title string
	w     io.Writer
}

func (t *titledWriter) Write(b []byte) (int, error) {
	if t.title != "" {
		if _, err := io.WriteString(t.w, t.title); err != nil {
			return 0, err
		}
		t.title = ""
	}
	return t.w.Write(b)
}

func (t *titledWriter) file() *proc.File { return &proc.File{W: t} }
