package config

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"coen/ksk/lexical"
)

// kind is the type of a scalar in YAML 1.1.
type kind int

const (
	isNull kind = iota
	isBool
	isInt
	isFloat
	isTime
	isText
)

// scalar is a typed scalar.
type scalar struct {
	kind   kind
	text   string // as it was written
	bool   bool
	int    *big.Int
	float  float64
	moment lexical.Moment
}

// The forms of plain scalars, from the type repository of YAML 1.1.
var (
	boolForm  = &pattern{text: `^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$`}
	nullForm  = &pattern{text: `^(?:~|null|Null|NULL|)$`}
	intForm   = &pattern{text: `^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$`}
	floatForm = &pattern{text: `^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`}
	dateForm  = &pattern{text: `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}
	timeForm  = &pattern{text: `^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(?:(Z)|([-+])([0-9]{1,2})(?::?([0-9]{2}))?))?$`}
)

// resolve types a scalar node: quoted ones are text, plain ones what they look like,
// tagged ones what the tag says.
func resolve(n *yaml.Node) (scalar, error) {
	if n.Style&yaml.TaggedStyle != 0 {
		return tagged(n)
	}
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return scalar{kind: isText, text: n.Value}, nil
	}
	s := n.Value
	switch {
	case nullForm.MatchString(s):
		return scalar{kind: isNull, text: s}, nil
	case boolForm.MatchString(s):
		return makeBool(s)
	case intForm.MatchString(s):
		return makeInt(s)
	case floatForm.MatchString(s):
		return makeFloat(s)
	case dateForm.MatchString(s) || timeForm.MatchString(s):
		return makeTime(s)
	case s == "=":
		return scalar{}, fmt.Errorf("value %q has no type", s)
	}
	return scalar{kind: isText, text: s}, nil
}

func tagged(n *yaml.Node) (scalar, error) {
	switch strings.TrimPrefix(n.ShortTag(), "!!") {
	case "str":
		return scalar{kind: isText, text: n.Value}, nil
	case "null":
		return scalar{kind: isNull, text: n.Value}, nil
	case "bool":
		return makeBool(n.Value)
	case "int":
		return makeInt(n.Value)
	case "float":
		return makeFloat(n.Value)
	case "timestamp":
		return makeTime(n.Value)
	}
	return scalar{}, fmt.Errorf("unknown tag %q", n.Tag)
}

func makeBool(s string) (scalar, error) {
	switch strings.ToLower(s) {
	case "yes", "true", "on":
		return scalar{kind: isBool, text: s, bool: true}, nil
	case "no", "false", "off":
		return scalar{kind: isBool, text: s}, nil
	}
	return scalar{}, fmt.Errorf("%q is not a boolean", s)
}

// maxIntText bounds the work of reading one integer, in characters.
const maxIntText = 4300

// makeInt reads decimal, binary, octal, hexadecimal and sexagesimal integers.
func makeInt(s string) (scalar, error) {
	if len(s) > maxIntText {
		return scalar{}, fmt.Errorf("integer of more than %d digits", maxIntText)
	}
	digits, negative := cutSign(strings.ReplaceAll(s, "_", ""))
	n, ok := new(big.Int), true
	switch {
	case strings.HasPrefix(digits, "0b"):
		n, ok = n.SetString(digits[2:], 2)
	case strings.HasPrefix(digits, "0x"):
		n, ok = n.SetString(digits[2:], 16)
	case len(digits) > 1 && digits[0] == '0':
		n, ok = n.SetString(digits, 8)
	default:
		for part := range strings.SplitSeq(digits, ":") {
			v, good := new(big.Int).SetString(part, 10)
			if ok = ok && good; !ok {
				break
			}
			n.Mul(n, big.NewInt(60)).Add(n, v)
		}
	}
	if !ok {
		return scalar{}, fmt.Errorf("%q is not an integer", s)
	}
	if negative {
		n.Neg(n)
	}
	return scalar{kind: isInt, text: s, int: n}, nil
}

func cutSign(s string) (rest string, negative bool) {
	if rest, negative = strings.CutPrefix(s, "-"); !negative {
		rest = strings.TrimPrefix(s, "+")
	}
	return rest, negative
}

func makeFloat(s string) (scalar, error) {
	digits, negative := cutSign(strings.ToLower(strings.ReplaceAll(s, "_", "")))
	digits = strings.NewReplacer(".inf", "inf", ".nan", "nan").Replace(digits)
	var f float64
	for part := range strings.SplitSeq(digits, ":") {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil && v == 0 {
			return scalar{}, fmt.Errorf("%q is not a number", s)
		}
		f = f*60 + v
	}
	if negative {
		f = -f
	}
	return scalar{kind: isFloat, text: s, float: f}, nil
}

func makeTime(s string) (scalar, error) {
	if dateForm.MatchString(s) {
		m, err := lexical.ParseMoment(s)
		return scalar{kind: isTime, text: s, moment: m}, err
	}
	p := timeForm.FindStringSubmatch(s)
	if p == nil {
		return scalar{}, fmt.Errorf("%q is not a time stamp", s)
	}
	field := func(i int) int { n, _ := strconv.Atoi(p[i]); return n }
	micros, _ := strconv.Atoi((p[7] + "000000")[:6])
	m, err := moment(field(1), field(2), field(3), field(4), field(5), field(6), micros)
	if err != nil {
		return scalar{}, fmt.Errorf("%q is not a time stamp", s)
	}
	m.Zoned = p[8] != "" || p[9] != ""
	m.Offset = time.Duration(field(10))*time.Hour + time.Duration(field(11))*time.Minute
	if p[9] == "-" {
		m.Offset = -m.Offset
	}
	return scalar{kind: isTime, text: s, moment: m}, nil
}

// moment checks the fields of a date and a time of day.
func moment(year, month, day, hour, minute, second, micros int) (lexical.Moment, error) {
	t := time.Date(year, time.Month(month), day, hour, minute, second, micros*1000, time.UTC)
	if year < 1 || month < 1 || month > 12 || t.Day() != day || t.Hour() != hour || t.Minute() != minute || t.Second() != second {
		return lexical.Moment{}, fmt.Errorf("no such time")
	}
	return lexical.Moment{Clock: t}, nil
}
