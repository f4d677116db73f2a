package shell

import (
	"strconv"
	"strings"
)

// getoptState is where getopts has come to in its arguments.
type getoptState struct {
	index  int // arguments already taken
	offset int // in the last one taken; 0 if it is done
}

// getopts reads one option from the arguments (XCU getopts).
func (s *shell) getopts(c *call) (int, error) {
	if len(c.args) < 3 {
		return 0, s.fail("getopts: Usage: getopts optstring var [arg...]")
	}
	args := s.params
	if len(c.args) > 3 {
		args = c.args[3:]
	}
	g := &getopt{state: s.getopt, args: args}
	g.spec, g.silent = strings.CutPrefix(c.args[1], ":")
	found := g.next()
	if g.complaint != "" {
		if text, ok := s.get("OPTERR"); !ok || text != "0" {
			s.warn("%s", g.complaint)
		}
	}
	if err := s.setOption(c.args[2], g); err != nil {
		return 0, err
	}
	return truth(found), nil
}

// setOption puts what getopts found into variables.
func (s *shell) setOption(name string, g *getopt) error {
	switch {
	case g.hasArg:
		if err := s.set("OPTARG", g.arg); err != nil {
			return err
		}
	case g.complaint != "":
		if err := s.unset("OPTARG"); err != nil {
			return err
		}
	}
	if err := s.set("OPTIND", strconv.Itoa(g.state.index+1)); err != nil {
		return err
	}
	s.getopt = g.state // which setting OPTIND has reset
	return s.set(name, g.letter)
}

// resetOptions takes over a value that a script gave to OPTIND.
func (s *shell) resetOptions(optind string) {
	n, err := strconv.Atoi(optind)
	if err != nil || n < 1 {
		n = 1
	}
	s.getopt = getoptState{index: n - 1}
}

// A getopt finds one option.
type getopt struct {
	spec      string
	silent    bool // errors are for the script to report
	args      []string
	state     getoptState
	letter    string
	arg       string
	hasArg    bool
	complaint string
}

// next reads the next option and reports whether there is one.
func (g *getopt) next() bool {
	g.letter = "?"
	text := g.rest()
	if text == "" {
		g.state.offset = 0
		if g.state.index >= len(g.args) || !strings.HasPrefix(g.args[g.state.index], "-") || g.args[g.state.index] == "-" {
			return false
		}
		text = g.args[g.state.index][1:]
		g.state.index++
		if text == "-" {
			return false
		}
		g.state.offset = 1
	}
	g.option(text[:1], text[1:])
	return true
}

// rest returns what is left of the argument being read.
func (g *getopt) rest() string {
	i, offset := g.state.index-1, g.state.offset
	if offset == 0 || i < 0 || i >= len(g.args) || offset > len(g.args[i]) {
		return ""
	}
	return g.args[i][offset:]
}

// option looks up a letter that rest follows in its argument.
func (g *getopt) option(letter, rest string) {
	g.state.offset++
	at := strings.Index(g.spec, letter)
	if at < 0 || letter == ":" {
		g.problem("?", letter, "Illegal option -"+letter)
		return
	}
	g.letter, g.hasArg = letter, true
	if !strings.HasPrefix(g.spec[at+1:], ":") {
		return
	}
	g.state.offset = 0
	switch {
	case rest != "":
		g.arg = rest
	case g.state.index < len(g.args):
		g.arg = g.args[g.state.index]
		g.state.index++
	default:
		g.problem(":", letter, "No arg for -"+letter+" option")
	}
}

// problem answers with an error: in silent mode through the variables alone.
func (g *getopt) problem(silentLetter, letter, complaint string) {
	if g.silent {
		g.letter, g.arg, g.hasArg = silentLetter, letter, true
		return
	}
	g.letter, g.hasArg, g.complaint = "?", false, complaint
}
