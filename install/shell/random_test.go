package shell_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"coen/internal/oracle"
)

// TestRandom runs scripts made at random, the same ones every time, through
// dash and through the interpreter.
func TestRandom(t *testing.T) {
	const scripts = 250
	dash := oracle.Need(t, "dash")
	for seed := range int64(scripts) {
		body := newScript(seed)
		dir := t.TempDir()
		m, in := machine(t)
		in.MaxSteps = 20_000
		must(t, m.Tree.MkdirAll(dir, 0o755))
		got := runIn(m, dir, "dash", "-c", body, "snippet", "one", "two words", "")
		if got.err != nil || strings.Contains(got.stderr, "Syntax error") {
			continue // an endless loop, or a corner of the parser
		}
		if want := runReal(t, dash, dir, body); got.outcome != want {
			t.Errorf("seed %d\n%s\nwe:   %+v\ndash: %+v\nour stderr: %s", seed, body, got.outcome, want, got.stderr)
		}
	}
}

// author writes scripts.
type author struct{ *rand.Rand }

func newScript(seed int64) string {
	a := author{rand.New(rand.NewSource(seed))}
	return "show() { printf '<%s>' \"$@\"; echo; }\n" +
		"n=5 m=2 x='a b' y='*c:d ' e=\n" +
		"f() { " + strings.ReplaceAll(a.list(1), "f", "show") + "\n}\n" +
		a.pick("", "", "set -e\n", "set -u\n") +
		a.list(3) + "\n" + a.list(2) + "\necho end $? $#\n"
}

func (a author) pick(s ...string) string { return s[a.Intn(len(s))] }

// some joins up to most results of f.
func (a author) some(most int, f func() string) string {
	var b strings.Builder
	for range a.Intn(most) {
		b.WriteString(f())
	}
	return b.String()
}

// word is one with expansions nested up to depth.
func (a author) word(depth int) string {
	return a.part(depth, false) + a.some(3, func() string { return a.part(depth, false) })
}

// part is a part of a word; in double quotes if quoted.
func (a author) part(depth int, quoted bool) string {
	inner := func(quoted bool) func() string {
		return func() string { return a.part(depth-1, quoted) }
	}
	switch n := a.Intn(13); {
	case n < 2:
		return a.pick("a", "b", "c:d", "x", ":", ",", "1", "q", "f1", "[", "]", "*", "?", "~", "=", "!", "-", "{a,b}", "[ab]")
	case n == 2 && quoted:
		return a.pick(" ", "  ", `\\`, `\"`, `\$`, "'", `\a`)
	case n == 2:
		return a.pick("''", "'a b'", "' '", "'*'", "':'", `\ `, `\*`, `\\`, `\:`)
	case n < 5 && !quoted && depth > 0:
		return `"` + a.some(3, inner(true)) + `"`
	case n < 8:
		name := a.pick("x", "y", "e", "u", "1", "2", "@", "*", "#", "9")
		return a.pick("${"+name+"}", "$"+name)
	case n < 10 && depth > 0:
		word := a.some(3, inner(quoted))
		if quoted {
			word = strings.ReplaceAll(word, "'", "")
		}
		operator := a.pick("-", ":-", "+", ":+", "%", "%%", "#", "##", "=", ":=")
		return "${" + a.pick("x", "y", "e", "u", "1", "9") + operator + word + "}"
	case n == 10 && depth > 0:
		return "$(echo " + a.word(depth-1) + ")"
	case n == 11:
		return "$((" + a.arithmetic(2) + "))"
	case n == 12:
		return "${#" + a.pick("x", "y", "u", "1") + "}"
	}
	return a.pick("a", "b")
}

func (a author) arithmetic(depth int) string {
	if depth == 0 || a.Intn(3) == 0 {
		return a.pick("1", "2", "0", "n", "m", "010", "0x1f", "-3", "$n", "7")
	}
	x, y := a.arithmetic(depth-1), a.arithmetic(depth-1)
	switch a.Intn(5) {
	case 0:
		return "( " + x + ")"
	case 1:
		return a.pick("-", "!", "~", "+") + " " + x
	case 2:
		return x + "?" + y + ":" + a.arithmetic(depth-1)
	case 3:
		return "(" + a.pick("n", "m") + a.pick("=", "+=", "-=", "*=", "|=", "<<=") + x + ")"
	}
	operator := a.pick("+", "-", "*", "/", "%", "<", ">", "<=", "==", "!=", "&&", "||", "&", "|", "^", "<<", ">>")
	return x + " " + operator + " " + y
}

// simple is a simple command, or a small pipeline.
func (a author) simple() string {
	switch a.Intn(16) {
	case 0, 1:
		return "show " + a.word(2) + " " + a.word(2)
	case 2:
		return a.pick("x", "y", "e") + "=" + a.word(2)
	case 3:
		return "x=" + a.word(1) + " show " + a.word(1)
	case 4:
		return a.pick("true", "false", "(exit 3)", "! true", ":", "! false")
	case 5:
		return "[ " + a.word(1) + " " + a.pick("=", "!=", "-a", "-o", "-eq", "-lt") + " " + a.word(1) + " ]"
	case 6:
		return "echo $?"
	case 7:
		return "set -- " + a.word(2) + " " + a.word(1)
	case 8:
		return "echo " + a.word(1) + " | { read x y; show \"$x\" \"$y\"; }"
	case 9:
		return "f" + a.pick("", " a b", " "+a.word(1))
	case 10:
		return a.pick("shift", "return 2", "break", "continue", "local x="+a.word(1), "unset y", "set +e", "set -e",
			"trap 'echo t' EXIT", "exit 4", "export e", "readonly r=1; r=2")
	case 11:
		patterns := ") echo one;; " + a.pick("*a*", "?", "[!a]*", "''") + ") echo two;; esac"
		return "case " + a.word(1) + " in " + a.word(1) + patterns
	case 12:
		return "IFS=" + a.pick("':'", "' '", "''", "', '", "':,'", "a")
	case 13:
		target := a.pick(">f1", ">>f1", ">&2", ">f1 2>&1", "<nosuch", ">/nosuch/x", " >&3", " 3>&1 >&3")
		return "echo out" + target + a.pick("", " 2>/dev/null")
	case 14:
		return "eval " + a.pick("'echo $x'", "\"echo $1\"", "false", "'f'", "'exit 2'")
	}
	return `printf '%s|%d\n' ` + a.word(1) + " " + a.pick("1", "x", "", "0x10")
}

// command is a command with others nested in it up to depth.
func (a author) command(depth int) string {
	if depth == 0 {
		return a.simple()
	}
	switch a.Intn(12) {
	case 0:
		return "{ " + a.list(depth-1) + "; }" + a.pick("", "", " >f2", " 2>/dev/null")
	case 1:
		return "( " + a.list(depth-1) + " )"
	case 2:
		otherwise := a.pick("", "; else "+a.list(depth-1))
		return "if " + a.command(depth-1) + "; then " + a.list(depth-1) + otherwise + "; fi"
	case 3:
		return "for i in " + a.word(2) + " b; do " + a.list(depth-1) + "; done"
	case 4:
		return a.command(depth-1) + a.pick(" && ", " || ") + a.command(depth-1)
	case 5:
		k := fmt.Sprintf("k%d_%d", depth, a.Intn(1000))
		return fmt.Sprintf("%s=0; while [ $%s -lt 2 ]; do %s=$((%s+1)); %s; done", k, k, k, k, a.list(depth-1))
	case 6:
		return a.pick("x", "y") + "=$(" + a.list(depth-1) + ")"
	case 7:
		return a.command(depth-1) + " | cat"
	}
	return a.simple()
}

func (a author) list(depth int) string {
	return a.command(depth) + a.some(3, func() string { return "\n" + a.command(depth) })
}
