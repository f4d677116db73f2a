package regex

import (
	"errors"
	"strings"
)

// What can be wrong with an expression. The wording is that of regerror(3).
var (
	ErrBackslash = errors.New("Trailing backslash")
	ErrBackref   = errors.New("Invalid back reference")
	ErrBracket   = errors.New("Unmatched [, [^, [:, [., or [=")
	ErrParen     = errors.New(`Unmatched ( or \(`)
	ErrRightPar  = errors.New(`Unmatched ) or \)`)
	ErrBrace     = errors.New(`Unmatched \{`)
	ErrInterval  = errors.New(`Invalid content of \{\}`)
	ErrRange     = errors.New("Invalid range end")
	ErrClass     = errors.New("Invalid character class name")
	ErrCollate   = errors.New("Invalid collation character")
	ErrRepeat    = errors.New("Invalid preceding regular expression")
	ErrSize      = errors.New("Regular expression too big")
)

// Flags choose the kind of expression and how it matches.
type Flags uint

const (
	// Extended makes it an extended regular expression.
	Extended Flags = 1 << iota
	// IgnoreCase matches letters of ASCII in either case.
	IgnoreCase
	// Lines lets ^ and $ match around newlines within the text, and keeps
	// "." and "[^...]" as they are; \` and \' match at the text's ends.
	Lines
	// Lenient accepts what grep and awk accept: in an extended expression a "{"
	// that starts no interval and a ")" without "(" as themselves, and a
	// repetition of nothing as nothing; in a basic one "a**".
	Lenient
	// Plain knows no back references and none of the GNU escapes, which stand
	// for their characters, as in awk.
	Plain
	// BracketEscape lets a backslash in a bracket expression quote what
	// follows, as awk does.
	BracketEscape
)

// maxRepeat is RE_DUP_MAX.
const maxRepeat = 32767

// maxDepth bounds the nesting of groups.
const maxDepth = 1000

type kind byte

const (
	empty kind = iota
	set
	concat
	alternate
	repeat
	group
	backref
	assert
)

// A node is part of a parsed expression.
type node struct {
	kind     kind
	set      *Set
	subs     []*node
	min, max int // of a repeat; max < 0 means without end
	index    int // of a group or back reference
	assert   assertion
}

type assertion byte

const (
	lineStart assertion = iota
	lineEnd
	textStart
	textEnd
	wordStart
	wordEnd
	wordEdge
	notWordEdge
)

type parser struct {
	src    string
	at     int
	flags  Flags
	groups int
	closed []bool // by group: its closing parenthesis was seen
	depth  int
	refs   bool
}

func (p *parser) extended() bool { return p.flags&Extended != 0 }

// token returns the operator at the parser's place, written as in an extended
// expression, and its length; "" stands for an ordinary character.
func (p *parser) token() (op string, length int) {
	rest := p.src[p.at:]
	if rest == "" {
		return "", 0
	}
	c := rest[0]
	escaped := c == '\\' && len(rest) > 1
	if escaped {
		c = rest[1]
	}
	isOperator := strings.IndexByte("(){}|+?", c) >= 0
	switch {
	case isOperator && escaped != p.extended():
		if escaped {
			return string(c), 2
		}
		return string(c), 1
	case !escaped && c == '*':
		return "*", 1
	}
	return "", 0
}

// alternatives reads branches divided by "|" up to a ")" or the end.
func (p *parser) alternatives() (*node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, ErrSize
	}
	defer func() { p.depth-- }()
	var branches []*node
	for {
		branch, err := p.branch()
		if err != nil {
			return nil, err
		}
		branches = append(branches, branch)
		op, n := p.token()
		if op != "|" {
			break
		}
		p.at += n
	}
	if len(branches) == 1 {
		return branches[0], nil
	}
	return &node{kind: alternate, subs: branches}, nil
}

// branch reads a sequence of pieces.
func (p *parser) branch() (*node, error) {
	seq := &node{kind: concat}
	for p.at < len(p.src) {
		op, n := p.token()
		if op == "|" || op == ")" && p.depth > 1 {
			break
		}
		atBeginning := len(seq.subs) == 0 || !p.extended() && isStart(seq.subs)
		if op != "" && op != "(" && op != ")" && atBeginning {
			if err := p.misplaced(op, n, seq); err != nil {
				return nil, err
			}
			continue
		}
		piece, err := p.piece()
		if err != nil {
			return nil, err
		}
		seq.subs = append(seq.subs, piece)
	}
	return seq, nil
}

// isStart reports whether only a "^" came so far.
func isStart(subs []*node) bool {
	return len(subs) == 1 && subs[0].kind == assert && subs[0].assert == lineStart
}

// misplaced deals with a repetition of nothing: in basic expressions it is an
// ordinary character, but for an interval.
func (p *parser) misplaced(op string, n int, seq *node) error {
	switch {
	case !p.extended() && op != "{":
		seq.subs = append(seq.subs, p.literal(op[0]))
	case p.flags&Lenient == 0 || !p.extended():
		return ErrRepeat
	}
	p.at += n
	return nil
}

// piece reads an atom and the repetitions behind it.
func (p *parser) piece() (*node, error) {
	atom, err := p.atom()
	for err == nil {
		op, n := p.token()
		r := &node{kind: repeat, subs: []*node{atom}}
		switch op {
		case "*":
			r.max = -1
		case "+":
			r.min, r.max = 1, -1
		case "?":
			r.max = 1
		case "{":
			ok, err := p.interval(r, n)
			if err != nil {
				return nil, err
			}
			if !ok {
				return atom, nil
			}
			n = 0
		default:
			return atom, nil
		}
		if atom.kind == assert && !p.extended() && atom.assert == lineStart {
			return atom, nil // "^*" is a star at the beginning
		}
		if atom.kind == assert && p.flags&Lenient == 0 && p.extended() {
			return nil, ErrRepeat
		}
		p.at += n
		if next, _ := p.token(); (next == "*" || next == "{") && !p.extended() && p.flags&Lenient == 0 {
			return nil, ErrRepeat
		}
		atom = r
	}
	return nil, err
}

// interval reads "{n}", "{n,}", "{,m}" or "{n,m}" into r; ok is false if the
// brace is an ordinary character.
func (p *parser) interval(r *node, n int) (ok bool, err error) {
	closing := `\}`
	if p.extended() {
		closing = "}"
	}
	body, _, found := strings.Cut(p.src[p.at+n:], closing)
	low, high, ranged := strings.Cut(body, ",")
	var okLow, okHigh bool
	if r.min, okLow = repeatCount(low, 0); !ranged {
		high = low
	}
	r.max, okHigh = repeatCount(high, -1)
	valid := found && okLow && okHigh && (low != "" || ranged)
	if !valid && p.extended() && p.flags&Lenient != 0 {
		return false, nil
	}
	switch {
	case !found:
		return false, ErrBrace
	case !valid || r.max >= 0 && r.min > r.max:
		return false, ErrInterval
	case r.min > maxRepeat || r.max > maxRepeat:
		return false, ErrSize
	}
	p.at += n + len(body) + len(closing)
	return true, nil
}

func repeatCount(s string, absent int) (n int, ok bool) {
	if s == "" {
		return absent, true
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = min(n*10+int(s[i]-'0'), maxRepeat+1)
	}
	return n, true
}
