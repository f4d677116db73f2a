package awk

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func ExampleParse() {
	program, err := Parse(`$3 >= 1000 { names[$1]; n++ } END { for (name in names) print name; print n " users" }`)
	if err != nil {
		fmt.Println(err)
		return
	}
	var out bytes.Buffer
	passwd := "root:x:0\nuser:x:1000\nanna:x:1001\n"
	_, err = program.Run(&Env{
		Args: []string{"awk", "passwd"},
		FS:   ":",
		Out:  &out,
		Read: func(string) ([]byte, error) { return []byte(passwd), nil },
	})
	fmt.Print(out.String(), err)
	// Output:
	// anna
	// user
	// 2 users
	// <nil>
}

// world is what a program under test sees.
func world(out *bytes.Buffer, input string) *Env {
	return &Env{
		Args: []string{"awk"}, Out: out, Errors: &bytes.Buffer{}, Now: 86400,
		Environ: map[string]string{"HOME": "/root"},
		Read: func(name string) ([]byte, error) {
			if name == "none" {
				return nil, errors.New("none")
			}
			return []byte(input), nil
		},
		Write: func(string, []byte) error { return nil },
		Command: func(command string, stdin []byte, _ bool) ([]byte, int, error) {
			return []byte(command), len(stdin), nil
		},
	}
}

func run(program, input string) (string, int, error) {
	p, err := Parse(program)
	if err != nil {
		return "", 0, err
	}
	var out bytes.Buffer
	status, err := p.Run(world(&out, input))
	return out.String(), status, err
}

// What mawk does is confirmed by the cases of package command; here stands what
// differs between its versions, is our own choice or needs no real program.
func TestRun(t *testing.T) {
	for _, c := range []struct{ program, want string }{
		{`BEGIN { a[10]; a[9]; a["x"]; a["b"]; a["010"]; for (k in a) printf "%s ", k }`, "9 010 10 b x "},
		{`BEGIN { print 2^53, 2^31, 1e19, 1e20, -0, 1e300 * 1e300 }`, "9007199254740992 2147483648 10000000000000000000 1e+20 0 +inf\n"},
		{`BEGIN { print "aab" ~ /^a{2}b$/, "a{2}" ~ /a{2}/ }`, "1 0\n"},
		{`BEGIN { print systime(), length(ENVIRON) }`, "86400 1\n"},
		{`BEGIN { print "x" | "cmd"; print close("cmd"); "echo" | getline y; print y }`, "2\necho\n"},
		{`{ nextfile } END { print NR }`, "1\n"},
		{`BEGIN { printf "%d %d %x\n", 1e20, -1e20, 2^70 }`, "1e+20 -1e+20 1.18059e+21\n"},
		{`function f(a) { a[1] = 2 } BEGIN { f(x); print x[1]; print length(x) }`, "2\n1\n"},
		{`function f(a) { return g(a) } function g(b) { b["k"]; return length(b) } BEGIN { print f(x), length(x) }`, "1 1\n"},
		{`function f(n, i) { for (i = 0; i < 3; i++) if (i == n) return i; return -1 } BEGIN { print f(1), f(5) }`, "1 -1\n"},
		{`BEGIN { $0 = "a b c"; NF = 2; print; $4 = "d"; print; print NF }`, "a b\na b  d\n4\n"},
		{`BEGIN { getline; print; getline x; print x, NR }`, "one two\nthree 2\n"},
		{`function f() { exit 3 } { f() } END { print "end" }`, "end\n"},
		{`BEGIN { if (!(1 in a)) print "no"; print length(a) }`, "no\n0\n"},
		{`BEGIN{printf"%s",substr("hello",0,3) substr("hello",-1,1)}`, "helhe"},
	} {
		got, _, err := run(c.program, "one two\nthree\n")
		if err != nil || got != c.want {
			t.Errorf("%s\ngot %q, %v, want %q", c.program, got, err, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	for program, want := range map[string]string{
		`BEGIN { print 1 2`:                              "line 2: missing } near end of file",
		`BEGIN { a[1] = 1; print a }`:                    "array a is used as a scalar",
		`BEGIN { x = 1; x[1] = 2 }`:                      "a scalar is used as an array",
		`function f(a) { a = 1 } BEGIN { f(1, 2) }`:      "too many arguments in call to f",
		`function f(a, a) { }`:                           "line 1: a is duplicated in argument list of f",
		`BEGIN { return 1 }`:                             "line 1: return outside function body",
		`BEGIN { printf "%s %s", 1 }`:                    "run time error: not enough arguments passed to printf(\"%s %s\")\n\tFILENAME=\"\" FNR=0 NR=0",
		`BEGIN { print $(-1) }`:                          "negative field index $-1",
		`BEGIN { print rand() }`:                         ErrRandom.Error(),
		`BEGIN { while (1) i++ }`:                        ErrSteps.Error(),
		`function f() { return f() } BEGIN { f() }`:      ErrSteps.Error(),
		`BEGIN { s = "x"; while (1) s = s s }`:           ErrSteps.Error(),
		`BEGIN { while (1) a[i++] }`:                     ErrSteps.Error(),
		`BEGIN { next }`:                                 "improper use of next",
		`BEGIN { split("a", "b") }`:                      "line 1: type error in arg(2) in call to split",
		`BEGIN { print substr("a") }`:                    "line 1: not enough arguments in call to substr: 1 (need 2)",
		`BEGIN { "a" ~ "(" }`:                            "regular expression compile failed (Unmatched ( or \\()\n(",
		"BEGIN { " + strings.Repeat("(", 3000) + "1":     "line 1: program nested too deeply",
		"BEGIN " + strings.Repeat("{ if (1) ", 3000):     "line 1: program nested too deeply",
		"BEGIN { x = " + strings.Repeat("!", 3000) + "1": "line 1: program nested too deeply",
	} {
		_, _, err := run(program, "")
		if err == nil || err.Error() != want {
			t.Errorf("%.60s\ngot error %v, want %s", program, err, want)
		}
	}
}

func TestStatus(t *testing.T) {
	for program, want := range map[string]int{
		"BEGIN { exit }": 0, "BEGIN { exit 3 }": 3, "BEGIN { exit 3 } END { exit }": 3,
		"BEGIN { exit 3 } END { exit 4 }": 4, "BEGIN { exit -1 }": 255, "{ exit 2 } END { print }": 2,
	} {
		if _, got, err := run(program, "x\n"); got != want || err != nil {
			t.Errorf("%s: got status %d, %v, want %d", program, got, err, want)
		}
	}
}

func FuzzRun(f *testing.F) {
	for _, program := range []string{
		`{ print $1, $NF }`, `BEGIN { while ((getline l < "f") > 0) n++; print n }`, `/a/,/b/ { gsub(/a*/, "[&]"); print }`,
		`function f(x, y) { return x + y } END { printf "%5.2f|%-3s|%c\n", f(1, 2), "ab", 65 }`,
		`BEGIN { FS = "[,;]"; OFS = "-" } { $3 = "x"; NF = 2; print > "out" }`, `!seen[$0]++`, `{ a[$1, $2] = NR } END { for (k in a) delete a[k] }`,
		`BEGIN { do { i++ } while (i < 3); for (;;) break; x = y ? 1 : 2; print x ^ 2 ** 3 % 4, !x, -x++, --x }`,
		`BEGIN { "cmd" | getline x; print x | "cat"; close("cat"); system("x"); exit 1 }`, `$1 ~ "^a" && !($2 in a) || NR == 1 { next } { nextfile }`,
		`BEGIN { print substr("x", 1, 2) index("a", "b") length split("a b", q) sprintf("%d", 3) toupper("x") match("a", /a/) }`,
		"BEGIN { if (1) ; else print \\\n 1 } # end\n", `BEGIN { RS = "" } { print }`, `BEGIN { RS = "a+" } { print; getline; getline z }`,
	} {
		f.Add(program, "a b\n\nc,d;e\n")
	}
	f.Fuzz(func(t *testing.T, program, input string) {
		if len(program) > 200 || len(input) > 100 {
			return
		}
		run(program, input)
	})
}

func BenchmarkFields(b *testing.B) {
	input := strings.Repeat("Package: openssh-server with some more text on the line\n", 2000)
	for _, program := range []string{"{ print $2 }", "/server/ { n++ } END { print n }", `{ gsub(/o/, "0"); print }`} {
		b.Run(program, func(b *testing.B) {
			p, err := Parse(program)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(input)))
			for b.Loop() {
				p.Run(world(&bytes.Buffer{}, input))
			}
		})
	}
}
