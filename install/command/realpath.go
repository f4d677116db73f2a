package command

import (
	"path"
	"strings"
)

const realpathOptions = "e,canonicalize-existing m,canonicalize-missing E s,strip,no-symlinks " +
	"z,zero q,quiet relative-to: relative-base: P,physical"

func realpath(c *call) int {
	if len(c.operands) == 0 {
		return c.missing()
	}
	status := 0
	for _, name := range c.operands {
		text, err := c.realpath(name)
		switch {
		case err == nil:
			c.line(c.shorten(text))
		case c.has("q"):
			status = 1
		default:
			status = c.failf("%s: %s", name, reason(err))
		}
	}
	return status
}

func (c *call) realpath(name string) (string, error) {
	demand := lastMayMiss
	switch c.last("e", "m", "E") {
	case "e":
		demand = mustExist
	case "m":
		demand = mayMiss
	}
	text, err := c.resolve(name, demand)
	if err == nil && c.has("s") {
		return path.Clean(c.Path(name)), nil
	}
	return text, err
}

// shorten applies --relative-to and --relative-base.
func (c *call) shorten(name string) string {
	to, under := c.value("relative-to"), c.value("relative-base")
	switch {
	case to == "" && under == "":
		return name
	case under != "":
		under = c.canonical(under)
		if name != under && !strings.HasPrefix(name, strings.TrimSuffix(under, "/")+"/") {
			return name
		}
		if to == "" {
			return relativePath(name, under)
		}
	}
	return relativePath(name, c.canonical(to))
}
