package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/evidence"
	"coen/internal/commandline"
	"coen/pgpwords"
)

// verifyOptions are the options of verify.
type verifyOptions struct {
	json     bool
	expected []chain.Hash
	files    string // folder
}

func (p *program) verify() *cobra.Command {
	var o verifyOptions
	var checkpoints []string
	c := &cobra.Command{
		Use:   "verify LOG...",
		Short: "Verify ceremony logs, anywhere",
		Long: `Replay ceremony logs and say whether their chains hold; if one does not, which
entry is the first that is broken. Compare the hash or the words with the paper,
or give the hash of a checkpoint: the log must have it. With --files the files
that were published are compared with the digests in the log. Nothing but the
files is needed; spec/ceremony-log.md says how to do it all with sha256sum.

Exit status: 0 all logs are whole, 1 one is broken or lacks a checkpoint, 2 usage.`,
		Args: commandline.Args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, s := range checkpoints {
				h, err := chain.ParseHash(s)
				if err != nil {
					return commandline.Faultf("--checkpoint: %w", err)
				}
				o.expected = append(o.expected, h)
			}
			return p.runVerify(args, o)
		},
	}
	c.Flags().BoolVar(&o.json, "json", false, "say it for programs: a list with one object per log")
	c.Flags().StringVarP(&o.files, "files", "f", "", "compare the published files in this folder too")
	c.Flags().StringArrayVarP(&checkpoints, "checkpoint", "c", nil, "hash of an entry that each log must have")
	return c
}

func (p *program) runVerify(paths []string, o verifyOptions) error {
	var verdicts []verdict
	status := error(nil)
	for _, path := range paths {
		v, err := p.verdict(path, o)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if !v.good() {
			status = commandline.Exit(exitFailed)
		}
		if !o.json {
			p.tellVerdict(v)
		}
		verdicts = append(verdicts, v)
	}
	if o.json {
		out := json.NewEncoder(p.stdout)
		out.SetIndent("", "  ")
		return errors.Join(status, out.Encode(verdicts))
	}
	return status
}

// verdict judges one log, and the files it speaks of.
func (p *program) verdict(path string, o verifyOptions) (v verdict, err error) {
	f, err := os.Open(path)
	if err != nil {
		return v, err
	}
	defer f.Close()
	report, err := chain.Verify(p.interruptible(f), o.expected...)
	if err != nil {
		return v, err
	}
	v = newVerdict(path, report)
	if o.files == "" {
		return v, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return v, err
	}
	files, err := evidence.Files(p.interruptible(f))
	for _, file := range files {
		compared := comparedFile{Name: file.Name, Entry: file.Entry, Same: true}
		if err := file.Check(o.files); err != nil {
			compared.Same, compared.Reason = false, err.Error()
		}
		v.Files = append(v.Files, compared)
	}
	return v, err
}

// interruptible is a reader that fails once the operator has interrupted.
func (p *program) interruptible(r io.Reader) io.Reader { return &interruptible{p.ctx, r} }

type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i *interruptible) Read(b []byte) (int, error) {
	if i.ctx.Err() != nil {
		return 0, errors.New("interrupted")
	}
	return i.r.Read(b)
}

const timeLayout = "2006-01-02 15:04:05 UTC"

// tellVerdict says what there is to say about a log.
func (p *program) tellVerdict(v verdict) {
	say := func(what, format string, args ...any) {
		fmt.Fprintf(p.stdout, "%-12s"+format+"\n", append([]any{what + ":"}, args...)...)
	}
	r := v.report
	say("Log", "%s", v.File)
	if r.Broken == nil {
		say("Chain", "whole, %d entries", r.Last.Number)
	} else {
		say("Chain", "BROKEN at line %d: %s", r.Broken.Line, r.Broken.Reason)
		say("Holds", "%d entries", r.Last.Number)
	}
	for _, t := range r.Torn {
		say("Unfinished", "line %d: %d bytes that are no entry, of a writer that was killed for example; entry %d vouches for them", t.Line, t.Bytes, t.Entry)
	}
	for _, c := range r.Clock {
		say("Clock", "set back by %s before entry %d", c.Back.Round(time.Second), c.Entry)
	}
	for _, h := range r.Missing {
		say("MISSING", "no entry that holds has the checkpoint %s", h)
	}
	for _, f := range v.Files {
		if f.Same {
			say("File", "%s is what entry %d says", f.Name, f.Entry)
		} else {
			say("DIFFERENT", "%s %s, says entry %d", f.Name, f.Reason, f.Entry)
		}
	}
	if r.Last.Number > 0 {
		say("From", "%s", r.First.Time.Format(timeLayout))
		say("To", "%s", r.Last.Time.Format(timeLayout))
		say("SHA-256", "%s", r.Last.Hash)
		say("PGP Words", "%s", pgpwords.String(r.Last.Hash[:]))
	}
}
