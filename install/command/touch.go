package command

import (
	"strings"

	"coen/tree"
)

const touchOptions = "a c,no-create d,date: f h,no-dereference m r,reference: t: time:"

func touch(c *call) int {
	if len(c.operands) == 0 {
		return c.misuse("missing file operand")
	}
	when, status := c.touchTime()
	if status != 0 {
		return status
	}
	for _, name := range c.operands {
		switch err := c.touch(name, when).(type) {
		case nil:
		case setTimes:
			status = c.failf("setting times of %s: %s", quote(name), reason(err.error))
		default:
			status = c.failf("cannot touch %s: %s", quote(name), reason(err))
		}
	}
	return status
}

// touchTime returns the time that the options ask for.
func (c *call) touchTime() (when int64, status int) {
	switch c.last("d", "r", "t") {
	case "r":
		n, err := c.lookup(c.value("r"))
		if err != nil {
			return 0, c.failf("failed to get attributes of %s: %s", quote(c.value("r")), reason(err))
		}
		return n.ModTime, 0
	case "d":
		when, ok := parseDate(c.value("d"), c.Epoch())
		if !ok {
			return 0, c.unmodelled("date %q", c.value("d"))
		}
		return when, 0
	case "t":
		when, ok := parseStamp(c.value("t"), c.Epoch())
		if !ok {
			return 0, c.failf("invalid date format %s", quote(c.value("t")))
		}
		return when, 0
	}
	return c.Epoch(), 0
}

// setTimes is an error of changing the times, not of making the file.
type setTimes struct{ error }

func (c *call) touch(name string, when int64) error {
	if name == "-" {
		return nil
	}
	full := c.Path(name)
	n, err := c.lookup(name)
	link, linkErr := c.lstat(name)
	switch {
	case c.has("h") && linkErr == nil && link.Kind == tree.Symlink:
	case err == nil && n != link:
		full, err = c.Tree.Resolve(full)
	case err != nil && c.has("c"):
		return nil
	case err != nil && c.has("h"):
		return setTimes{err}
	case name != "" && err != nil && strings.HasSuffix(name, "/"):
		return setTimes{err}
	case err != nil:
		if err := c.write(name, nil); err != nil {
			return err
		}
		if full, err = c.Tree.Resolve(full); err != nil {
			return err
		}
	}
	if c.has("a") && !c.has("m") || c.value("time") != "" && c.value("time") != "modify" && c.value("time") != "mtime" {
		return nil // access times are not kept
	}
	return c.Tree.SetTime(full, when)
}
