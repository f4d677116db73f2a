package main

import (
	"time"

	"coen/ceremony/chain"
	"coen/pgpwords"
)

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

	Files []comparedFile `json:"files,omitempty"`

	report chain.Report
}

// good reports whether nothing is wrong.
func (v verdict) good() bool {
	for _, f := range v.Files {
		if !f.Same {
			return false
		}
	}
	return v.Whole
}

type comparedFile struct {
	Name   string `json:"name"`
	Entry  int64  `json:"entry"`
	Same   bool   `json:"same"`
	Reason string `json:"reason,omitempty"`
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
	v := verdict{File: path, Whole: r.Whole(), Entries: r.Last.Number, report: r}
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
