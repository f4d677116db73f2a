package command

import (
	"strconv"
	"strings"
	"time"
)

// dateLayouts are the forms of an absolute date that parseDate knows. Zones
// are UTC or numeric.
var dateLayouts = []string{
	"2006-01-02",
	"2006-01-02 15:04",
	"2006-01-02 15:04:05",
	"2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04 -0700",
	"2006-01-02 15:04:05 UTC",
	"2006-01-02 15:04 UTC",
	"2006-01-02 UTC",
	"2006-01-02T15:04",
	"2006-01-02T15:04:05",
	time.RFC3339,
	"20060102",
	"Mon, 02 Jan 2006 15:04:05 -0700",
	"Mon, 2 Jan 2006 15:04:05 -0700",
	"Mon Jan _2 15:04:05 UTC 2006",
	"2 Jan 2006",
	"Jan 2 2006",
	"Jan 2, 2006",
}

// unitSeconds are the units of fixed length in relative dates.
var unitSeconds = map[string]int64{
	"sec": 1, "second": 1, "min": 60, "minute": 60, "hour": 3600,
	"day": 86400, "week": 604800, "fortnight": 1209600,
}

// parseDate reads a date as the -d option of GNU date and touch takes it:
// "@SECONDS", an absolute date, "now", "today", "yesterday", "tomorrow", or
// relative units such as "3 days ago". The result is in seconds since
// 1970-01-01 UTC.
func parseDate(s string, now int64) (sec int64, ok bool) {
	s = strings.TrimSpace(s)
	if digits, ok := strings.CutPrefix(s, "@"); ok {
		v, err := strconv.ParseInt(digits, 10, 64)
		return v, err == nil
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Unix(), true
		}
	}
	return parseRelative(strings.Fields(strings.ToLower(s)), now)
}

// parseRelative reads words such as "now", "+2", "days", "1", "hour", "ago".
func parseRelative(words []string, now int64) (sec int64, ok bool) {
	for len(words) > 0 {
		switch words[0] {
		case "now", "today":
			words = words[1:]
			continue
		case "yesterday":
			now -= 86400
			words = words[1:]
			continue
		case "tomorrow":
			now += 86400
			words = words[1:]
			continue
		}
		if len(words) < 2 {
			return 0, false
		}
		n, err := strconv.ParseInt(words[0], 10, 32)
		unit, known := unitSeconds[strings.TrimSuffix(words[1], "s")]
		if err != nil || !known {
			return 0, false
		}
		words = words[2:]
		if len(words) > 0 && words[0] == "ago" {
			n, words = -n, words[1:]
		}
		now += n * unit
	}
	return now, true
}

// parseStamp reads the [[CC]YY]MMDDhhmm[.ss] of touch -t.
func parseStamp(s string, now int64) (sec int64, ok bool) {
	digits, seconds, dotted := strings.Cut(s, ".")
	switch len(digits) {
	case 8:
		digits = strconv.Itoa(time.Unix(now, 0).UTC().Year()) + digits
	case 10:
		century := "20"
		if digits >= "69" {
			century = "19"
		}
		digits = century + digits
	}
	if !dotted {
		seconds = "00"
	}
	t, err := time.Parse("200601021504.05", digits+"."+seconds)
	return t.Unix(), err == nil && len(digits) == 12
}
