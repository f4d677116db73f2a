package lexical

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

var (
	minTime = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	maxTime = time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)

	errTime = errors.New("not a time stamp")
)

// FormatTime writes a time stamp as responses carry it, without fractions:
// 2030-01-01T00:00:00+00:00.
func FormatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05+00:00") }

// FormatPlain writes a time stamp as tables show it: no offset, and fractions of a
// second only if there are any.
func FormatPlain(t time.Time) string {
	text := t.UTC().Format("2006-01-02T15:04:05")
	if t.Nanosecond() != 0 {
		text += fmt.Sprintf(".%06d", t.Nanosecond()/1000)
	}
	return text
}

// ParseTime reads a time stamp in UTC: any number of "Z" at its end are dropped, what
// is left is a moment as ParseMoment reads it, with an offset of zero or none.
func ParseTime(s string) (time.Time, error) {
	m, err := ParseMoment(strings.TrimRight(s, "Z"))
	if err == nil && m.Offset != 0 {
		err = errors.New("offset from UTC is not zero")
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("time stamp %q: %w", clip(s), err)
	}
	return m.Clock, nil
}

// Moment is what an ISO 8601 text says: what clock and calendar show, and how far they
// are ahead of UTC if the text tells.
type Moment struct {
	Clock  time.Time     // the fields, as if they were UTC
	Zoned  bool          // an offset was given
	Offset time.Duration // ahead of UTC; less than a day
}

// UTC returns the moment in UTC, if it is a year between 1 and 9999 there. A moment without offset is
// taken as UTC.
func (m Moment) UTC() (time.Time, error) {
	t := m.Clock.Add(-m.Offset)
	if t.Before(minTime) || t.After(maxTime) {
		return time.Time{}, errTime
	}
	return t, nil
}

// ParseMoment reads ISO 8601: a calendar date or a week date, in basic or extended
// form; then, after any one character, a time of day and an offset.
func ParseMoment(s string) (Moment, error) {
	if !utf8.ValidString(s) {
		return Moment{}, errTime
	}
	end, ok := dateEnd(s)
	if !ok {
		return Moment{}, errTime
	}
	date, ok := parseDate(s[:end])
	if !ok {
		return Moment{}, errTime
	}
	m := Moment{Clock: date}
	if end == len(s) {
		return m, nil
	}
	_, separator := utf8.DecodeRuneInString(s[end:])
	return m, m.parseClock(s[end+separator:])
}

// dateEnd finds where the date ends: the forms differ in length, and a basic week date
// may run into the digits of a time.
func dateEnd(s string) (int, bool) {
	end := 10 // YYYY-MM-DD
	switch {
	case len(s) < 7:
		return 0, false
	case s[4] == '-' && s[5] == 'W':
		end = 8 // YYYY-Www
		if len(s) > 8 && s[8] == '-' && !(len(s) > 10 && isDigit(s[10])) {
			end = 10 // YYYY-Www-D
		}
	case s[4] == 'W':
		run := 7
		for run < len(s) && isDigit(s[run]) {
			run++
		}
		switch {
		case run < 9:
			end = run
		case run%2 == 0:
			end = 7
		default:
			end = 8
		}
	case s[4] != '-':
		end = 8 // YYYYMMDD
	}
	return end, end <= len(s)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number reads exactly so many ASCII digits from the front of s.
func number(s string, digits int) (n int, rest string, ok bool) {
	if len(s) < digits {
		return 0, "", false
	}
	for i := range digits {
		if !isDigit(s[i]) {
			return 0, "", false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s[digits:], true
}

func parseDate(s string) (time.Time, bool) {
	year, rest, ok := number(s, 4)
	if !ok || year < 1 {
		return time.Time{}, false
	}
	rest, dashed := strings.CutPrefix(rest, "-")
	if week, isWeek := strings.CutPrefix(rest, "W"); isWeek {
		return parseWeekDate(year, week, dashed)
	}
	month, rest, ok1 := number(rest, 2)
	rest, dashed2 := strings.CutPrefix(rest, "-")
	day, rest, ok2 := number(rest, 2)
	if !ok1 || !ok2 || rest != "" || dashed != dashed2 || month < 1 || month > 12 || day < 1 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, t.Month() == time.Month(month)
}

func parseWeekDate(year int, s string, dashed bool) (time.Time, bool) {
	week, rest, ok := number(s, 2)
	day := 1
	if ok && rest != "" {
		var dashed2 bool
		rest, dashed2 = strings.CutPrefix(rest, "-")
		day, rest, ok = number(rest, 1)
		ok = ok && dashed == dashed2
	}
	if !ok || rest != "" || week < 1 || day < 1 || day > 7 {
		return time.Time{}, false
	}
	// Week 1 is the one with the fourth of January.
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
	t := monday.AddDate(0, 0, 7*(week-1)+day-1)
	thursday := monday.AddDate(0, 0, 7*(week-1)+3)
	if thursday.Year() != year || t.Before(minTime) || t.After(maxTime) {
		return time.Time{}, false
	}
	return t, true
}
