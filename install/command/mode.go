package command

import (
	"strconv"
	"strings"
)

// The permission bits beyond rwx.
const (
	setUID = 0o4000
	setGID = 0o2000
	sticky = 0o1000
)

// A modeChange is a mode operand of chmod, mkdir or install, octal or symbolic,
// as specified by POSIX for chmod.
type modeChange struct {
	actions []modeAction
	umask   uint32
}

// A modeAction is one step of a mode operand: "g+w" in "ug+w,o=", or the whole
// of "0755".
type modeAction struct {
	op        byte   // '+', '-' or '='
	who       uint32 // bits that may change; 0 means all but the umask's
	bits      uint32
	mentioned uint32 // bits that are meant even where they need care
	x         bool   // X: execution for directories and what is executable
	copied    bool   // bits tells whose permissions to copy
}

// parseMode reads a mode operand; ok is false if it is none.
func parseMode(s string, umask uint32) (m modeChange, ok bool) {
	m.umask = umask
	if s != "" && isDigit(s[0]) {
		v, ok := parseOctal(s)
		a := modeAction{op: '=', who: 0o7777, bits: v, mentioned: v&0o7000 | 0o777}
		if len(s) > 4 {
			a.mentioned = 0o7777
		}
		m.actions = []modeAction{a}
		return m, ok
	}
	for clause := range strings.SplitSeq(s, ",") {
		if !m.clause(clause) {
			return m, false
		}
	}
	return m, true
}

func parseOctal(s string) (uint32, bool) {
	v, err := strconv.ParseUint(s, 8, 32)
	return uint32(v), err == nil && v <= 0o7777
}

var whoBits = map[byte]uint32{
	'u': 0o700 | setUID, 'g': 0o070 | setGID, 'o': 0o007 | sticky, 'a': 0o7777,
}

var permissionBits = map[byte]uint32{
	'r': 0o444, 'w': 0o222, 'x': 0o111, 's': setUID | setGID, 't': sticky, 'X': 0,
}

// clause reads what stands between two commas: whom it is about, and one or
// more operators each with what it does.
func (m *modeChange) clause(s string) bool {
	start := strings.IndexAny(s, "+-=")
	if start < 0 {
		return false
	}
	who := uint32(0)
	for i := range start {
		bits, ok := whoBits[s[i]]
		if !ok {
			return false
		}
		who |= bits
	}
	for s = s[start:]; s != ""; {
		end := 1
		for end < len(s) && strings.IndexByte("+-=", s[end]) < 0 {
			end++
		}
		a, ok := parseAction(s[0], who, s[1:end])
		if !ok {
			return false
		}
		m.actions = append(m.actions, a)
		s = s[end:]
	}
	return true
}

// parseAction reads what follows an operator: permissions, one letter of whom
// to copy from, or an octal number.
func parseAction(op byte, who uint32, s string) (a modeAction, ok bool) {
	a.op, a.who = op, who
	switch {
	case len(s) == 1 && strings.Contains("ugo", s):
		a.bits, a.copied = whoBits[s[0]]&0o777, true
	case s != "" && isDigit(s[0]):
		v, ok := parseOctal(s)
		return modeAction{op: op, who: 0o7777, mentioned: 0o7777, bits: v}, ok && who == 0
	default:
		for i := range len(s) {
			bits, ok := permissionBits[s[i]]
			if !ok {
				return a, false
			}
			a.bits |= bits
			a.x = a.x || s[i] == 'X'
		}
	}
	a.mentioned = a.bits
	if who != 0 {
		a.mentioned &= who
	}
	return a, true
}

// apply returns the mode that a file of mode old gets.
func (m modeChange) apply(old uint32, dir bool) uint32 {
	for _, a := range m.actions {
		old = a.apply(old, dir, m.umask)
	}
	return old
}

// apply leaves the set-ID bits of a directory alone unless they are mentioned,
// as GNU does.
func (a modeAction) apply(mode uint32, dir bool, umask uint32) uint32 {
	omit := uint32(0)
	if dir {
		omit = (setUID | setGID) &^ a.mentioned
	}
	bits := a.bits
	if a.copied {
		bits = spread(bits & mode)
	}
	if a.x && (dir || mode&0o111 != 0) {
		bits |= 0o111
	}
	if a.who != 0 {
		bits &= a.who
	} else {
		bits &^= umask
	}
	bits &^= omit
	switch a.op {
	case '+':
		return mode | bits
	case '-':
		return mode &^ bits
	}
	keep := omit
	if a.who != 0 {
		keep |= 0o7777 &^ a.who
	}
	return mode&keep | bits
}

// spread gives the permissions of one class to all three.
func spread(bits uint32) uint32 {
	return (bits>>6 | bits>>3 | bits) & 7 * 0o111
}
