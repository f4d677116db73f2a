package command

import (
	"errors"
	"iter"
	"strings"

	"coen/install/command/regex"
	"coen/install/command/sed"
	"coen/tree"
)

const sedOptions = "n,quiet,silent e,expression: f,file: E,r,regexp-extended i,in-place:: " +
	"s,separate u,unbuffered z,null-data l,line-length: b,binary follow-symlinks"

func runSed(c *call) int {
	if strings.Contains(c.value("i"), "*") {
		return c.unmodelled("backups named %q", c.value("i"))
	}
	script, ok := c.sedScript()
	if !ok {
		return 1
	}
	wrap, ok := parseCount(c.value("l"))
	switch {
	case c.has("l") && !ok:
		return c.failf("invalid line length: %s", c.value("l"))
	case c.has("l") && wrap <= 1:
		wrap = -1
	}
	program, err := sed.Parse(script, sed.Options{
		Quiet: c.has("n"), Extended: c.has("E"), Null: c.has("z"),
		Separate: c.has("s") || c.has("i"), Wrap: wrap,
	})
	var mistake *sed.SyntaxError
	if err != nil && !errors.As(err, &mistake) {
		c.failf("%v", err)
		return 4
	} else if err != nil {
		return c.failf("%v", err)
	}
	env := &sed.Env{
		Out: c.out, Errors: c.Stderr(), Read: c.read,
		Write: func(name string, data []byte) error {
			if err := c.write(name, data); err != nil {
				return errorText(reason(err))
			}
			return nil
		},
	}
	missing := 0
	env.Inputs = c.sedInputs(&missing)
	if c.has("i") {
		env.Edited = c.edited
	}
	status, err := program.Run(env)
	switch {
	case errors.Is(err, sed.ErrExec), errors.Is(err, sed.ErrSteps), errors.Is(err, regex.ErrSteps):
		return c.unmodelled("%v", err)
	case errors.As(err, &mistake):
		return c.failf("%v", err)
	case err != nil:
		c.failf("%v", err)
		return 4
	case status == 0:
		return missing
	}
	return status
}

// sedScript joins the pieces of the script: those of -e and -f, or the first
// operand.
func (c *call) sedScript() (script string, ok bool) {
	var pieces []string
	for _, s := range c.given {
		switch s.name {
		case "e":
			pieces = append(pieces, s.value)
		case "f":
			data, err := c.read(s.value)
			if err != nil {
				c.failf("couldn't open file %s: %s", s.value, reason(err))
				return "", false
			}
			pieces = append(pieces, strings.TrimSuffix(string(data), "\n"))
		}
	}
	if pieces == nil {
		if len(c.operands) == 0 {
			return "", c.misuse("no script specified") == 0
		}
		pieces, c.operands = c.operands[:1], c.operands[1:]
	}
	return strings.Join(pieces, "\n"), true
}

// sedInputs yields the files to edit. It complains about those it cannot read
// and sets the status for that.
func (c *call) sedInputs(status *int) iter.Seq[sed.Input] {
	names := c.operands
	if len(names) == 0 {
		names = []string{"-"}
	}
	return func(yield func(sed.Input) bool) {
		for _, name := range names {
			data, failed, fatal := c.sedInput(name)
			if failed != 0 {
				*status = failed
			}
			if fatal {
				return
			}
			if failed == 0 && !yield(sed.Input{Name: name, Data: data}) {
				return
			}
		}
	}
}

// sedInput reads a file; fatal means that sed gives up.
func (c *call) sedInput(name string) (data []byte, status int, fatal bool) {
	if n, err := c.lookup(name); err == nil && c.has("i") && n.Kind != tree.Regular {
		c.failf("couldn't edit %s: not a regular file", name)
		return nil, 4, false
	} else if err == nil && n.Kind == tree.Directory {
		c.failf("read error on %s: %s", name, tree.ErrIsDir)
		return nil, 4, true
	}
	data, err := c.read(name)
	if err != nil {
		c.failf("can't read %s: %s", name, reason(err))
		return nil, 2, false
	}
	return data, 0, false
}

// edited is -i: a new file takes the place of the old one, with its owner and
// mode; the old one may be kept as a backup.
func (c *call) edited(in sed.Input, data []byte) error {
	full := c.Path(in.Name)
	if c.has("follow-symlinks") {
		if real, err := c.Tree.Resolve(full); err == nil {
			full = real
		}
	}
	old, err := c.Tree.Lookup(full)
	if err != nil {
		return err
	}
	if suffix := c.value("i"); suffix != "" {
		if err := c.Tree.Rename(full, full+suffix); err != nil {
			return err
		}
	}
	return c.Tree.Put(full, &tree.Node{
		Kind: tree.Regular, Mode: old.Mode, UID: old.UID, GID: old.GID,
		ModTime: c.Epoch(), Content: tree.Bytes(data),
	})
}
