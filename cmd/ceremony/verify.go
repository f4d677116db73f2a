package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/pgpwords"
)

func (p *program) verify() *cobra.Command {
	var asJSON bool
	var checkpoints []string
	c := &cobra.Command{
		Use:   "verify LOG...",
		Short: "Verify ceremony logs, anywhere",
		Long: `Replay ceremony logs and say whether their chains hold; if one does not, which
entry is the first that is broken. Compare the hash or the words with the paper,
or give the hash of a checkpoint: the log must have it. Nothing but the files is
needed; spec/ceremony-log.md says how to do the same with sha256sum.

Exit status: 0 all logs are whole, 1 one is broken or lacks a checkpoint, 2 usage.`,
		Args: usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			var expected []chain.Hash
			for _, s := range checkpoints {
				h, err := chain.ParseHash(s)
				if err != nil {
					return usageError{fmt.Errorf("--checkpoint: %w", err)}
				}
				expected = append(expected, h)
			}
			return p.runVerify(args, expected, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "say it for programs: a list with one object per log")
	c.Flags().StringArrayVarP(&checkpoints, "checkpoint", "c", nil, "hash of an entry that each log must have")
	return c
}

func (p *program) runVerify(paths []string, expected []chain.Hash, asJSON bool) error {
	var verdicts []verdict
	status := error(nil)
	for _, path := range paths {
		report, err := verifyFile(path, expected)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if !report.Whole() {
			status = &exit{exitFailed}
		}
		if !asJSON {
			p.tellVerdict(path, report)
		}
		verdicts = append(verdicts, newVerdict(path, report))
	}
	if asJSON {
		out := json.NewEncoder(p.stdout)
		out.SetIndent("", "  ")
		return errors.Join(status, out.Encode(verdicts))
	}
	return status
}

func verifyFile(path string, expected []chain.Hash) (chain.Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return chain.Report{}, err
	}
	defer f.Close()
	return chain.Verify(f, expected...)
}

const timeLayout = "2006-01-02 15:04:05 UTC"

// tellVerdict says what there is to say about a log.
func (p *program) tellVerdict(path string, r chain.Report) {
	say := func(what, format string, args ...any) {
		fmt.Fprintf(p.stdout, "%-12s"+format+"\n", append([]any{what + ":"}, args...)...)
	}
	say("Log", "%s", path)
	if r.Broken == nil {
		say("Chain", "whole, %d entries", r.Last.Number)
	} else {
		say("Chain", "BROKEN at line %d: %s", r.Broken.Line, r.Broken.Reason)
		say("Holds", "%d entries", r.Last.Number)
	}
	for _, t := range r.Torn {
		say("Unfinished", "line %d, %d bytes of a writer that was killed; entry %d vouches for them", t.Line, t.Bytes, t.Entry)
	}
	for _, c := range r.Clock {
		say("Clock", "set back by %s before entry %d", c.Back.Round(time.Second), c.Entry)
	}
	for _, h := range r.Missing {
		say("MISSING", "no entry that holds has the checkpoint %s", h)
	}
	if r.Last.Number > 0 {
		say("From", "%s", r.First.Time.Format(timeLayout))
		say("To", "%s", r.Last.Time.Format(timeLayout))
		say("SHA-256", "%s", r.Last.Hash)
		say("PGP Words", "%s", pgpwords.String(r.Last.Hash[:]))
	}
}

// A verdict is a report for programs.
type verdict struct {
	File    string   `json:"file"`
	Whole   bool     `json:"whole"`
	Entries int64    `json:"entries"` // that hold
	From    string   `json:"from,omitempty"`
	To      string   `json:"to,omitempty"`
	SHA256  string   `json:"sha256,omitempty"` // of the last entry that holds
	Words   string   `json:"words,omitempty"`
	Broken  *broken  `json:"broken,omitempty"`
	Torn    []torn   `json:"unfinished,omitempty"`
	Clock   []step   `json:"clock,omitempty"`
	Missing []string `json:"missing_checkpoints,omitempty"`
}

type broken struct {
	Line   int    `json:"line"`
	Entry  int64  `json:"entry"`
	Reason string `json:"reason"`
}

type torn struct {
	Line  int   `json:"line"`
	Entry int64 `json:"entry"`
	Bytes int   `json:"bytes"`
}

type step struct {
	Entry   int64   `json:"entry"`
	Seconds float64 `json:"back_seconds"`
}

func newVerdict(path string, r chain.Report) verdict {
	v := verdict{File: path, Whole: r.Whole(), Entries: r.Last.Number}
	if r.Last.Number > 0 {
		v.From, v.To = r.First.Time.Format(time.RFC3339Nano), r.Last.Time.Format(time.RFC3339Nano)
		v.SHA256, v.Words = r.Last.Hash.String(), pgpwords.String(r.Last.Hash[:])
	}
	if r.Broken != nil {
		v.Broken = &broken{r.Broken.Line, r.Broken.Entry, r.Broken.Reason}
	}
	for _, t := range r.Torn {
		v.Torn = append(v.Torn, torn{t.Line, t.Entry, t.Bytes})
	}
	for _, c := range r.Clock {
		v.Clock = append(v.Clock, step{c.Entry, c.Back.Seconds()})
	}
	for _, h := range r.Missing {
		v.Missing = append(v.Missing, h.String())
	}
	return v
}
