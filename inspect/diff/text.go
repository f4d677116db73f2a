package diff

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"coen/inspect"
)

// Text writes a report for people. With details, each changed file is followed by
// what differs in it; without, by nothing. Consequences of other changes are counted,
// not listed, unless all is set.
func (r *Report) Text(w io.Writer, details, all bool) error {
	out := bufio.NewWriter(w)
	line(out, "%s", r.Headline())
	line(out, "Cause:      %s", r.Cause)
	r.packages(out)
	follows := 0
	for _, p := range order {
		first := true
		for i := range r.Changes {
			c := &r.Changes[i]
			if c.Place != p {
				continue
			}
			if c.Follows != "" && !all {
				follows++
				continue
			}
			if first {
				line(out, "")
				line(out, "In %s", Where(p))
				first = false
			}
			c.text(out, details)
		}
	}
	if follows > 0 {
		line(out, "")
		line(out, "%s from these.", count(follows, "other difference follows", "other differences follow"))
	}
	return out.Flush()
}

// Headline is the view before a ceremony: what a release changes, in one sentence.
func (r *Report) Headline() string {
	from, to := r.A.Release, r.B.Release
	if from == "" || to == "" || from == to {
		from, to = r.A.Name, r.B.Name
	}
	if r.Identical {
		return fmt.Sprintf("%s and %s are the same, byte for byte.", from, to)
	}
	if !r.Different() {
		return fmt.Sprintf("%s and %s are the same, path by path.", from, to)
	}
	paths, arguments := 0, []string{}
	seen := map[string]bool{}
	for i := range r.Changes {
		c := &r.Changes[i]
		if c.Place == inspect.InRoot {
			paths++
		}
		for _, t := range c.Traits {
			if c.Place == OfMenu && t.Name == "argument" && c.Follows == "" && !seen[phrase(t)] {
				seen[phrase(t)] = true
				arguments = append(arguments, phrase(t))
			}
		}
	}
	kernel := "no kernel argument"
	if len(arguments) > 0 {
		kernel = count(len(arguments), "kernel argument", "kernel arguments") + ": " + strings.Join(arguments, ", ")
	}
	return fmt.Sprintf("%s → %s changes %s, %s, %s.", from, to,
		count(len(r.Packages), "package", "packages"), count(paths, "path", "paths"), kernel)
}

func (r *Report) packages(out io.Writer) {
	if len(r.Packages) == 0 {
		return
	}
	line(out, "")
	line(out, "Packages")
	for _, p := range r.Packages {
		switch {
		case p.A == "":
			line(out, "  + %s %s", p.Name, p.B)
		case p.B == "":
			line(out, "  - %s %s", p.Name, p.A)
		case p.Bytes:
			line(out, "  ! %s %s: the same version, other bytes", p.Name, p.A)
		default:
			line(out, "    %s %s → %s", p.Name, p.A, p.B)
		}
	}
}

func (c *Change) text(out io.Writer, details bool) {
	for _, s := range c.Phrases() {
		line(out, "  %s", s)
	}
	if c.Author != "" {
		line(out, "      by %s", c.Author)
	}
	if c.Follows != "" {
		line(out, "      follows from %s", c.Follows)
	}
	if !details || c.Detail == "" {
		return
	}
	for text := range strings.SplitSeq(c.Detail, "\n") {
		line(out, "      | %s", text)
	}
}

// line writes a line, without anything that could steer a terminal.
func line(out io.Writer, format string, args ...any) {
	fmt.Fprintln(out, Printable(fmt.Sprintf(format, args...)))
}
