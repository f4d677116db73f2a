package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"coen/ceremony/chain"
	"coen/ceremony/drive"
	"coen/ceremony/guard"
	"coen/ceremony/show"
)

func (p *program) guardCommand() *cobra.Command {
	var noMount bool
	var hsmfds, ksrfds []string
	c := &cobra.Command{
		Use:   "guard",
		Short: "Watch the flash drives: what each is for, and whether it may be removed",
		Long: `Watch flash drives come and go. Each is recognised by its label and, if serial
numbers are announced, by these too, and a banner says what it is for and whether
it may be removed now. An HSMFD is mounted at /media/HSMFD, a second one read-only
beside it; a KSRFD read-only; any other drive is not mounted. A drive that is
pulled out while it is in use is told at once and noted in the ceremony log.`,
		Example: `  ceremony guard --hsmfd 4C530001 --ksrfd 07A1B2`,
		Args:    usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			g := &guard.Guard{Machine: drive.Host, Mount: !noMount, Tell: p.tellDrive,
				Announced: map[drive.Purpose][]string{drive.HSMFD: hsmfds, drive.KSRFD: ksrfds}}
			return g.Watch(p.ctx)
		},
	}
	f := c.Flags()
	f.BoolVar(&noMount, "no-mount", false, "mount nothing")
	f.StringSliceVar(&hsmfds, "hsmfd", nil, "`serial` numbers of the HSMFDs")
	f.StringSliceVar(&ksrfds, "ksrfd", nil, "`serial` numbers of the KSRFDs")
	return c
}

// headlines are what a banner says, by purpose.
var headlines = map[drive.Purpose]string{
	drive.HSMFD: "HSMFD", drive.KSRFD: "KSR drive", drive.System: "system", drive.Unknown: "UNKNOWN",
}

// tellDrive shows a banner and writes the event into the ceremony log.
func (p *program) tellDrive(n guard.Notice) {
	d := n.Drive
	if n.Kind != guard.Changed || !n.Status.Safe {
		p.event(string(n.Kind), chain.F("purpose", n.Purpose), chain.F("device", d.Path), chain.F("serial", d.Serial),
			chain.F("size", d.Size), chain.F("content", d.Content()), chain.F("safe", n.Status.Safe), chain.F("status", n.Status.Words))
	}
	var b strings.Builder
	rule := strings.Repeat("=", bannerWidth)
	verdict := "MAY BE REMOVED NOW"
	switch {
	case n.Kind == guard.Removed && n.Status.Safe:
		verdict = "REMOVED"
	case n.Kind == guard.Removed:
		verdict = "PULLED OUT TOO EARLY: " + n.Status.Words
	case !n.Status.Safe:
		verdict = "DO NOT REMOVE: " + n.Status.Words
	}
	if !n.Status.Safe {
		rule = strings.Repeat("#", bannerWidth)
		verdict = p.emphasis(verdict)
	}
	fmt.Fprintf(&b, "\n%s  %s\n%s\n", rule, p.clock().Format("15:04:05 UTC"), show.Banner(headlines[n.Purpose]))
	fmt.Fprintf(&b, "%v\n", d)
	if n.Reason != "" {
		fmt.Fprintf(&b, "%s\n", n.Reason)
	}
	if n.Kind != guard.Removed {
		b.WriteString(whereMounted(d))
	}
	fmt.Fprintf(&b, "\n>>> %s\n%s\n", verdict, rule)
	fmt.Fprint(p.stdout, b.String())
}

// whereMounted has a line for each place.
func whereMounted(d *drive.Drive) string {
	var b strings.Builder
	for _, m := range d.Mounts() {
		mode := "can be written"
		if m.ReadOnly {
			mode = "read-only"
		}
		fmt.Fprintf(&b, "mounted at %s, %s\n", m.Dir, mode)
	}
	return or(b.String(), "not mounted\n")
}

// bannerWidth leaves room for the time in a terminal of 80 characters.
const bannerWidth = 66

// emphasis makes words stand out on a terminal, which also rings: reverse video
// (ECMA-48, SGR 7). The words themselves say what matters.
func (p *program) emphasis(words string) string {
	if f, ok := p.stdout.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return "\a\x1b[7m " + words + " \x1b[0m"
	}
	return words
}
