package explain

import (
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// author reads an author of the provenance list, "kind name: detail", and finds
// the lines it refers to.
func (e *Explainer) author(s string) Author {
	var a Author
	s, a.Detail, _ = strings.Cut(s, ": ")
	a.Kind, a.Name, _ = strings.Cut(s, " ")
	switch a.Kind {
	case "rule":
		if l, ok := recipeLine(e.recipe, a.Detail); ok {
			a.Lines = append(a.Lines, l)
		}
	case "script", "trigger":
		a.Lines = e.scriptLines(a.Detail)
	}
	return a
}

// place is "dbus.postinst:24: ", of which there is one for each script on the
// way to a command.
var place = regexp.MustCompile(`^([^\s:]+):(\d+): `)

// scriptLines finds the lines of scripts that a detail begins with. A script
// that the image does not have has none.
func (e *Explainer) scriptLines(detail string) (lines []Line) {
	for {
		m := place.FindStringSubmatch(detail)
		if m == nil {
			return lines
		}
		detail = detail[len(m[0]):]
		number, err := strconv.Atoi(m[2])
		if err != nil {
			continue
		}
		if file, ok := e.script(m[1]); ok {
			if text, ok := e.line(file, number); ok {
				lines = append(lines, Line{file, number, text})
			}
		}
	}
}

// script finds a script by its base name: a maintainer script in dpkg's
// database, or else the only file of that name in the image.
func (e *Explainer) script(base string) (string, bool) {
	const info = "/var/lib/dpkg/info/"
	if _, ok := e.records[info+base]; ok {
		return info + base, true
	}
	if name, kind, ok := strings.Cut(base, "."); ok { // of a package that is Multi-Arch: same
		if file := info + name + ":" + e.lock.Arch + "." + kind; e.records[file] != nil {
			return file, true
		}
	}
	found := ""
	for name, r := range e.records {
		if path.Base(name) == base && r.Kind == 'f' {
			if found != "" {
				return "", false
			}
			found = name
		}
	}
	return found, found != ""
}

// maxScript is the size in bytes of the largest script that is looked into.
const maxScript = 1 << 20

// line returns a line of a file, without blanks around it.
func (e *Explainer) line(file string, number int) (string, bool) {
	f, err := e.root.Open(strings.TrimPrefix(file, "/"))
	if err != nil {
		return "", false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxScript))
	if err != nil {
		return "", false
	}
	return lineOf(data, number)
}

func lineOf(text []byte, number int) (string, bool) {
	lines := strings.Split(string(text), "\n")
	if number < 1 || number > len(lines) {
		return "", false
	}
	return strings.TrimSpace(lines[number-1]), true
}
