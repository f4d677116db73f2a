package sbom

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"coen/debian/deb822"
)

// maxExtracted bounds how much of a licence's text is repeated, in bytes.
const maxExtracted = 64 << 10

// parseCopyright reads a copyright file in Debian's machine-readable form 1.0. It
// returns all licences of its Files paragraphs as one expression, and those that
// SPDX does not know by their references; "" if the file is in no such form.
func parseCopyright(text []byte, path string) (string, map[string]licence) {
	list, err := paragraphs(text)
	if err != nil || len(list) == 0 || !strings.Contains(list[0].Get("Format"), "copyright-format/1.0") {
		return "", nil
	}
	c := &copyright{path: path, texts: map[string]string{}, others: map[string]licence{}}
	var names []string
	for _, p := range list {
		name, rest, _ := strings.Cut(p.Get("License"), "\n")
		name = operators.Replace(strings.Join(strings.Fields(name), " "))
		if rest != "" && c.texts[name] == "" {
			c.texts[name] = unfolded(rest)
		}
		if p.Has("Files") && name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var parts []string
	for _, name := range slices.Compact(names) {
		parts = append(parts, c.expression(name))
	}
	return join(parts, "AND"), c.others
}

// Declared returns the licences that a copyright file in Debian's machine-readable
// form declares, as one SPDX expression; "" if it is in no such form.
func Declared(copyright []byte) string {
	expression, _ := parseCopyright(copyright, "")
	return expression
}

// paragraphs reads control data in which comments may stand.
func paragraphs(text []byte) (list []*deb822.Paragraph, err error) {
	r := deb822.NewReader(bytes.NewReader(text))
	r.Comments = true
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}

}

// operators are written in small letters in Debian's form; some take SPDX's.
var operators = strings.NewReplacer(" OR ", " or ", " AND ", " and ")

// unfolded returns a multi-line field's text as it is meant (deb822(5)): without
// the leading blank of each line, and lines of a single dot empty.
func unfolded(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		line = strings.TrimPrefix(line, " ")
		if strings.TrimSpace(line) == "." {
			line = ""
		}
		lines[i] = line
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

type copyright struct {
	path   string
	texts  map[string]string // by the file's name for the licence
	others map[string]licence
}

// expression translates "A or B, and C". A comma binds weakest, "and" strongest.
func (c *copyright) expression(s string) string {
	for _, op := range []struct{ from, to string }{
		{", and ", "AND"}, {", or ", "OR"}, {" or ", "OR"}, {" and ", "AND"},
	} {
		parts := strings.Split(s, op.from)
		if len(parts) == 1 {
			continue
		}
		for i, p := range parts {
			parts[i] = c.expression(strings.TrimSpace(p))
		}
		slices.Sort(parts)
		return join(slices.Compact(parts), op.to)
	}
	if id := known(s); id != "" {
		return id
	}
	return c.reference(s)
}

// join joins expressions, each in parentheses that is not a single licence.
func join(parts []string, op string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	for i, p := range parts {
		if strings.Contains(p, " ") {
			parts[i] = "(" + p + ")"
		}
	}
	return strings.Join(parts, " "+op+" ")
}

// reference makes a LicenseRef of a licence that SPDX does not know.
func (c *copyright) reference(name string) string {
	text := c.texts[name]
	if text == "" {
		text = "See " + c.path + "."
	}
	if len(text) > maxExtracted {
		text = text[:maxExtracted]
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return '-'
	}, name)
	ref := fmt.Sprintf("LicenseRef-%s-%x", strings.Trim(clean, "-"), sha256.Sum256([]byte(text)))
	ref = ref[:len(ref)-64+12]
	c.others[ref] = licence{name, text}
	return ref
}
