package diff

import (
	_ "embed"
	"html/template"
	"io"
	"strings"

	"coen/inspect"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"phrases": func(c Change) []string { return c.Phrases() },

	"lines": func(s string) []string { return strings.Split(s, "\n") },
	"class": lineClass,
	"where": Where,
	"count": count,
}).Parse(pageText))

// A group has the changes of one place.
type group struct {
	Place   inspect.Place
	Changes []Change
	Follow  []Change // consequences of others
}

// HTML writes a report as a page that needs no other file.
func (r *Report) HTML(w io.Writer) error {
	var groups []group
	for _, p := range order {
		g := group{Place: p}
		for _, c := range r.Changes {
			switch {
			case c.Place != p:
			case c.Follows == "":
				g.Changes = append(g.Changes, c)
			default:
				g.Follow = append(g.Follow, c)
			}
		}
		if len(g.Changes)+len(g.Follow) > 0 {
			groups = append(groups, g)
		}
	}
	return page.Execute(w, struct {
		*Report
		Groups []group
	}{r, groups})
}

// lineClass tells the lines of a text diff apart, for colours.
func lineClass(line string) string {
	switch {
	case strings.HasPrefix(line, "+"):
		return "add"
	case strings.HasPrefix(line, "-"):
		return "del"
	case strings.HasPrefix(line, "@@"):
		return "at"
	}
	return ""
}
