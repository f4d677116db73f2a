package lexical

import (
	"strings"
	"time"
)

// clock is a time of day, or an offset, before its fields are judged.
type clock struct {
	hour, minute, second int
	micros               int
}

func (c clock) duration() time.Duration {
	return time.Duration(c.hour)*time.Hour + time.Duration(c.minute)*time.Minute +
		time.Duration(c.second)*time.Second + time.Duration(c.micros)*time.Microsecond
}

// parseClock reads the time of day and the offset that follow a date.
func (m *Moment) parseClock(s string) error {
	sign := strings.IndexAny(s, "+-Z")
	if sign < 0 {
		return m.setTime(s, false)
	}
	if err := m.setTime(s[:sign], true); err != nil {
		return err
	}
	m.Zoned = true
	if s[sign] == 'Z' {
		if sign != len(s)-1 {
			return errTime
		}
		return nil
	}
	offset, rest, ok := parseTimeOfDay(s[sign+1:])
	if !ok || rest != "" || offset.duration() >= 24*time.Hour {
		return errTime
	}
	m.Offset = offset.duration()
	if m.Offset < time.Second {
		m.Offset = 0 // a fraction alone never moved a clock
	}
	if s[sign] == '-' {
		m.Offset = -m.Offset
	}
	return nil
}

// setTime adds the time of day to the date. Before an offset one stray character is
// let pass, as it always was.
func (m *Moment) setTime(s string, offsetFollows bool) error {
	c, rest, ok := parseTimeOfDay(s)
	if offsetFollows && ok && len(rest) == 1 {
		rest = ""
	}
	if !ok || rest != "" || c.hour > 23 || c.minute > 59 || c.second > 59 {
		return errTime
	}
	m.Clock = m.Clock.Add(c.duration())
	return nil
}

// parseTimeOfDay reads HH, HHMM, HH:MM, HHMMSS or HH:MM:SS and a fraction of a
// second, and returns what it could not read.
func parseTimeOfDay(s string) (c clock, rest string, ok bool) {
	if c.hour, rest, ok = number(s, 2); !ok {
		return c, s, false
	}
	colons := strings.HasPrefix(rest, ":")
	for _, field := range []*int{&c.minute, &c.second} {
		tail := rest
		if colons {
			if tail, ok = strings.CutPrefix(rest, ":"); !ok {
				break
			}
		}
		n, tail, ok := number(tail, 2)
		if !ok {
			break
		}
		*field, rest = n, tail
	}
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && isDigit(rest[1]) {
		c.micros, rest = fraction(rest[1:])
	}
	return c, rest, true
}

// fraction reads the digits after a decimal mark as microseconds; those beyond the
// sixth have no effect.
func fraction(s string) (micros int, rest string) {
	scale := 100_000
	for s != "" && isDigit(s[0]) {
		micros += scale * int(s[0]-'0')
		scale /= 10
		s = s[1:]
	}
	return micros, s
}
