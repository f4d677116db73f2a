package paper

import (
	"bytes"
	"regexp"
)

// looks are the escape sequences (ECMA-48) of a terminal that change how text
// looks and not what it says: colours and weight, the window's title, erasing to
// the end of a line that goes on anyway, marks around what is pasted (with the
// carriage return that Bash adds), choice of character set.
var looks = regexp.MustCompile(`\x1b\[[0-9;:]*m|\x1b\[0?K|\x1b\[\?2004[hl]\r?|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-B]`)

// Typescript prepares what a terminal was sent for paper: escape sequences that
// only change its looks are left out, and the carriage return before each end of
// line. It returns how many sequences that were. Everything else stays.
func Typescript(text []byte) (clean []byte, left int) {
	clean = looks.ReplaceAllFunc(text, func([]byte) []byte {
		left++
		return nil
	})
	return bytes.ReplaceAll(clean, []byte("\r\n"), []byte("\n")), left
}
