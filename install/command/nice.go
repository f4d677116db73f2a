package command

import (
	"fmt"
	"strconv"
	"strings"
)

// The commands of this file run another one under conditions that mean nothing
// where all commands run one after the other and none is ever interrupted.

const niceOptions = "+ # n,adjustment:"

func nice(c *call) int {
	if len(c.operands) == 0 {
		c.printf("0\n")
		return 0
	}
	return c.runOther(c.Child(c.operands...))
}

const ioniceOptions = "+ c,class: n,classdata: t,ignore"

func ionice(c *call) int {
	if len(c.operands) == 0 {
		return c.unmodelled("asking for a process")
	}
	return c.runOther(c.Child(c.operands...))
}

const nohupOptions = "+"

func nohup(c *call) int {
	if len(c.operands) == 0 {
		c.missing()
		return 125
	}
	return c.runOther(c.Child(c.operands...))
}

const setsidOptions = "+ c,ctty f,fork w,wait"

func setsid(c *call) int {
	if len(c.operands) == 0 {
		return c.failf("no command specified")
	}
	return c.runOther(c.Child(c.operands...))
}

const timeoutOptions = "+ s,signal: k,kill-after: foreground preserve-status v,verbose"

func timeout(c *call) int {
	if len(c.operands) < 2 {
		fmt.Fprintf(c.Stderr(), "Try '%s --help' for more information.\n", c.name())
		return 125
	}
	if _, ok := parseDuration(c.operands[0]); !ok {
		c.misuse("invalid time interval %s", quote(c.operands[0]))
		return 125
	}
	child := c.Child(c.operands[1:]...)
	status, found := c.start(child)
	if !found {
		c.failf("failed to run command %s: No such file or directory", quote(child.Args[0]))
	}
	return status
}

// parseDuration reads seconds, with an optional unit.
func parseDuration(s string) (seconds float64, ok bool) {
	factor := 1.0
	if s != "" {
		if f, ok := map[byte]float64{'s': 1, 'm': 60, 'h': 3600, 'd': 86400}[s[len(s)-1]]; ok {
			s, factor = s[:len(s)-1], f
		}
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return v * factor, err == nil && v >= 0
}

const sleepOptions = ""

// sleep checks its operands and takes no time.
func sleep(c *call) int {
	if len(c.operands) == 0 {
		return c.missing()
	}
	for _, s := range c.operands {
		if _, ok := parseDuration(s); !ok {
			return c.misuse("invalid time interval %s", quote(s))
		}
	}
	return 0
}

const syncOptions = "d,data f,file-system"

// sync has nothing to do; it complains about files that are not there.
func sync(c *call) int {
	status := 0
	for _, name := range c.operands {
		if _, err := c.lookup(name); err != nil {
			status = c.failf("error opening %s: %s", quote(name), reason(err))
		}
	}
	return status
}
