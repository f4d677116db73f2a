package command

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"coen/install/command/regex"
	"coen/install/proc"
	"coen/tree"
)

const runPartsOptions = "+ test list v,verbose report reverse exit-on-error u,umask: a,arg: regex: lsbsysinit new-session"

// The names run-parts takes, as extended regular expressions.
const (
	plainParts = "^[a-zA-Z0-9_-]+$"
	lsbParts   = `^[a-z0-9]+$|^_?([a-z0-9_.]+-)+[a-z0-9]+$|^[a-z0-9][a-z0-9-]*$`
)

// runParts runs the programs of directories in the order of their names. Of
// those that have one name, the directory given first has it; directories that
// do not exist are passed over.
func runParts(c *call) int {
	switch {
	case len(c.operands) == 0:
		return c.runPartsMisuse("missing operand")
	case c.has("list") && c.has("test"):
		return c.runPartsMisuse("--list and --test can not be used together")
	}
	umask := uint32(0o022)
	if c.has("u") {
		var ok bool
		if umask, ok = parseOctal(c.value("u")); !ok {
			return c.runPartsMisuse("bad umask value")
		}
	}
	files, err := c.partFiles()
	if err != nil {
		return c.failf("%v", err)
	}
	status := 0
	for _, file := range files {
		if failed := c.runPart(file, umask); failed != 0 {
			if status = failed; c.has("exit-on-error") || c.fatal != nil {
				break
			}
		}
	}
	return status
}

func (c *call) runPartsMisuse(message string) int {
	c.failf("%s", message)
	fmt.Fprintln(c.Stderr(), "Try `run-parts --help' for more information.")
	return 1
}

// partFiles returns the files with proper names in the order to run them.
func (c *call) partFiles() ([]string, error) {
	wanted, err := c.partNames()
	if err != nil {
		return nil, fmt.Errorf("failed to compile regular expression: %w", err)
	}
	files := map[string]string{}
	for _, dir := range slices.Backward(c.operands) {
		n, err := c.lookup(dir)
		if err != nil {
			continue
		}
		for _, name := range n.Names() {
			file := dir + "/" + name
			match, err := wanted.Match([]byte(name))
			if err != nil {
				return nil, err
			}
			if _, err := c.lookup(file); err == nil && match {
				files[name] = file
			}
		}
	}
	var sorted []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		sorted = append(sorted, files[name])
	}
	if c.has("reverse") {
		slices.Reverse(sorted)
	}
	return sorted, nil
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
func (c *call) runPart(file string, umask uint32) (status int) {
	n, err := c.lookup(file)
	switch {
	case err != nil || n.Kind != tree.Regular:
		return 0
	case c.has("list"), c.has("test") && n.Mode&0o111 != 0:
		c.printf("%s\n", file)
		return 0
	case c.has("test") || n.Mode&0o111 == 0:
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
	child := c.Child(args...)
	child.Umask = umask
	if c.has("report") {
		child.Files[1] = &proc.File{W: &titledWriter{title: file + ":\n", w: c.Stdout()}}
	}
	if status, _ = c.start(child); status != 0 {
		c.failf("%s exited with return code %d", file, status)
	}
	return status
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
