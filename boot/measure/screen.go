package measure

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"coen/pgpwords"
)

// The size of a screen in characters. The last line is for a prompt.
const (
	Columns = 64
	Lines   = 24
)

// Screen returns what people read of a record, in lines of plain ASCII without
// trailing blanks, at most Columns wide and Lines-1 high. Words are numbered and
// four to a line, so that the two-syllable ones stand below each other, and so do
// the three-syllable ones.
func (r *Record) Screen() []string {
	var lines []string
	if r.Rehearsal {
		lines = append(letters("REHEARSAL"), "")
	}
	lines = append(lines, clip(r.Release), "",
		clip("Medium   "+r.where()),
		fmt.Sprintf("Size     %d bytes", r.Size))
	switch r.State {
	case Pending:
		return append(lines, "", "Reading all of it:")
	case Complete:
		lines = append(lines, r.digest()...)
		lines = append(lines, "", "Every block of the root file system is as it was built.")
	case Skipped:
		lines = append(lines, "SHA-256  not measured: the boot menu asked not to", "",
			"The system verifies each block when it reads it.")
	}
	if r.ToRAM {
		lines = append(lines, "It runs from memory: the medium can be removed now.")
	}
	if len(r.Others) > 0 {
		lines = append(lines, clip("CAREFUL: the same volume is also on "+strings.Join(r.Others, ", ")+"."))
	}
	for len(lines) > Lines-1 { // only a rehearsal has so many: they lose blank ones
		i := slices.Index(lines, "")
		lines = slices.Delete(lines, i, i+1)
	}
	return lines
}

// where names the medium by device and drive.
func (r *Record) where() string {
	where := strings.TrimPrefix(r.Device, "/dev/")
	if r.Drive != "" {
		where += ", " + r.Drive
	}
	return special.ReplaceAllString(where, "?")
}

// digest returns the SHA-256 as two lines of groups of four digits, and the words.
func (r *Record) digest() []string {
	digits := hex.EncodeToString(r.SHA256[:])
	var groups []string
	for ; digits != ""; digits = digits[4:] {
		groups = append(groups, digits[:4])
	}
	lines := []string{
		"SHA-256  " + strings.Join(groups[:8], " "),
		"         " + strings.Join(groups[8:], " "),
		"",
	}
	var line strings.Builder
	for i, word := range pgpwords.Words(r.SHA256[:]) {
		fmt.Fprintf(&line, "%2d %-13s", i+1, word)
		if i%4 == 3 {
			lines = append(lines, strings.TrimRight(line.String(), " "))
			line.Reset()
		}
	}
	return lines
}

// clip cuts what does not fit a line.
func clip(s string) string { return strings.TrimRight(s[:min(len(s), Columns)], " ") }
