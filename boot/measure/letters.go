package measure

import "strings"

// alphabet has the letters of REHEARSAL, five lines of five columns each.
var alphabet = map[byte][5]string{
	'A': {" ### ", "#   #", "#####", "#   #", "#   #"},
	'E': {"#####", "#    ", "#### ", "#    ", "#####"},
	'H': {"#   #", "#   #", "#####", "#   #", "#   #"},
	'L': {"#    ", "#    ", "#    ", "#    ", "#####"},
	'R': {"#### ", "#   #", "#### ", "#  # ", "#   #"},
	'S': {" ####", "#    ", " ### ", "    #", "#### "},
}

// letters writes a word large, as five lines.
func letters(word string) []string {
	lines := make([]string, 5)
	for i := range lines {
		var b strings.Builder
		for _, c := range []byte(word) {
			b.WriteString(alphabet[c][i] + "  ")
		}
		lines[i] = strings.TrimRight(b.String(), " ")
	}
	return lines
}
