package console

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"coen/ceremony/serial"
)

// A Source is where a console's output comes from.
type Source struct {
	Tag  string // stands in records and in the file's name
	Name string // what it is, for people and the log: "/dev/ttyS0"

	// Serial is how a serial line is set, else nil.
	Serial *serial.Settings

	// open waits for the source to be there and opens it. A source whose open fails is over; the
	// error is errOver where that is no fault.
	open func(context.Context) (stream, error)
}

// A stream is one connection. Reading can be interrupted by a deadline and by closing.
type stream interface {
	io.ReadCloser
	SetReadDeadline(time.Time) error
}

// errOver is the error of a source that has come to its end.
var errOver = errors.New("it has ended")

// Device is a serial line, or a FIFO, at a path. It must be there now.
func Device(path string, settings serial.Settings) (Source, error) {
	f, isLine, err := serial.Open(path, settings)
	if err != nil {
		return Source{}, err
	}
	f.Close()
	s := Source{Tag: deviceTag(path), Name: path, open: func(ctx context.Context) (stream, error) {
		return retry(ctx, func() (stream, error) {
			f, _, err := serial.Open(path, settings)
			if err != nil {
				return nil, err
			}
			return f, nil
		})
	}}
	if isLine {
		s.Serial = &settings
	}
	return s, nil
}

// deviceTag is the path without the first /dev/ or /tmp/.
func deviceTag(path string) string {
	if after, ok := strings.CutPrefix(path, "/dev/"); ok {
		return tag(after)
	}
	return tag(strings.TrimPrefix(path, "/tmp/"))
}

// tag leaves what every file system takes in a name.
func tag(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '.' || r == '_' || r == '-' {
			return r
		}
		return '-'
	}, strings.Trim(s, "/"))
}

// TCP is a connection to address, HOST:PORT, made again whenever it ends.
func TCP(address string) (Source, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return Source{}, err
	}
	return Source{Tag: tag("tcp-" + address), Name: "tcp " + address, open: func(ctx context.Context) (stream, error) {
		return retry(ctx, func() (stream, error) {
			c, err := new(net.Dialer).DialContext(ctx, "tcp", address)
			if err != nil {
				return nil, err
			}
			return c, nil
		})
	}}, nil
}

// Listen is what connects to address, [HOST]:PORT, one connection after the other.
func Listen(address string) (Source, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return Source{}, err
	}
	name := l.Addr().String()
	return Source{Tag: tag("listen-" + name), Name: "listen " + name, open: func(ctx context.Context) (stream, error) {
		defer context.AfterFunc(ctx, func() { l.Close() })()
		c, err := l.Accept()
		if err != nil {
			return nil, err
		}
		return c, nil
	}}, nil
}

// Exec is the standard output of a shell command, which is started once.
func Exec(command string) Source {
	started := false
	return Source{Tag: execTag(command), Name: "exec " + command, open: func(ctx context.Context) (stream, error) {
		if started {
			return nil, errOver
		}
		started = true
		return start(ctx, command)
	}}
}

// execTag names a command by its program.
func execTag(command string) string {
	words := strings.Fields(command)
	if len(words) == 0 {
		return "exec"
	}
	return tag("exec-" + filepath.Base(words[0]))
}

// retry opens until it works.
func retry(ctx context.Context, open func() (stream, error)) (stream, error) {
	for {
		s, err := open()
		if err == nil {
			return s, nil
		}
		if sleep(ctx, again); ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

// sleep waits, or until the context is done.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// A child is a program whose output is read.
type child struct {
	*os.File
	cmd *exec.Cmd
}

func start(ctx context.Context, command string) (stream, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close()
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	cmd.Stdout, cmd.Stderr = w, os.Stderr
	if err := cmd.Start(); err != nil {
		r.Close()
		return nil, err
	}
	return &child{r, cmd}, nil
}

// Close ends the program and says how it ended.
func (c *child) Close() error {
	c.File.Close()
	return c.cmd.Wait()
}
