package lexical

import (
	"errors"
	"fmt"
	"strings"
)

var errDurationRange = errors.New("duration is too long")

// ParseDuration reads the durations of requests: "P", then components of digits and
// one of W, D, H, M or S. "T" may stand before any component and makes "M" minutes;
// without it "M" would be months, which have no length, and is an error. If all that is left
// after a component is an integer, it counts seconds. The empty text is zero.
func ParseDuration(s string) (Duration, error) {
	if s == "" {
		return Duration{}, nil
	}
	rest, ok := strings.CutPrefix(s, "P")
	if !ok {
		return Duration{}, fmt.Errorf("duration %q does not start with P", clip(s))
	}
	var total Duration
	clock := false
	for rest != "" {
		var after bool
		if rest, after = strings.CutPrefix(rest, "T"); after {
			clock = true
		}
		count, unit, tail, err := component(rest, clock)
		if err != nil {
			return Duration{}, fmt.Errorf("duration %q: %w", clip(s), err)
		}
		tail, _, _ = strings.Cut(tail, "\n") // nothing was ever read beyond a line
		if total, err = total.plus(count, unit); err != nil {
			return Duration{}, fmt.Errorf("duration %q: %w", clip(s), err)
		}
		if seconds, err := ParseInteger(tail); err == nil {
			return total.plus(seconds, 1)
		}
		rest = tail
	}
	return total, nil
}

// component cuts digits and a unit off the front of s.
func component(s string, clock bool) (count Integer, unit int64, tail string, err error) {
	end := strings.IndexFunc(s, func(r rune) bool {
		_, ok := digit(r)
		return !ok
	})
	if end <= 0 {
		return "", 0, "", fmt.Errorf("no component at %q", clip(s))
	}
	switch s[end] {
	case 'W':
		unit = 7 * day
	case 'D':
		unit = day
	case 'H':
		unit = 3600
	case 'S':
		unit = 1
	case 'M':
		if !clock {
			return "", 0, "", errors.New("months have no fixed length")
		}
		unit = 60
	default:
		return "", 0, "", fmt.Errorf("no unit at %q", clip(s[end:]))
	}
	count, err = ParseInteger(s[:end])
	return count, unit, s[end+1:], err
}

// plus adds count units of so many seconds, within the range of durations.
func (d Duration) plus(count Integer, unit int64) (Duration, error) {
	n, ok := count.Int64()
	if !ok || n > maxSeconds/unit || n < minSeconds/unit {
		return Duration{}, errDurationRange
	}
	sum := d.Seconds + n*unit
	if sum > maxSeconds || sum < minSeconds {
		return Duration{}, errDurationRange
	}
	d.Seconds = sum
	return d, nil
}
