package paper

import (
	"bytes"
)

// stamp has a 0 for each digit of the time that key tools put before each line
// of their logs.
const stamp = "0000-00-00T00:00:00Z: ["

// StripStamps removes time stamp and level, "2026-11-22T13:30:00Z: [INFO] ",
// from the beginning of each line that has exactly that. Later brackets, other
// lines and the ends of lines stay as they are.
func StripStamps(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for line := range bytes.Lines(text) {
		out = append(out, line[stampLength(line):]...)
	}
	return out
}

// stampLength returns how many bytes of a line are time stamp and level.
func stampLength(line []byte) int {
	if len(line) < len(stamp) {
		return 0
	}
	for i, c := range []byte(stamp) {
		if digit := '0' <= line[i] && line[i] <= '9'; c == '0' && !digit || c != '0' && line[i] != c {
			return 0
		}
	}
	for i, c := range line[len(stamp):] {
		end := len(stamp) + i
		switch {
		case 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z':
		case c == ']' && i > 0 && end+1 < len(line) && line[end+1] == ' ':
			return end + 2
		default:
			return 0
		}
	}
	return 0
}
