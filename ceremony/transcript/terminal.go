package transcript

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// A terminal is the pseudo-terminal of a session with the program on it, joined to the
// operator's terminal if there is one.
type terminal struct {
	master *os.File
	tty    string
	cmd    *exec.Cmd
	in     *os.File
	saved  *term.State // of the operator's terminal, nil without
	ended  chan struct{}
	result error
	winch  chan os.Signal
}

// open starts the program.
func open(cmd *exec.Cmd, in *os.File, rows, columns int) (*terminal, error) {
	t := &terminal{cmd: cmd, in: in, ended: make(chan struct{}), winch: make(chan os.Signal, 1)}
	size := &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)}
	operator := term.IsTerminal(int(in.Fd()))
	if operator {
		if got, err := pty.GetsizeFull(in); err == nil {
			size = got
		}
	}
	master, slave, err := pty.Open()
	if err != nil {
		return nil, err
	}
	defer slave.Close()
	t.master, t.tty = master, slave.Name()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := errors.Join(pty.Setsize(master, size), cmd.Start()); err != nil {
		master.Close()
		return nil, err
	}
	if operator {
		t.saved, _ = term.MakeRaw(int(in.Fd()))
		signal.Notify(t.winch, syscall.SIGWINCH)
	}
	go func() {
		t.result = cmd.Wait()
		close(t.ended)
	}()
	return t, nil
}

func (t *terminal) name() string { return t.tty }

func (t *terminal) size() (rows, columns int) {
	size, err := pty.GetsizeFull(t.master)
	if err != nil {
		return 0, 0
	}
	return int(size.Rows), int(size.Cols)
}

// wait returns how the program ended.
func (t *terminal) wait() error {
	<-t.ended
	return t.result
}

// close gives the operator's terminal back.
func (t *terminal) close() {
	signal.Stop(t.winch)
	if t.saved != nil {
		term.Restore(int(t.in.Fd()), t.saved)
	}
	t.master.Close()
}

// endOfInput is what a terminal in its usual mode takes for the end of input.
const endOfInput = 4

// typing passes on what the operator types.
func (t *terminal) typing() {
	_, err := io.Copy(t.master, t.in)
	if err == nil {
		t.master.Write([]byte{endOfInput})
	}
}

// linger is how long a pause in the output must be after the program has ended, and maxLate how many
// bytes are waited for: what it left behind in the background may keep the terminal open.
const (
	linger  = 100 * time.Millisecond
	maxLate = 1 << 20
)

// read sends what the program prints, until it has ended.
func (t *terminal) read(chunks chan<- []byte) {
	defer close(chunks)
	ended := false
	for late := 0; late < maxLate; {
		if ended {
			t.master.SetReadDeadline(time.Now().Add(linger))
		}
		buf := make([]byte, 32<<10)
		n, err := t.master.Read(buf)
		if n > 0 {
			chunks <- buf[:n]
		}
		switch {
		case ended:
			late += n
			if err != nil {
				return
			}
		case errors.Is(err, os.ErrDeadlineExceeded):
			ended = true
		case err != nil:
			return
		}
	}
}

// copy passes everything on in both directions and records it, until the program has ended.
func (s *Session) copy(ctx context.Context, t *terminal) error {
	chunks := make(chan []byte)
	go t.typing()
	go t.read(chunks)
	go func() {
		<-t.ended
		t.master.SetReadDeadline(time.Now())
	}()
	hangUp := ctx.Done()
	var failed error
	for {
		var err error
		select {
		case b, more := <-chunks:
			if !more {
				return failed
			}
			err = s.output(b)
		case <-t.winch:
			if err = pty.InheritSize(t.in, t.master); err == nil {
				rows, columns := t.size()
				err = s.resized(rows, columns)
			}
		case <-hangUp:
			hangUp = nil
			err = syscall.Kill(-t.cmd.Process.Pid, syscall.SIGHUP)
		}
		if failed == nil {
			failed = err
		}
	}
}

// exitStatus is the status as a shell tells it.
func exitStatus(err error) int {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		if err != nil {
			return 1
		}
		return 0
	}
	if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return exit.ExitCode()
}
