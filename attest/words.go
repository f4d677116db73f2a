package attest

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"coen/pgpwords"
)

// WriteText tells the statement to people.
func (s *Statement) WriteText(w io.Writer) {
	b := &s.Body
	fmt.Fprintf(w, "Statement:  %s\n", s.sentence())
	fmt.Fprintf(w, "Release:    %s %s\n", b.Image, b.Release)
	fmt.Fprintf(w, "ISO:        %s\n", s.ISO.Name)
	fmt.Fprintf(w, "SHA-256:    %s\n", s.ISO.SHA256)
	if b.Result == Differs {
		fmt.Fprintf(w, "Built:      %s\n", b.Built)
	}
	if b.Result != Failed {
		fmt.Fprintf(w, "Size:       %d\nPGP Words:  %s\n", b.Size, pgpwords.String(b.Built[:]))
	}
	fmt.Fprintf(w, "Recipe:     %s\nLock:       %s\n", b.Recipe, b.Lock)
	fmt.Fprintf(w, "Tool:       %s, by %s\n", b.Tool.SHA256, b.Tool.Go)
	if len(b.Varied) > 0 {
		var list []string
		for _, k := range slices.Sorted(maps.Keys(b.Varied)) {
			list = append(list, k+" "+b.Varied[k])
		}
		fmt.Fprintf(w, "Built with: %s\n", strings.Join(list, ", "))
	}
	fmt.Fprintf(w, "Stated:     %s\n", b.Time.Format("2006-01-02 15:04:05 UTC"))
	if b.Note != "" {
		fmt.Fprintf(w, "Note:       %s\n", b.Note)
	}
}

func (s *Statement) sentence() string {
	switch s.Body.Result {
	case Reproduced:
		return "I built this lock and got this ISO."
	case Differs:
		return "I BUILT THIS LOCK AND GOT ANOTHER ISO."
	}
	return "I tried to build this lock and FAILED."
}
