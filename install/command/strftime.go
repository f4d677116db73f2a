package command

import (
	"fmt"
	"strings"
	"time"
)

// strftimeLetters are the conversions of strftime(3) that stand for a fixed
// text or another format, in the C locale and UTC.
var strftimeLetters = map[byte]string{
	'n': "\n", 't': "\t", '%': "%%", 'Z': "UTC", 'z': "+0000",
	'D': "%m/%d/%y", 'F': "%Y-%m-%d", 'R': "%H:%M", 'T': "%H:%M:%S", 'r': "%I:%M:%S %p",
	'c': "%a %b %e %H:%M:%S %Y", 'x': "%m/%d/%y", 'X': "%H:%M:%S", 'h': "%b",
}

// strftimeLayouts are those that Go's layouts can express.
var strftimeLayouts = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'p': "PM",
}

// strftime formats t, which is in UTC, as date(1) does; false means that the
// format has a conversion that is not known.
func strftime(format string, t time.Time) (text string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		flag := byte(0)
		if strings.IndexByte("-_0^", format[i]) >= 0 && i+1 < len(format) {
			flag = format[i]
			i++
		}
		if format[i] == ':' && i+1 < len(format) && format[i+1] == 'z' {
			b.WriteString("+00:00")
			i++
			continue
		}
		piece, ok := conversion(format[i], flag, t)
		if !ok {
			return "", false
		}
		if flag == '^' {
			piece = strings.ToUpper(piece)
		}
		b.WriteString(piece)
	}
	return b.String(), true
}

// conversion returns the text for one letter.
func conversion(letter, flag byte, t time.Time) (text string, ok bool) {
	if layout, ok := strftimeLayouts[letter]; ok {
		return t.Format(layout), true
	}
	if letter == '%' {
		return "%", true
	}
	if format, ok := strftimeLetters[letter]; ok {
		return strftime(format, t)
	}
	value, width, pad := 0, 2, byte('0')
	switch letter {
	case 'd':
		value = t.Day()
	case 'e':
		value, pad = t.Day(), '_'
	case 'H':
		value = t.Hour()
	case 'k':
		value, pad = t.Hour(), '_'
	case 'I':
		value = (t.Hour()+11)%12 + 1
	case 'l':
		value, pad = (t.Hour()+11)%12+1, '_'
	case 'm':
		value = int(t.Month())
	case 'M':
		value = t.Minute()
	case 'S':
		value = t.Second()
	case 'y':
		value = t.Year() % 100
	case 'C':
		value = t.Year() / 100
	case 'Y':
		value, width = t.Year(), 1
	case 'j':
		value, width = t.YearDay(), 3
	case 'N':
		value, width = 0, 9
	case 's':
		return fmt.Sprint(t.Unix()), true
	case 'u':
		value, width = (int(t.Weekday())+6)%7+1, 1
	case 'w':
		value, width = int(t.Weekday()), 1
	case 'U':
		value = (t.YearDay() + 6 - int(t.Weekday())) / 7
	case 'W':
		value = (t.YearDay() + 6 - (int(t.Weekday())+6)%7) / 7
	case 'V':
		_, value = t.ISOWeek()
	case 'G':
		value, _ = t.ISOWeek()
		width = 1
	case 'g':
		value, _ = t.ISOWeek()
		value %= 100
	default:
		return "", false
	}
	return padNumber(value, width, pad, flag), true
}

// padNumber fills a number with zeros or blanks, as pad or else flag says.
func padNumber(value, width int, pad, flag byte) string {
	if flag != 0 && flag != '^' {
		pad = flag
	}
	switch pad {
	case '-':
		return fmt.Sprint(value)
	case '_':
		return fmt.Sprintf("%*d", width, value)
	}
	return fmt.Sprintf("%0*d", width, value)
}
