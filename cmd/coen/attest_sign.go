package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"coen/attest"
	"coen/attest/manifest"
	"coen/debian/archive"
	"coen/internal/failure"

	"github.com/spf13/cobra"
)

func attestSignCommand() *cobra.Command {
	s := &signing{}
	cmd := &cobra.Command{
		Use:   "sign [ISO|BUILDINFO|MANIFEST]",
		Short: "Sign a statement about a build, or the manifest of a release",
		Long: `Sign writes a statement of what coen build gave: the ISO and the .buildinfo.json
beside it, or that file alone. With --expect the statement is about the ISO that
a release claims, and says whether it was reproduced. With --failed and no file
it says that the release of --expect could not be built.

Given a manifest, sign writes its signature beside it.

The key is a private key of ssh-keygen or minisign, or a public SSH key whose
private half is with the agent of SSH_AUTH_SOCK.

Circumstances of the build are the builder's word. Those not given with --varied
are what holds where sign runs.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return s.run(cmd, args) },
	}
	f := cmd.Flags()
	f.StringVarP(&s.key, "key", "k", "", "key to sign with (required)")
	f.StringVarP(&s.out, "output", "o", "", "file to write (default: beside what is signed)")
	f.StringVar(&s.expect, "expect", "", "manifest or SHA-256 of the ISO that a release claims")
	f.BoolVar(&s.failed, "failed", false, "state that the release of --expect could not be built")
	f.StringVar(&s.note, "note", "", "remark for people")
	f.StringToStringVar(&s.varied, "varied", nil, "circumstance of the build, umask=0077 (repeatable)")
	f.StringVar(&s.time, "time", "", "time of the statement, 2026-11-01T00:00:00Z (default: now)")
	_ = cmd.MarkFlagRequired("key")
	return cmd
}

type signing struct {
	key, out, expect, note, time string
	failed                       bool
	varied                       map[string]string
}

func (s *signing) run(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		if text, err := readHead(args[0]); err != nil {
			return err
		} else if manifest.Is(text) {
			return s.manifest(cmd, args[0])
		}
	}
	statement, out, err := s.statement(cmd, args)
	if err != nil {
		return err
	}
	k, err := openKey(s.key)
	if err != nil {
		return err
	}
	file, err := attest.Sign(statement, k)
	if err != nil {
		return err
	}
	if s.out != "" {
		out = s.out
	}
	if err := writeFile(out, file); err != nil {
		return err
	}
	statement.WriteText(cmd.OutOrStdout())
	fmt.Fprintf(cmd.OutOrStdout(), "Signed by:  %s\nWritten to: %s\n", k.Public().ID(), out)
	return nil
}

// manifest signs the manifest in a file.
func (s *signing) manifest(cmd *cobra.Command, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	k, err := openKey(s.key)
	if err != nil {
		return err
	}
	sig, err := manifest.Sign(text, k)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if s.out == "" {
		s.out = name + signatureExt(sig)
	}
	if err := writeFile(s.out, sig); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "Signed by:  %s\nWritten to: %s\n", k.Public().ID(), s.out)
	return nil
}

// signatureExt is what ssh-keygen -Y sign and minisign add to a file's name.
func signatureExt(sig []byte) string {
	if strings.HasPrefix(string(sig), "untrusted comment:") {
		return ".minisig"
	}
	return ".sig"
}

// statement makes the statement, and a path for it.
func (s *signing) statement(cmd *cobra.Command, args []string) (*attest.Statement, string, error) {
	var st *attest.Statement
	var err error
	out := "statement.json"
	switch {
	case s.failed && len(args) == 0 && s.expect != "":
		st, err = s.failure()
	case s.failed:
		return nil, "", errors.New("--failed goes with --expect MANIFEST and without a file: there is none")
	case len(args) == 0:
		return nil, "", errors.New("say which ISO or manifest to sign")
	default:
		st, out, err = s.built(cmd, args[0])
	}
	if err != nil {
		return nil, "", err
	}
	st.Body.Note, st.Body.Varied = s.note, circumstances(s.varied)
	st.Body.Time = time.Now().UTC().Truncate(time.Second)
	if s.time != "" {
		if st.Body.Time, err = time.Parse("2006-01-02T15:04:05Z", s.time); err != nil {
			return nil, "", fmt.Errorf("--time: %w", err)
		}
	}
	return st, out, nil
}

// built makes the statement of an ISO that was built.
func (s *signing) built(cmd *cobra.Command, name string) (*attest.Statement, string, error) {
	info, iso, err := readBuildInfo(cmd, name)
	if err != nil {
		return nil, "", err
	}
	st := info.Built(filepath.Base(iso))
	if s.expect != "" {
		claim, err := s.claim(st)
		if err != nil {
			return nil, "", err
		}
		st.Expect(claim)
	}
	return st, strings.TrimSuffix(iso, ".iso") + ".statement.json", nil
}

// claim returns the ISO of --expect. Who built from another recipe or lock has
// nothing to say about the release.
func (s *signing) claim(st *attest.Statement) (attest.File, error) {
	if sum, err := archive.ParseDigest(s.expect); err == nil {
		return attest.File{Name: st.ISO.Name, SHA256: sum}, nil
	}
	m, err := readManifest(s.expect)
	if err != nil {
		return attest.File{}, err
	}
	if b := &st.Body; m.Recipe != b.Recipe || m.Lock != b.Lock {
		return attest.File{}, failure.Refusef(s.expect, "is of recipe %s and lock %s; what was built is of recipe %s and lock %s",
			m.Recipe, m.Lock, b.Recipe, b.Lock)
	}
	return attest.File{Name: m.ISO, SHA256: m.SHA256}, nil
}

// failure makes the statement that there is no ISO.
func (s *signing) failure() (*attest.Statement, error) {
	m, err := readManifest(s.expect)
	if err != nil {
		return nil, err
	}
	tool, err := thisTool()
	return &attest.Statement{
		ISO: attest.File{Name: m.ISO, SHA256: m.SHA256},
		Body: attest.Body{
			Result: attest.Failed, Image: m.Image, Release: m.Release, Recipe: m.Recipe, Lock: m.Lock, Tool: tool,
		},
	}, err
}

// circumstances adds to those that the builder states the ones that can be seen.
func circumstances(stated map[string]string) map[string]string {
	all := map[string]string{
		"host":  runtime.GOOS + "/" + runtime.GOARCH,
		"cores": strconv.Itoa(runtime.NumCPU()),
		"user":  strconv.Itoa(os.Getuid()),
		"TZ":    time.Now().Format("MST -0700"),
	}
	for k, v := range stated {
		all[k] = v
	}
	return all
}

// readHead reads as much of a file as tells what it is.
func readHead(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 64)
	n, err := io.ReadFull(f, head)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	return head[:n], err
}
