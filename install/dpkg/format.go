package dpkg

import (
	"fmt"
	"strconv"
	"strings"
)

// A piece is part of a show format: text, or a field with a width.
type piece struct {
	text  string
	field string // "" for text
	width int
}

// maxWidth bounds the width of a field, which dpkg leaves to the memory there is.
const maxWidth = 4096

// parseFormat reads a format of dpkg-query --showformat.
func parseFormat(format string) ([]piece, error) {
	if format == "" {
		return nil, fmt.Errorf("may not be empty string")
	}
	var pieces []piece
	for format != "" {
		if rest, found := strings.CutPrefix(format, "${"); found {
			inside, rest, closed := strings.Cut(rest, "}")
			if !closed {
				return nil, fmt.Errorf("missing closing brace")
			}
			name, width, given := strings.Cut(inside, ";")
			n, err := strconv.Atoi(width)
			if given && err != nil {
				return nil, fmt.Errorf("invalid character in field width")
			}
			if n > maxWidth || n < -maxWidth {
				return nil, fmt.Errorf("field width is out of range")
			}
			pieces = append(pieces, piece{field: name, width: n})
			format = rest
			continue
		}
		end := len(format)
		if i := strings.Index(format[1:], "${"); i >= 0 {
			end = i + 1
		}
		pieces = append(pieces, piece{text: unescape(format[:end])})
		format = format[end:]
	}
	return pieces, nil
}

func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// virtual are the fields that dpkg-query computes.
var virtual = map[string]func(p *Package) string{
	"binary:package":          (*Package).Label,
	"binary:synopsis":         (*Package).synopsis,
	"binary:summary":          (*Package).synopsis,
	"db:status-abbrev":        func(p *Package) string { return "i" + string(p.state.abbrev()) + p.errorFlag() },
	"db:status-want":          func(p *Package) string { return "install" },
	"db:status-status":        func(p *Package) string { return p.state.String() },
	"db:status-eflag":         func(p *Package) string { return strings.Fields(status(p, ""))[1] },
	"db-fsys:files":           (*Package).fileLines,
	"source:package":          func(p *Package) string { name, _ := p.source(); return name },
	"source:version":          func(p *Package) string { _, version := p.source(); return version },
	"source:upstream-version": (*Package).upstream,
}

func (p *Package) errorFlag() string {
	if p.reinstall {
		return "R"
	}
	return " "
}

// synopsis returns the first line of the description.
func (p *Package) synopsis() string {
	line, _, _ := strings.Cut(p.Control.Get("Description"), "\n")
	return line
}

func (p *Package) fileLines() string {
	var b strings.Builder
	for _, name := range p.files {
		b.WriteString(" " + name + "\n")
	}
	return b.String()
}

// source returns name and version of the source package.
func (p *Package) source() (name, version string) {
	name, version = p.Name, p.Version.String()
	if s := p.Control.Get("Source"); s != "" {
		var inside string
		name, inside, _ = strings.Cut(s, " ")
		if inside = strings.Trim(inside, "( )"); inside != "" {
			version = inside
		}
	}
	return name, version
}

func (p *Package) upstream() string {
	_, v := p.source()
	if _, after, found := strings.Cut(v, ":"); found {
		v = after
	}
	if i := strings.LastIndexByte(v, '-'); i >= 0 {
		v = v[:i]
	}
	return v
}

// format renders p. A field that does not exist takes no room, whatever its
// width; a positive width aligns to the right, and both cut off.
func (p *Package) format(pieces []piece) string {
	var b strings.Builder
	for _, f := range pieces {
		if f.field == "" {
			b.WriteString(f.text)
			continue
		}
		value, known := p.lookup(f.field)
		if !known {
			continue
		}
		if f.width != 0 {
			value = fmt.Sprintf("%*s", f.width, value)
			value = value[:min(len(value), max(f.width, -f.width))]
		}
		b.WriteString(value)
	}
	return b.String()
}

// lookup finds a field for a show format.
func (p *Package) lookup(name string) (value string, known bool) {
	if f := virtual[strings.ToLower(name)]; f != nil {
		return f(p), true
	}
	for _, f := range fields {
		if strings.EqualFold(f.name, name) {
			value := f.value(p, f.name)
			if f.name == "Conffiles" {
				value = strings.TrimPrefix(value, "\n")
			}
			if (f.name == "Essential" || f.name == "Protected") && value == "" {
				value = "no"
			}
			if f.name == "Multi-Arch" && value == "" {
				value = "no"
			}
			return value, true
		}
	}
	return p.Control.Get(name), p.Control.Has(name)
}

func (q *query) show() error {
	format, given := q.values["showformat"]
	if !given {
		format = "${binary:Package}\t${Version}\n"
	}
	pieces, err := parseFormat(format)
	if err != nil {
		fmt.Fprintf(q.p.Stderr(), "dpkg-query: error in show format: %v\n", err)
		return exitStatus(2)
	}
	for _, p := range q.matching() {
		q.print("%s", p.format(pieces))
	}
	return nil
}

const listHead = `Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)
`

// list prints the table of "dpkg -l", its columns as wide as they must be.
func (q *query) list() error {
	packages := q.matching()
	if len(packages) == 0 {
		return nil
	}
	rows := [][4]string{{"Name", "Version", "Architecture", "Description"}}
	widths := [4]int{14, 12, 12, 33}
	for _, p := range packages {
		row := [4]string{p.Label(), p.Version.String(), p.Arch, p.synopsis()}
		for i := range row {
			widths[i] = max(widths[i], len([]rune(row[i])))
		}
		rows = append(rows, row)
	}
	q.print(listHead)
	for i, row := range rows {
		mark := "||/"
		if i > 0 {
			mark = "i" + string(packages[i-1].state.abbrev()) + packages[i-1].errorFlag()
		}
		q.print("%s %-*s %-*s %-*s %s\n", mark, widths[0], row[0], widths[1], row[1], widths[2], row[2], row[3])
		if i == 0 {
			q.print("+++-%s-%s-%s-%s\n", strings.Repeat("=", widths[0]), strings.Repeat("=", widths[1]),
				strings.Repeat("=", widths[2]), strings.Repeat("=", widths[3]))
		}
	}
	return nil
}
