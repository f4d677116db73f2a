package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"coen/ceremony/chain"
	"coen/ceremony/keylog"
	"coen/ceremony/recorder"
	"coen/ceremony/room"
	"coen/ceremony/transcript"
	"coen/internal/commandline"
)

func (p *program) record() *cobra.Command {
	dir, shell := ".", ""
	c := &cobra.Command{
		Use:   "record [-- COMMAND...]",
		Short: "Record a terminal session",
		Long: `Record everything a shell, or a command, shows on the terminal: in the ceremony
log and in script-YYYYmmdd-HHMMSS.log, with a .timing file beside it to play it
again. What is typed and not shown, such as a PIN, is not recorded. With bash,
commands and their exit status are entries of the log. Logs that key tools write
into the folder meanwhile are taken into the ceremony log too.

Ends when the shell ends, with its exit status.`,
		Example: `  cd /media/HSMFD; ceremony record`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{cmp.Or(shell, os.Getenv("SHELL"), "/bin/sh")}
			}
			return p.runRecord(dir, args)
		},
	}
	c.Flags().StringVarP(&dir, "dir", "d", dir, "folder of the files")
	c.Flags().StringVar(&shell, "shell", "", "`program` to start (default: $SHELL, or /bin/sh)")
	return c
}

func (p *program) runRecord(dir string, command []string) error {
	if name := os.Getenv(transcript.Environment); name != "" {
		return fmt.Errorf("this terminal is being recorded already, as script-%s.log", name)
	}
	in, out, err := p.terminal()
	if err != nil {
		return err
	}
	log, err := room.Log(p.now)
	if err != nil {
		return err
	}
	defer log.Close()
	r, err := recorder.New(log, dir, p.alarm)
	if err != nil {
		return err
	}
	s := &transcript.Session{Recorder: r, Now: p.now, Command: command, RunDir: filepath.Dir(log.Path()),
		In: in, Out: out, Rows: 24, Columns: 80}
	fmt.Fprintf(p.stderr, "ceremony: recording into %s and %s. End with exit.\n", absolute(dir), filepath.Dir(log.Path()))
	if !s.Marks() {
		fmt.Fprintf(p.stderr, "ceremony: commands are not marked in the log: %s is not bash.\n", command[0])
	}
	stopFollowing, err := p.follow(r, dir)
	if err != nil {
		return err
	}
	status, err := s.Run(p.ctx)
	err = errors.Join(err, stopFollowing(), r.Close())
	fmt.Fprintf(p.stderr, "ceremony: recording ended: %s\n", s.Name())
	if err == nil && status != 0 {
		return commandline.Exit(status)
	}
	return err
}

// absolute is a folder's full name, if it can be had.
func absolute(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}

// terminal returns standard input and output as the files they are.
func (p *program) terminal() (in, out *os.File, err error) {
	in, ok := p.stdin.(*os.File)
	out, isFile := p.stdout.(*os.File)
	if !ok || !isFile {
		return nil, nil, errors.New("standard input and output must be files")
	}
	return in, out, nil
}

// alarm tells the operator what must be seen, also while the terminal is in raw mode.
func (p *program) alarm(text string) {
	text = "*** ceremony: " + strings.ReplaceAll(text, "\n", "; ") + " ***"
	if f, ok := p.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		const reverse, plain = "\x1b[7m", "\x1b[0m"
		text = "\r\n" + reverse + text + plain + "\r"
	}
	fmt.Fprintln(p.stderr, text)
}

// follow takes the key tools' logs in dir into the ceremony log until the function it returns is called.
func (p *program) follow(r *recorder.Recorder, dir string) (stop func() error, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	f := keylog.New(p.now, func(drafts []chain.Draft) error { return r.Put(context.Background(), drafts) })
	if err := f.Folder(dir); err != nil {
		cancel()
		return nil, err
	}
	var following sync.WaitGroup
	var failed error
	following.Go(func() { failed = f.Run(ctx) })
	return func() error {
		cancel()
		following.Wait()
		return failed
	}, nil
}
