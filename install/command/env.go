package command

import (
	"maps"
	"slices"
	"strings"

	"coen/install/proc"
)

const envOptions = "+ i,ignore-environment 0,null u,unset: C,chdir:"

// env lists the environment in the order of the names.
func env(c *call) int {
	child := c.Child()
	for _, s := range c.given {
		switch s.name {
		case "i":
			child.Env = map[string]string{}
		case "u":
			delete(child.Env, s.value)
		}
	}
	args := c.operands
	if len(args) > 0 && args[0] == "-" {
		child.Env, args = map[string]string{}, args[1:]
	}
	for len(args) > 0 && strings.Contains(args[0], "=") {
		name, value, _ := strings.Cut(args[0], "=")
		child.Env[name] = value
		args = args[1:]
	}
	if dir := c.value("C"); c.has("C") {
		if why := c.notDir(dir); why != nil {
			c.failf("cannot change directory to %s: %s", quote(dir), why)
			return 125
		}
		child.Dir = c.Path(dir)
	}
	if len(args) == 0 {
		for _, name := range slices.Sorted(maps.Keys(child.Env)) {
			c.out.WriteString(name + "=" + child.Env[name])
			c.out.WriteByte(c.nullOr('\n'))
		}
		return 0
	}
	child.Args = args
	return c.runOther(child)
}

// nullOr returns NUL if -0 was given, else usual.
func (c *call) nullOr(usual byte) byte {
	if c.has("0") {
		return 0
	}
	return usual
}

// runOther ends a command whose business is to run another one.
func (c *call) runOther(child *proc.Proc) int {
	status, found := c.start(child)
	if !found {
		c.failf("%s: No such file or directory", quote(child.Args[0]))
	}
	return status
}

const printenvOptions = "0,null"

func printenv(c *call) int {
	if len(c.operands) == 0 {
		for _, name := range slices.Sorted(maps.Keys(c.Env)) {
			c.out.WriteString(name + "=" + c.Env[name])
			c.out.WriteByte(c.nullOr('\n'))
		}
		return 0
	}
	status := 0
	for _, name := range c.operands {
		value, ok := c.Env[name]
		if !ok {
			status = 1
			continue
		}
		c.out.WriteString(value)
		c.out.WriteByte(c.nullOr('\n'))
	}
	return status
}
