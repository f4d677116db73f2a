package main

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"coen/ceremony/chain"
	"coen/ceremony/drive"
	"coen/ceremony/guard"
	"coen/ceremony/show"
	"coen/ceremony/wall"
	"coen/internal/commandline"
)

func (p *program) guardCommand() *cobra.Command {
	var noMount, onTerminals bool
	var hsmfds, ksrfds []string
	c := &cobra.Command{
		Use:   "guard",
		Short: "Watch the flash drives: what each is for, and whether it may be removed",
		Long: `Watch flash drives come and go. Each is recognised by its label and, if serial
numbers are announced, by these too, and a banner says what it is for and whether
it may be removed now. An HSMFD is mounted at /media/HSMFD, a second one read-only
beside it; a KSRFD read-only; any other drive is not mounted. A drive that is
pulled out while it is in use is told at once and noted in the ceremony log.

The image starts a guard with --no-mount and --wall: drives are offered, and who
works at a terminal reads of them there.`,
		Example: `  ceremony guard --hsmfd 4C530001 --ksrfd 07A1B2`,
		Args:    commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			tell := p.tellDrive
			if onTerminals {
				tell = p.tellEverybody
			}
			g := &guard.Guard{Machine: drive.Host, Mount: !noMount, Tell: tell,
				Announced: map[drive.Purpose][]string{drive.HSMFD: hsmfds, drive.KSRFD: ksrfds}}
			return g.Watch(p.ctx)
		},
	}
	f := c.Flags()
	f.BoolVar(&noMount, "no-mount", false, "mount nothing; say how it is done")
	f.BoolVar(&onTerminals, "wall", false, "show what comes and goes on every terminal where a shell waits for a command")
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
	p.noteDrive(n)
	fmt.Fprint(p.stdout, banner(n, p.clock(), p.emphasis))
}

// tellEverybody does so, and shows people at their terminals what came and went:
// where a shell waits, and everywhere if a drive was pulled out too early. What
// changes while they work with a drive they know, and what they started from.
func (p *program) tellEverybody(n guard.Notice) {
	p.tellDrive(n)
	if n.Kind == guard.Changed || n.Kind == guard.Inserted && n.Purpose == drive.System {
		return
	}
	terminals, err := wall.Terminals("/proc")
	if err != nil {
		fmt.Fprintf(p.stderr, "WARNING: not shown on terminals: %v\n", err)
	}
	text := banner(n, p.clock(), reversed)
	for _, t := range terminals {
		if !t.Waits && n.Status.Safe {
			continue
		}
		if err := t.Show(text); err != nil {
			fmt.Fprintf(p.stderr, "WARNING: %v\n", err)
		}
	}
}

// noteDrive writes into the ceremony log what somebody may want to know later.
func (p *program) noteDrive(n guard.Notice) {
	if d := n.Drive; n.Kind != guard.Changed || !n.Status.Safe {
		p.event(string(n.Kind), chain.F("purpose", n.Purpose), chain.F("device", d.Path), chain.F("serial", d.Serial),
			chain.F("size", d.Size), chain.F("content", d.Content()), chain.F("safe", n.Status.Safe), chain.F("status", n.Status.Words))
	}
}

// banner is what people read of a notice; emphasis makes words stand out.
func banner(n guard.Notice, now time.Time, emphasis func(string) string) string {
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
		verdict = emphasis(verdict)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s  %s\n%s\n", rule, now.Format("15:04:05 UTC"), show.Banner(headlines[n.Purpose]))
	fmt.Fprintf(&b, "%v\n", n.Drive)
	if n.Reason != "" {
		fmt.Fprintf(&b, "%s\n", n.Reason)
	}
	if n.Kind != guard.Removed {
		b.WriteString(whereMounted(n.Drive))
	}
	if n.Kind == guard.Inserted && len(n.Drive.Mounts()) == 0 {
		b.WriteString(offer(n))
	}
	fmt.Fprintf(&b, "\n>>> %s\n%s\n", verdict, rule)
	return b.String()
}

// offer is the command that mounts the drive of a notice as its purpose wants it.
func offer(n guard.Notice) string {
	v := n.Drive.Volume()
	switch {
	case v == nil || n.Purpose == drive.System:
		return ""
	case n.Purpose == drive.HSMFD:
		return fmt.Sprintf("to use it: ceremony mount --write %s\n", v.Label)
	case n.Purpose == drive.KSRFD:
		return fmt.Sprintf("to read it: ceremony mount %s\n", v.Label)
	}
	return fmt.Sprintf("to read it: ceremony mount %s\n", n.Drive.Path)
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
	return cmp.Or(b.String(), "not mounted\n")
}

// bannerWidth leaves room for the time in a terminal of 80 characters.
const bannerWidth = 66

// emphasis makes words stand out, if it is a terminal where they go.
func (p *program) emphasis(words string) string {
	if f, ok := p.stdout.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return reversed(words)
	}
	return words
}

// reversed shows words in reverse video (ECMA-48, SGR 7) and rings. The words
// themselves say what matters.
func reversed(words string) string { return "\a\x1b[7m " + words + " \x1b[0m" }
