package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// labels say what the steps are.
var labels = map[string]string{
	"cold":       "coen, empty cache",
	"warm":       "coen, full cache",
	"changed":    "coen, one file changed",
	"mmdebstrap": "mmdebstrap",
	"mksquashfs": "mksquashfs -comp xz",
	"xorriso":    "xorriso",
}

// table compares all steps that were measured with theirs together.
func table(results map[string]measure) string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tCPU s\twall s\tmemory MiB\tsize MB\tload before\tCPU ratio\twall ratio\tsize ratio\t")
	var theirs measure
	complete := true
	for _, name := range []string{"mmdebstrap", "mksquashfs", "xorriso"} {
		m, ok := results[name]
		complete = complete && ok
		theirs.CPU += m.CPU
		theirs.Wall += m.Wall
		theirs.Memory = max(theirs.Memory, m.Memory)
		theirs.Size = m.Size // the last step makes the ISO
	}
	for _, s := range steps {
		m, ok := results[s.name]
		if !ok {
			continue
		}
		line(w, labels[s.name], m)
		if strings.HasPrefix(labels[s.name], "coen") && complete {
			fmt.Fprintf(w, "%.1f\t%.1f\t%.2f\t", ratio(theirs.CPU, m.CPU), ratio(theirs.Wall, m.Wall), float64(theirs.Size)/float64(m.Size))
		} else {
			fmt.Fprint(w, "\t\t\t")
		}
		fmt.Fprintln(w)
	}
	if complete {
		line(w, "the predecessor's way", theirs)
		fmt.Fprintln(w, "1.0\t1.0\t1.00\t")
	}
	w.Flush()
	return out.String()
}

func line(w *tabwriter.Writer, label string, m measure) {
	fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%d\t%.1f\t%s\t", label, m.CPU.Seconds(), m.Wall.Seconds(), m.Memory>>20, float64(m.Size)/1e6, m.Load)
}

func ratio(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }
