package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"coen/ceremony/chain"
	"coen/ceremony/clone"
	"coen/ceremony/drive"
	"coen/ceremony/paper"
	"coen/internal/commandline"
	"coen/internal/console"
	"coen/pgpwords"
)

// copyAll makes the copies and says of each whether it is good.
func (p *program) copyAll(o *copying, targets []drive.Drive) error {
	job := &clone.Job{Source: o.source, Manifest: o.manifest, FileSystem: o.fileSystem, Label: o.label}
	progress := console.New(os.Stderr)
	var said sync.Mutex
	if !o.verbose {
		progress.Start(fmt.Sprintf("Copying to %d drives", len(targets)), job.Work()*int64(len(targets)), console.Bytes)
		job.Progress = progress.Add
	} else { // a line for each step, which a bar would overwrite
		job.Begin = func(d *drive.Drive, step clone.Step) {
			said.Lock()
			defer said.Unlock()
			fmt.Fprintf(p.stderr, "%s %s: %s\n", p.clock().Format("15:04:05"), d.Path, step)
		}
	}
	results := job.Run(p.ctx, targets)
	progress.Close()
	return p.reportCopies(o, results)
}

// reportCopies tells what came of each drive, so that no drive leaves the room of
// which that is not known.
func (p *program) reportCopies(o *copying, results []clone.Result) error {
	fmt.Fprintf(p.stdout, "\n")
	var labels bytes.Buffer
	bad := 0
	for i, r := range results {
		verdict := "GOOD"
		fields := []chain.Field{chain.F("device", r.Drive.Path), chain.F("serial", r.Drive.Serial)}
		if errors.Is(r.Err, context.Canceled) {
			r.Err = errors.New("interrupted before it was proved")
		}
		if r.Err != nil {
			verdict, bad = "NOT GOOD: "+r.Err.Error(), bad+1
			fields = append(fields, chain.F("good", false), chain.F("reason", r.Err))
		} else {
			fields = append(fields, chain.F("good", true), chain.F("root", fmt.Sprintf("%x", r.Root)))
			labels.WriteString(p.label(o, i+1, len(results), &r))
		}
		p.event("drive-copy", fields...)
		fmt.Fprintf(p.stdout, "COPY %d  %s\n        %v\n", i+1, verdict, describe(r.Drive))
		var different *clone.DifferentError
		if errors.As(r.Err, &different) {
			p.showDifferences("", different.Differences)
		}
	}
	fmt.Fprintf(p.stdout, "\n%s", labels.String())
	err := p.printLabels(o, labels.Bytes())
	switch {
	case bad > 0 && p.ctx.Err() != nil:
		fmt.Fprintf(p.stdout, "INTERRUPTED. %d of %d copies are good; the others hold nothing that counts.\n", len(results)-bad, len(results))
	case bad > 0:
		fmt.Fprintf(p.stdout, "%d of %d copies are NOT GOOD.\n", bad, len(results))
	default:
		fmt.Fprintf(p.stdout, "All %d copies are good: what each drive holds was read back and is the source.\n", len(results))
	}
	if bad > 0 && err != nil {
		fmt.Fprintf(p.stderr, "copy-hsmfd: %v\n", err)
	}
	if bad > 0 {
		return commandline.Exit(exitFailed)
	}
	return err
}

// describe names a drive without what it held before.
func describe(d *drive.Drive) string {
	return fmt.Sprintf("%s, serial %s, %s, %s", strings.TrimSpace(d.Vendor+" "+d.Model), cmp.Or(d.Serial, "-"), drive.Bytes(d.Size), d.Path)
}

// label is the text that is put to a copy: what it is and by which hash that can
// be checked.
func (p *program) label(o *copying, n, of int, r *clone.Result) string {
	files, size := o.manifest.Files()
	var b strings.Builder
	fmt.Fprintf(&b, "%s  copy %d of %d    %s\n", o.label, n, of, p.clock().Format("2006-01-02 15:04 UTC"))
	fmt.Fprintf(&b, "%s\n%d files, %d bytes. hsmfd-hash --manifest:\n", describe(r.Drive), files, size)
	digits := fmt.Sprintf("%x", r.Root)
	for i := 0; i < len(digits); i += 32 {
		fmt.Fprintf(&b, "  %s %s %s %s\n", digits[i:i+8], digits[i+8:i+16], digits[i+16:i+24], digits[i+24:i+32])
	}
	words := pgpwords.Words(r.Root[:])
	for i := 0; i < len(words); i += 4 {
		fmt.Fprintf(&b, "  %-10s %-12s %-10s %s\n", words[i], words[i+1], words[i+2], words[i+3])
	}
	return b.String() + strings.Repeat("- ", labelWidth/2) + "\n"
}

// labelWidth is that of the longest line of words and digits; labels are cut apart
// at the line below each.
const labelWidth = 50

// printLabels prints the labels of the good copies, if that was asked for.
func (p *program) printLabels(o *copying, labels []byte) error {
	if len(labels) == 0 || !o.print && o.printing.pdf == "" {
		return nil
	}
	return p.printDocument(&o.printing, &paper.Document{Left: o.label + " COPIES", Right: p.clock().Format("2006/01/02"), Text: labels, Size: paper.ProofSize},
		chain.F("file", "labels"))
}
