package sed

import (
	"errors"
	"fmt"

	"coen/install/command/regex"
)

// What ends a run that cannot go on.
var (
	ErrExec  = errors.New("running programs from sed")
	ErrSteps = errors.New("sed script runs without end")
)

// Options are those of the command line that concern the script.
type Options struct {
	Quiet    bool // -n
	Extended bool // -E, -r
	Null     bool // -z: lines end with NUL
	Separate bool // -s, -i: each file has its own line numbers and end
	Wrap     int  // -l: line length of the command l; 0 means 70, below 0 never wraps
}

// A SyntaxError is a mistake in a script.
type SyntaxError struct {
	Char    int // bytes read so far
	Message string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("-e expression #1, char %d: %s", e.Char, e.Message)
}

// A Program is a parsed script.
type Program struct {
	Options
	commands []*command
	files    []string // named by w
}

// A command of a script. Blocks are flat: "{" jumps behind its "}" if its
// address does not match.
type command struct {
	from, to *address // nil where not given
	negated  bool
	name     byte

	text   []byte // of a, i and c
	label  string // of : b t T
	jump   int    // index of the command to go on at, of b t T and "{"
	number int    // exit status of q and Q, line length of l; -1 if not given
	file   string // of r R w W
	table  *[256]byte
	subst  *substitution

	active bool // the range has begun
	end    int  // line where it ends, if known
}

type addressKind byte

const (
	lineNumber addressKind = iota
	lastLine
	pattern
	step     // first~step
	plus     // ,+N
	multiple // ,~N
)

type address struct {
	kind  addressKind
	n, m  int
	regex *regex.Regexp // nil means the last one used
}

// A substitution is what follows the letter s.
type substitution struct {
	regex  *regex.Regexp // nil means the last one used
	parts  []part
	global bool
	print  int // how many times p was given
	nth    int // the first match to replace
	eval   bool
	file   string // of the flag w, "" if not given
}

// A part is a piece of a replacement.
type part struct {
	change byte // 'L', 'U', 'l', 'u' or 'E' changes the case of what follows
	group  int  // 0 to 9, or -1 for text
	text   []byte
}
