package lexical

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Duration is a signed length of time. Micros counts forward from Seconds and is
// always 0 to 999,999, so that equal durations are equal values.
type Duration struct {
	Seconds int64
	Micros  int64
}

const (
	day          = 24 * 60 * 60
	maxDays      = 999_999_999
	maxSeconds   = (maxDays+1)*day - 1
	minSeconds   = -maxDays * day
	microsPerSec = 1_000_000
)

// Seconds returns a duration of n seconds.
func Seconds(n int64) Duration { return Duration{Seconds: n} }

// Days returns a duration of n days.
func Days(n int64) Duration { return Duration{Seconds: n * day} }

// Since returns the length of time from start to end.
func Since(end, start time.Time) Duration {
	d := Duration{Seconds: end.Unix() - start.Unix(), Micros: int64(end.Nanosecond()-start.Nanosecond()) / 1000}
	return d.normal()
}

func (d Duration) normal() Duration {
	if d.Micros < 0 {
		d.Seconds--
		d.Micros += microsPerSec
	}
	return d
}

// Negative returns the duration with the opposite sign.
func (d Duration) Negative() Duration {
	return Duration{Seconds: -d.Seconds, Micros: -d.Micros}.normal()
}

// Compare returns -1, 0 or +1 as d is shorter than, equal to or longer than e.
func (d Duration) Compare(e Duration) int {
	return cmp.Or(cmp.Compare(d.Seconds, e.Seconds), cmp.Compare(d.Micros, e.Micros))
}

// Floor returns the whole days of the duration, rounded down.
func (d Duration) Floor() int64 {
	days := d.Seconds / day
	if d.Seconds%day < 0 {
		days--
	}
	return days
}

// Add returns t moved by d, if that is still a year between 1 and 9999.
func Add(t time.Time, d Duration) (time.Time, error) {
	sum := time.Unix(t.Unix()+d.Seconds, int64(t.Nanosecond())+d.Micros*1000).UTC()
	if sum.Before(minTime) || sum.After(maxTime) {
		return time.Time{}, fmt.Errorf("%s moved by %s leaves the calendar", FormatTime(t), d)
	}
	return sum, nil
}

// String writes days and a clock: "79 days, 0:00:00", "1 day, 2:03:04.000005", "0:00:00".
func (d Duration) String() string {
	days := d.Floor()
	rest := d.Seconds - days*day
	clock := fmt.Sprintf("%d:%02d:%02d", rest/3600, rest/60%60, rest%60)
	if d.Micros != 0 {
		clock += fmt.Sprintf(".%06d", d.Micros)
	}
	switch days {
	case 0:
		return clock
	case 1, -1:
		return fmt.Sprintf("%d day, %s", days, clock)
	}
	return fmt.Sprintf("%d days, %s", days, clock)
}

// Short is String without a clock that shows midnight: "79 days".
func (d Duration) Short() string { return strings.TrimSuffix(d.String(), ", 0:00:00") }

// ISO writes the duration as responses carry it: days, then hours, minutes and
// seconds, never weeks. A remainder of exactly one hour is sixty minutes and one of exactly
// one minute sixty seconds, as in every response so far. Fractions are dropped.
func (d Duration) ISO() string {
	if d.Seconds == 0 {
		return "PT0S"
	}
	var b strings.Builder
	b.WriteByte('P')
	days := d.Floor()
	if days != 0 {
		fmt.Fprintf(&b, "%dD", days)
	}
	rest := d.Seconds - days*day
	if rest > 0 {
		b.WriteByte('T')
	}
	if rest > 3600 {
		fmt.Fprintf(&b, "%dH", rest/3600)
		rest %= 3600
	}
	if rest > 60 {
		fmt.Fprintf(&b, "%dM", rest/60)
		rest %= 60
	}
	if rest > 0 {
		fmt.Fprintf(&b, "%dS", rest)
	}
	return b.String()
}
