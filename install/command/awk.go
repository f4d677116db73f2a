package command

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"coen/install/command/awk"
	"coen/install/command/regex"
	"coen/install/proc"
)

const awkOptions = "+ F: v: f: W:"

// runAwk is mawk, the awk of Debian.
func runAwk(c *call) int {
	if c.has("W") {
		return c.unmodelled("option -W")
	}
	env := &awk.Env{
		FS: c.value("F"), Environ: c.Env, Now: c.Epoch(),
		Out: c.out, Errors: c.Stderr(), Read: c.read, Write: c.write, Command: c.shell,
	}
	source, status := c.awkSource(env)
	if status != 0 {
		return status
	}
	program, err := awk.Parse(source)
	if err != nil {
		c.failf("%v", err)
		return 2
	}
	env.Args = append([]string{"mawk"}, c.operands...)
	status, err = program.Run(env)
	var mistake *awk.RuntimeError
	switch {
	case errors.As(err, &mistake):
		c.failf("%v", err)
		return 2
	case errors.Is(err, awk.ErrRandom), errors.Is(err, awk.ErrSteps), errors.Is(err, regex.ErrSteps):
		return c.unmodelled("%v", err)
	case err != nil:
		return c.stop(err)
	}
	return status
}

// awkSource returns the program: what -f names, or the first operand.
func (c *call) awkSource(env *awk.Env) (source string, status int) {
	var pieces []string
	for _, s := range c.given {
		switch s.name {
		case "v":
			env.Assigns = append(env.Assigns, s.value)
		case "f":
			data, err := c.read(s.value)
			if err != nil {
				c.failf("couldn't open file %s", s.value)
				return "", 2
			}
			pieces = append(pieces, string(data))
		}
	}
	if pieces == nil {
		if len(c.operands) == 0 {
			c.failf("no program given")
			return "", 2
		}
		pieces, c.operands = c.operands[:1], c.operands[1:]
	}
	return strings.Join(pieces, "\n"), 0
}

// shell runs a command line with sh, as system(3) and popen(3) do.
func (c *call) shell(command string, stdin []byte, capture bool) (out []byte, status int, err error) {
	c.out.Flush()
	child := c.Child("sh", "-c", command)
	if stdin != nil {
		child.Files[0] = &proc.File{R: bytes.NewReader(stdin)}
	}
	var b bytes.Buffer
	if capture {
		child.Files[1] = &proc.File{W: io.Writer(&b)}
	}
	status, err = child.Run()
	return b.Bytes(), status, err
}
