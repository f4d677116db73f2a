package command

import (
	"fmt"
	"math/big"
	"strings"
)

const seqOptions = "f,format: s,separator: w,equal-width"

// seqOutput bounds the number of lines.
const seqOutput = 1 << 20

func seq(c *call) int {
	// A negative number is an operand, so that seq reads its options itself.
	args, status := c.seqArguments()
	if status != 0 {
		return status
	}
	switch len(args) {
	case 0:
		return c.missing()
	case 1:
		args = []string{"1", "1", args[0]}
	case 2:
		args = []string{args[0], "1", args[1]}
	case 3:
	default:
		return c.misuse("extra operand %s", quote(args[3]))
	}
	var values [3]*big.Rat
	digits := 0
	for i, s := range args {
		v, ok := new(big.Rat).SetString(strings.TrimPrefix(s, "+"))
		if !ok || strings.Contains(s, "/") {
			return c.misuse("invalid floating point argument: %s", quote(s))
		}
		values[i] = v
		if _, fraction, ok := strings.Cut(s, "."); ok && i < 2 {
			digits = max(digits, len(fraction))
		}
	}
	if values[1].Sign() == 0 {
		return c.misuse("invalid Zero increment value: %s", quote(args[1]))
	}
	return c.seq(values, digits)
}

func (c *call) seqArguments() (args []string, status int) {
	for rest := c.operands; len(rest) > 0; rest = rest[1:] {
		arg := rest[0]
		if len(arg) < 2 || arg[0] != '-' || isDigit(arg[1]) || arg[1] == '.' {
			return rest, 0
		}
		parsed, err := parseOptions("+ " + seqOptions).parse(c.Child("seq", arg))
		if arg != "--" && (arg == "-s" || arg == "-f" || arg == "--separator" || arg == "--format") && len(rest) > 1 {
			rest = rest[1:]
			parsed, err = parseOptions("+ " + seqOptions).parse(c.Child("seq", arg, rest[0]))
		}
		if err != nil {
			return nil, c.stop(err)
		}
		c.given = append(c.given, parsed.given...)
		if arg == "--" {
			return rest[1:], 0
		}
	}
	return nil, 0
}

func (c *call) seq(v [3]*big.Rat, digits int) int {
	first, step, last := v[0], v[1], v[2]
	width := 0
	if c.has("w") {
		width = max(len(first.FloatString(digits)), len(last.FloatString(digits)))
	}
	separator := "\n"
	if c.has("s") {
		separator = c.value("s")
	}
	n := 0
	for at := new(big.Rat).Set(first); at.Cmp(last)*step.Sign() <= 0; at.Add(at, step) {
		text := at.FloatString(digits)
		if format := c.value("f"); c.has("f") {
			f, _ := at.Float64()
			if strings.Count(format, "%") != 1 {
				return c.unmodelled("format %q", format)
			}
			text = fmt.Sprintf(strings.Replace(format, "%g", "%.6g", 1), f)
		}
		for len(text) < width {
			sign := ""
			if strings.HasPrefix(text, "-") {
				sign, text = "-", text[1:]
			}
			text = sign + "0" + text
		}
		if n++; n > seqOutput {
			return c.unmodelled("more than %d lines", seqOutput)
		}
		if n > 1 {
			c.printf("%s", separator)
		}
		c.printf("%s", text)
	}
	if n > 0 {
		c.printf("\n")
	}
	return 0
}
