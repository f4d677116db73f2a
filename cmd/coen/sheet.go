package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"coen/attest/consensus"
	"coen/internal/failure"
	"coen/lock"
	"coen/sheet"

	"github.com/spf13/cobra"
)

func sheetCommand() *cobra.Command {
	s := &sheetOf{}
	cmd := &cobra.Command{
		Use:   "sheet DIR",
		Short: "Make the witness sheet of a release: one page to compare with and sign",
		Long: `Sheet makes one page, as PDF and HTML, from the manifest in a release's folder:
hash, words and QR code. With --policy it names the builders who agree, and is
refused if they do not agree as the policy asks; with --since it counts what
changed since the release in another folder.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return s.run(cmd, args[0]) },
	}
	s.votes.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&s.since, "since", "", "folder of the release before")
	f.StringVar(&s.paper, "paper", "a4", "paper: "+strings.Join(slices.Sorted(maps.Keys(sheet.Papers)), " or "))
	f.StringVarP(&s.out, "output", "o", "", "files to write, without .pdf and .html (default: sheet in DIR)")
	return cmd
}

type sheetOf struct {
	votes
	since, paper, out string
}

func (s *sheetOf) run(cmd *cobra.Command, dir string) error {
	in, err := s.input(dir)
	if err != nil {
		return err
	}
	var pdf, html bytes.Buffer
	if err := errors.Join(sheet.PDF(&pdf, in), sheet.HTML(&html, in)); err != nil {
		return err
	}
	if s.out == "" {
		s.out = filepath.Join(dir, "sheet")
	}
	if err := errors.Join(writeFile(s.out+".pdf", pdf.Bytes()), writeFile(s.out+".html", html.Bytes())); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "Sheet:      %s.pdf\n            %s.html\n", s.out, s.out)
	return nil
}

func (s *sheetOf) input(dir string) (*sheet.Input, error) {
	paper, ok := sheet.Papers[strings.ToLower(s.paper)]
	if !ok {
		return nil, fmt.Errorf("--paper: %q is not known", s.paper)
	}
	if s.manifest == "" {
		s.manifest = filepath.Join(dir, "manifest")
	}
	m, err := readManifest(s.manifest)
	if err != nil {
		return nil, err
	}
	in := &sheet.Input{Manifest: m, Paper: paper}
	if s.policy != "" {
		v, err := s.decide(dir)
		if err != nil {
			return nil, err
		}
		if err := v.Err(); err != nil {
			return nil, fmt.Errorf("%w:\n  %s", err, strings.Join(v.Wanting, "\n  "))
		}
		in.Agree, in.Dissent, in.Groups = names(v.Agree), names(v.Dissent), v.Groups
	}
	if s.since != "" {
		in.Changes, err = s.changes(dir)
	}
	return in, err
}

func names(voices []consensus.Voice) (list []string) {
	for _, v := range voices {
		list = append(list, v.Name())
	}
	return list
}

// changes compares the locks of two releases.
func (s *sheetOf) changes(dir string) (*sheet.Changes, error) {
	m, before, err := releaseLock(s.since)
	if err != nil {
		return nil, err
	}
	_, after, err := releaseLock(dir)
	if err != nil {
		return nil, err
	}
	return sheet.Compare(m, before, after), nil
}

// releaseLock reads the lock in a release's folder, and the release's number.
func releaseLock(dir string) (release string, l *lock.Lock, err error) {
	m, err := readManifest(filepath.Join(dir, "manifest"))
	if err != nil {
		return "", nil, err
	}
	name := filepath.Join(dir, "recipe.lock")
	if l, err = readLock(name); err != nil {
		return "", nil, err
	}
	if l.Digest() != m.Lock {
		return "", nil, failure.Refusef(name, "has SHA-256 %s, and the manifest names %s", l.Digest(), m.Lock)
	}
	return m.Release, l, nil
}
