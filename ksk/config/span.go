package config

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"coen/ksk/lexical"
)

// span reads a duration of the request policy, which has a grammar of its own:
// a number of seconds, a clock, days with perhaps a clock, or ISO 8601.
func (l *loader) span(path string, n *yaml.Node) lexical.Duration {
	s, ok := l.scalar(path, n)
	if !ok {
		return lexical.Duration{}
	}
	var d lexical.Duration
	err := errSpan
	switch s.kind {
	case isInt:
		d, err = toSpan(new(big.Rat).SetInt(s.int))
	case isFloat:
		if !math.IsInf(s.float, 0) && !math.IsNaN(s.float) {
			d, err = toSpan(new(big.Rat).SetFloat64(s.float))
		}
	case isText:
		d, err = parseSpan(s.text)
	}
	if err != nil {
		l.fail(path, "%q: %v", s.text, err)
	}
	return d
}

var errSpan = errors.New("not a duration")

const maxSpanSeconds = 999_999_999 * 86400

// toSpan turns seconds into a duration, to the microsecond.
func toSpan(seconds *big.Rat) (lexical.Duration, error) {
	micros := new(big.Rat).Mul(seconds, big.NewRat(1_000_000, 1))
	whole := new(big.Int).Div(micros.Num(), micros.Denom())
	sec, rest := new(big.Int).DivMod(whole, big.NewInt(1_000_000), new(big.Int))
	if !sec.IsInt64() || sec.Int64() > maxSpanSeconds || sec.Int64() < -maxSpanSeconds {
		return lexical.Duration{}, errors.New("duration is too long")
	}
	return lexical.Duration{Seconds: sec.Int64(), Micros: rest.Int64()}, nil
}

var (
	clockForm = &pattern{text: `^([0-9]{1,10}):([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]{1,9})?))?$`}
	daysForm  = &pattern{text: `^([0-9]{1,10}) ?[dD](?:[aA][yY][sS]?)?(?:,? ?([0-9].*))?$`}
	isoForm   = &pattern{text: `^P((?:[0-9.,]+[YMWD])*)(T?)((?:[0-9.,]+[HMS])*)$`}
	partForm  = &pattern{text: `^([0-9]{1,10})(?:[.,]([0-9]{1,9}))?([YMWDHS])`}
)

func parseSpan(s string) (lexical.Duration, error) {
	body, negative := cutSign(s)
	total := new(big.Rat)
	var ok bool
	if strings.HasPrefix(body, "P") {
		ok = addISO(total, body)
	} else {
		ok = addDays(total, body)
	}
	if !ok {
		return lexical.Duration{}, errSpan
	}
	if negative {
		total.Neg(total)
	}
	return toSpan(total)
}

// addDays adds "9 days", "9 days, 1:00" or "1:00:00".
func addDays(total *big.Rat, s string) bool {
	if p := daysForm.FindStringSubmatch(s); p != nil {
		add(total, p[1], "", 86400)
		if s = p[2]; s == "" {
			return true
		}
	}
	p := clockForm.FindStringSubmatch(s)
	if p == nil {
		return false
	}
	add(total, p[1], "", 3600)
	add(total, p[2], "", 60)
	whole, fraction, _ := strings.Cut(p[3], ".")
	add(total, whole, fraction, 1)
	return true
}

// addISO adds the components of an ISO 8601 duration. Only the last may have a fraction.
func addISO(total *big.Rat, s string) bool {
	form := isoForm.FindStringSubmatch(s)
	if form == nil || len(s) < 3 || form[3] != "" && form[2] == "" {
		return false
	}
	units := map[string]int64{"Y": 365 * 86400, "M": 30 * 86400, "W": 7 * 86400, "D": 86400, "H": 3600, "S": 1}
	broken := false
	for i, parts := range []string{form[1], form[3]} {
		if i == 1 {
			units["M"] = 60
		}
		for parts != "" {
			p := partForm.FindStringSubmatch(parts)
			if p == nil || broken {
				return false
			}
			broken = p[2] != ""
			add(total, p[1], p[2], units[p[3]])
			parts = parts[len(p[0]):]
		}
	}
	return true
}

// add adds whole.fraction units to total.
func add(total *big.Rat, whole, fraction string, unit int64) {
	n, _ := strconv.ParseInt("0"+whole, 10, 64)
	v := new(big.Rat).SetInt64(n)
	if fraction != "" {
		f, _ := new(big.Rat).SetString("0." + fraction)
		v.Add(v, f)
	}
	total.Add(total, v.Mul(v, big.NewRat(unit, 1)))
}
