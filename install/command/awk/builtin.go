package awk

import (
	"fmt"
	"math"
	"strings"
)

// A builtinFunc is a function of the language.
type builtinFunc struct {
	min, max int
	array    int // which argument, from 1, must be an array
	target   int // which one is assigned to
	call     func(in *interp, args []expr) value
}

var builtins map[string]*builtinFunc

func init() {
	builtins = map[string]*builtinFunc{
		"length":  {0, 1, 0, 0, length},
		"substr":  {2, 3, 0, 0, substr},
		"index":   {2, 2, 0, 0, index},
		"split":   {2, 3, 2, 0, split},
		"sub":     {2, 3, 0, 3, func(in *interp, args []expr) value { return in.sub(args, false) }},
		"gsub":    {2, 3, 0, 3, func(in *interp, args []expr) value { return in.sub(args, true) }},
		"match":   {2, 2, 0, 0, matchFunc},
		"sprintf": {1, math.MaxInt, 0, 0, sprintfFunc},
		"tolower": {1, 1, 0, 0, func(in *interp, args []expr) value { return str(mapBytes(in.text(args[0]), 'A', 'a')) }},
		"toupper": {1, 1, 0, 0, func(in *interp, args []expr) value { return str(mapBytes(in.text(args[0]), 'a', 'A')) }},
		"system":  {1, 1, 0, 0, system},
		"close":   {1, 1, 0, 0, func(in *interp, args []expr) value { return num(float64(in.close(in.text(args[0])))) }},
		"fflush":  {0, 1, 0, 0, fflush},
		"int":     {1, 1, 0, 0, mathFunc(math.Trunc)},
		"sqrt":    {1, 1, 0, 0, mathFunc(math.Sqrt)},
		"exp":     {1, 1, 0, 0, mathFunc(math.Exp)},
		"log":     {1, 1, 0, 0, mathFunc(math.Log)},
		"sin":     {1, 1, 0, 0, mathFunc(math.Sin)},
		"cos":     {1, 1, 0, 0, mathFunc(math.Cos)},
		"atan2":   {2, 2, 0, 0, atan2},
		"rand":    {0, 0, 0, 0, random},
		"srand":   {0, 1, 0, 0, random},
		"systime": {0, 0, 0, 0, func(in *interp, _ []expr) value { return num(float64(in.Now)) }},
	}
}

func random(*interp, []expr) value { panic(failure{ErrRandom}) }

func mathFunc(f func(float64) float64) func(*interp, []expr) value {
	return func(in *interp, args []expr) value { return num(f(in.eval(args[0]).number())) }
}

func atan2(in *interp, args []expr) value {
	y := in.eval(args[0]).number()
	return num(math.Atan2(y, in.eval(args[1]).number()))
}

// mapBytes moves the 26 letters from one case to the other.
func mapBytes(s string, from, to byte) string {
	b := []byte(s)
	for i, c := range b {
		if from <= c && c < from+26 {
			b[i] = c - from + to
		}
	}
	return string(b)
}

func length(in *interp, args []expr) value {
	if len(args) == 0 {
		return num(float64(len(in.recordText())))
	}
	if v, ok := args[0].(*variable); ok {
		if s := in.slot(v); s.array != nil {
			return num(float64(len(s.array.elements)))
		} else if s.from != nil && s.from.array != nil {
			return num(float64(len(in.arrayOf(s).elements)))
		}
	}
	return num(float64(len(in.text(args[0]))))
}

// substr is as mawk has it: fractions are cut off, and a start below 1 makes
// the piece longer by what it lacks to 0.
func substr(in *interp, args []expr) value {
	s := in.text(args[0])
	begin := math.Trunc(in.eval(args[1]).number())
	length := math.Inf(1)
	if len(args) == 3 {
		length = math.Trunc(in.eval(args[2]).number())
	}
	if begin < 1 {
		length -= begin
		begin = 1
	}
	end := math.Min(begin-1+length, float64(len(s)))
	if !(begin-1 < end) {
		return str("")
	}
	return str(s[int(begin)-1 : int(end)])
}

func index(in *interp, args []expr) value {
	s := in.text(args[0])
	return num(float64(strings.Index(s, in.text(args[1])) + 1))
}

func split(in *interp, args []expr) value {
	text := in.text(args[0])
	separator := in.globals[slotFS].v.s
	if len(args) == 3 {
		separator = in.pattern(args[2])
		if _, literal := args[2].(regexLit); literal && len(separator) == 1 && separator != " " {
			separator = "(" + separator + ")"
		} else if literal && separator == " " {
			separator = "[ ]"
		}
	}
	a := in.arrayOf(in.slot(args[1].(*variable)))
	in.elements -= len(a.elements)
	clear(a.elements)
	parts := in.splitText(text, separator, false)
	for i, part := range parts {
		in.setElement(a, fmt.Sprint(i+1), input(part))
	}
	return num(float64(len(parts)))
}

func (in *interp) sub(args []expr, all bool) value {
	source := in.pattern(args[0])
	replacement := in.text(args[1])
	var target expr = &field{numberLit(0)}
	if len(args) == 3 {
		target = args[2]
	}
	result, n := in.substitute(source, replacement, in.text(target), all)
	if n > 0 {
		in.assign(target, str(result))
	}
	return num(float64(n))
}

func matchFunc(in *interp, args []expr) value {
	text := in.text(args[0])
	loc := in.find(in.regex(in.pattern(args[1])), text, 0)
	start, length := 0, -1
	if loc != nil {
		start, length = loc[0]+1, loc[1]-loc[0]
	}
	in.globals[slotRSTART].v = num(float64(start))
	in.globals[slotRLENGTH].v = num(float64(length))
	return num(float64(start))
}

func sprintfFunc(in *interp, args []expr) value {
	values := make([]value, len(args))
	for i, e := range args {
		values[i] = in.eval(e)
	}
	s := in.sprintf(values)
	in.work(len(s))
	return str(s)
}

func system(in *interp, args []expr) value {
	command := in.text(args[0])
	in.flush()
	_, status, err := in.Command(command, nil, false)
	in.check(err)
	return num(float64(status))
}

func fflush(in *interp, args []expr) value {
	if len(args) > 0 {
		in.text(args[0])
	}
	in.flush()
	return num(0)
}
