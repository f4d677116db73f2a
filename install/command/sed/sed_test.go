package sed

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func ExampleParse() {
	program, err := Parse(`s/\(l*\)o/\U\1\E&/;$!d`, Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var out bytes.Buffer
	status, err := program.Run(&Env{
		Inputs: slices.Values([]Input{{Name: "greeting", Data: []byte("so long\nhello\n")}}),
		Out:    &out,
	})
	fmt.Print(status, err, " ", out.String())
	// Output: 0 <nil> heLLllo
}

func run(t *testing.T, script string, o Options, input string) (string, error) {
	t.Helper()
	p, err := Parse(script, o)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	_, err = p.Run(&Env{
		Inputs: slices.Values([]Input{{Name: "a", Data: []byte(input)}}), Out: &out,
		Read:  func(string) ([]byte, error) { return []byte("read\n"), nil },
		Write: func(string, []byte) error { return nil },
	})
	return out.String(), err
}

// A program may run again, from the beginning.
func TestRunAgain(t *testing.T) {
	p, err := Parse("0,/b/s/^/>/;H;${x;s/\\n/,/g}", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var out bytes.Buffer
		p.Run(&Env{Inputs: slices.Values([]Input{{Data: []byte("a\nb\nc\n")}}), Out: &out})
		if want := ">a\n>b\n,>a,>b,c\n"; out.String() != want {
			t.Fatalf("got %q, want %q", out.String(), want)
		}
	}
}

// Inputs are asked for only when they are needed.
func TestInputsAreLazy(t *testing.T) {
	p, _ := Parse("2q", Options{})
	asked := 0
	inputs := func(yield func(Input) bool) {
		for asked < 3 {
			asked++
			if !yield(Input{Data: []byte("1\n2\n3\n")}) {
				return
			}
		}
	}
	var out bytes.Buffer
	p.Run(&Env{Inputs: inputs, Out: &out})
	if asked != 1 || out.String() != "1\n2\n" {
		t.Errorf("asked for %d inputs, got %q", asked, out.String())
	}
}

func TestLimits(t *testing.T) {
	for script, want := range map[string]error{
		":a;ba":        ErrSteps,
		":a;s/^/x/;ta": ErrSteps,
		":a;G;h;ba":    ErrSteps,
		"e":            ErrExec,
		"s/a/b/e":      ErrExec,
	} {
		if _, err := run(t, script, Options{}, "a\n"); !errors.Is(err, want) {
			t.Errorf("%q: got error %v, want %v", script, err, want)
		}
	}
}

func TestSyntaxErrorNamesItsPlace(t *testing.T) {
	_, err := Parse("p;p\nk", Options{})
	var mistake *SyntaxError
	if !errors.As(err, &mistake) || mistake.Char != 5 || !strings.Contains(mistake.Message, "`k'") {
		t.Errorf("got %v", err)
	}
}

func FuzzRun(f *testing.F) {
	for _, script := range []string{
		`s/a\(b\)/\1&\U\1/2gpw x`, "1!G;h;$!d", "/a/I,+2{y/ab/cd/;n;l 5}", "2~3c\\\ntext", ":a;N;$!ba;s/\\n/,/g",
		`0,\,b,{=;F;z}`, "$!{$!N;P;D}", "a one\ni\\\n two", "R f\nr g\nw h\nW i", "5q3;Q1;tx;Tx;bx;:x", "s/[/]/x\\ty/M", "#n\np",
	} {
		f.Add(script, "a\nb\nab\n", true)
		f.Add(script, "aab\n\nb", false)
	}
	f.Fuzz(func(t *testing.T, script, input string, extended bool) {
		if len(script) > 100 || len(input) > 100 {
			return
		}
		run(t, script, Options{Extended: extended, Separate: len(input)%2 == 0}, input)
	})
}

func BenchmarkSubstitute(b *testing.B) {
	input := bytes.Repeat([]byte("Package: openssh-server with some more text on the line\n"), 2000)
	for _, script := range []string{"s/openssh/ssh/", `s/\([a-z]*\)-\([a-z]*\)/\2-\1/`, "/^Status/d"} {
		b.Run(script, func(b *testing.B) {
			p, err := Parse(script, Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(input)))
			for b.Loop() {
				p.Run(&Env{Inputs: slices.Values([]Input{{Data: input}}), Out: &bytes.Buffer{}})
			}
		})
	}
}
