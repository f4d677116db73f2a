package command

import (
	"fmt"
	"slices"
	"strings"
)

const getoptOptions = "+ a,alternative l,longoptions,longoption,long: n,name: o,options: q,quiet Q,quiet-output s,shell: T,test u,unquoted"

// getopt is that of util-linux, which quotes its output for the shell.
func getopt(c *call) int {
	if c.has("T") {
		return 4
	}
	if sh := c.value("s"); sh != "" && sh != "sh" && sh != "bash" {
		return c.unmodelled("shell %q", sh)
	}
	g := &getopter{call: c, short: c.value("o"), title: "getopt"}
	args := c.operands
	if !c.has("o") {
		if len(args) == 0 {
			c.misuse("missing optstring argument")
			return 2
		}
		g.short, args = args[0], args[1:]
	}
	if len(c.given) == 0 {
		g.unquoted = true
	}
	g.unquoted = g.unquoted || c.has("u")
	if c.has("n") {
		g.title = c.value("n")
	}
	for _, s := range c.given {
		if s.name == "l" {
			g.long = append(g.long, strings.FieldsFunc(s.value, func(r rune) bool { return strings.ContainsRune(", \t\n", r) })...)
		}
	}
	g.parse(args)
	if !c.has("Q") {
		c.printf("%s --%s\n", g.options.String(), g.rest.String())
	}
	return g.status
}

// A getopter is one run of getopt.
type getopter struct {
	*call
	title         string
	short         string // "+ab:c::"
	long          []string
	unquoted      bool
	options, rest strings.Builder
	status        int
}

// complain reports a wrong option under the name of -n.
func (g *getopter) complain(format string, args ...any) {
	g.status = 1
	if !g.has("q") {
		fmt.Fprintf(g.Stderr(), "%s: %s\n", g.title, fmt.Sprintf(format, args...))
	}
}

func (g *getopter) quoted(s string) string {
	if g.unquoted {
		return " " + s
	}
	return " '" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func (g *getopter) parse(args []string) {
	ordered := strings.HasPrefix(g.short, "+")
	inPlace := strings.HasPrefix(g.short, "-")
	g.short = strings.TrimLeft(g.short, "+-")
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			g.remainder(args)
			return
		case strings.HasPrefix(arg, "--"):
			args = g.longOption("--", arg[2:], args)
		case len(arg) > 1 && arg[0] == '-' && g.has("a") && g.longMatch(arg[1:]):
			args = g.longOption("-", arg[1:], args)
		case len(arg) > 1 && arg[0] == '-':
			args = g.shortOptions(arg[1:], args)
		case inPlace:
			g.options.WriteString(g.quoted(arg))
		case ordered:
			g.remainder(append([]string{arg}, args...))
			return
		default:
			g.rest.WriteString(g.quoted(arg))
		}
	}
}

func (g *getopter) remainder(args []string) {
	for _, arg := range args {
		g.rest.WriteString(g.quoted(arg))
	}
}

// longMatch reports whether a word after a single dash is to be taken as a long
// option: it names one, and its first letter is no short option if it is just
// that letter.
func (g *getopter) longMatch(word string) bool {
	name, _, _ := strings.Cut(word, "=")
	if len(name) == 1 && strings.Contains(g.short, name) {
		return false
	}
	_, n := g.find(name)
	return n == 1
}

// find returns the long option that name is or abbreviates, and how many it
// could be.
func (g *getopter) find(name string) (option string, candidates int) {
	for _, o := range g.long {
		bare := strings.TrimRight(o, ":")
		if bare == name {
			return o, 1
		}
		if strings.HasPrefix(bare, name) {
			option = o
			candidates++
		}
	}
	return option, candidates
}

func (g *getopter) longOption(dashes, word string, args []string) (rest []string) {
	name, value, assigned := strings.Cut(word, "=")
	o, n := g.find(name)
	bare := strings.TrimRight(o, ":")
	need := len(o) - len(bare)
	switch {
	case n == 0:
		g.complain("unrecognized option '%s%s'", dashes, name)
		return args
	case n > 1:
		var all []string
		for _, o := range g.long {
			if bare := strings.TrimRight(o, ":"); strings.HasPrefix(bare, name) {
				all = append(all, "'--"+bare+"'")
			}
		}
		g.complain("option '%s%s' is ambiguous; possibilities: %s", dashes, word, strings.Join(all, " "))
		return args
	case need == 0 && assigned:
		g.complain("option '%s%s' doesn't allow an argument", dashes, bare)
		return args
	case need == 1 && !assigned:
		if len(args) == 0 {
			g.complain("option '%s%s' requires an argument", dashes, bare)
			return args
		}
		value, args = args[0], args[1:]
	}
	g.options.WriteString(" --" + bare)
	if need > 0 {
		g.options.WriteString(g.quoted(value))
	}
	return args
}

func (g *getopter) shortOptions(letters string, args []string) (rest []string) {
	for letters != "" {
		letter := letters[:1]
		letters = letters[1:]
		i := strings.Index(g.short, letter)
		if i < 0 || letter == ":" {
			g.complain("invalid option -- '%s'", letter)
			continue
		}
		need := len(g.short[i+1:]) - len(strings.TrimLeft(g.short[i+1:], ":"))
		if need == 0 {
			g.options.WriteString(" -" + letter)
			continue
		}
		value := letters
		if need == 1 && letters == "" {
			if len(args) == 0 {
				g.complain("option requires an argument -- '%s'", letter)
				return args
			}
			value, args = args[0], slices.Clone(args[1:])
		}
		g.options.WriteString(" -" + letter + g.quoted(value))
		return args
	}
	return args
}
