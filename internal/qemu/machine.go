package qemu

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A Machine is a running machine.
type Machine struct {
	Console *Console
	Monitor *Monitor

	cmd    *exec.Cmd
	dir    string
	stderr strings.Builder
	done   chan struct{} // closed when QEMU has ended
	err    error         // how, once done is closed
}

// killDelay is how long QEMU has to let go of its pipes once it is killed.
const killDelay = 5 * time.Second

// Start starts a machine without a display. It is killed when ctx ends; Close
// must be called in any case.
func Start(ctx context.Context, c Config) (*Machine, error) {
	m, err := start(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("qemu: %w", err)
	}
	return m, nil
}

func start(ctx context.Context, c Config) (m *Machine, err error) {
	if err := c.Missing(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "qemu-")
	if err != nil {
		return nil, err
	}
	m = &Machine{dir: dir, done: make(chan struct{})}
	defer func() {
		if err != nil {
			m.Close()
			m = nil
		}
	}()
	args, err := c.arguments(dir, acceleration())
	if err != nil {
		return m, err
	}
	socket := filepath.Join(dir, "monitor")
	args = append(args, "-no-reboot", "-display", "none",
		"-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
		"-qmp", "unix:"+escape(socket)+",server=on,wait=off")
	if err := m.run(ctx, args); err != nil {
		return m, err
	}
	m.Monitor, err = dialMonitor(ctx, socket, m.done)
	if err != nil {
		return m, errors.Join(err, m.Close(), errors.New(strings.TrimSpace(m.stderr.String())))
	}
	return m, nil
}

// run starts QEMU with its standard input and output as the console.
func (m *Machine) run(ctx context.Context, args []string) error {
	program, err := lookProgram()
	if err != nil {
		return err
	}
	m.cmd = exec.CommandContext(ctx, program, args...)
	m.cmd.WaitDelay = killDelay
	m.cmd.Stderr = &m.stderr
	in, err := m.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, w := io.Pipe()
	m.cmd.Stdout = w
	if err := m.cmd.Start(); err != nil {
		m.cmd = nil
		return err
	}
	m.Console = newConsole(out, in)
	go func() {
		m.err = m.cmd.Wait()
		w.CloseWithError(io.EOF)
		close(m.done)
	}()
	return nil
}

// Wait waits until the machine has powered off, and returns an error if QEMU
// failed.
func (m *Machine) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("qemu: wait for power-off: %w", ctx.Err())
	case <-m.done:
	}
	if m.err != nil {
		return fmt.Errorf("qemu: %w: %s", m.err, strings.TrimSpace(m.stderr.String()))
	}
	return nil
}

// Close kills the machine if it still runs, and removes its temporary files.
func (m *Machine) Close() error {
	if m.cmd != nil {
		m.cmd.Process.Kill()
		<-m.done
	}
	if m.Monitor != nil {
		m.Monitor.close()
	}
	return os.RemoveAll(m.dir)
}

// Run runs a machine for a person: with a window if there is a screen for it,
// and with its serial console on the given input and output.
func Run(ctx context.Context, c Config, stdin io.Reader, stdout, stderr io.Writer) error {
	if err := c.Missing(); err != nil {
		return fmt.Errorf("qemu: %w", err)
	}
	dir, err := os.MkdirTemp("", "qemu-")
	if err != nil {
		return fmt.Errorf("qemu: %w", err)
	}
	defer os.RemoveAll(dir)
	args, err := c.arguments(dir, acceleration())
	if err != nil {
		return fmt.Errorf("qemu: %w", err)
	}
	args = append(args, "-serial", "mon:stdio")
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		args = append(args, "-display", "none")
	}
	program, err := lookProgram()
	if err != nil {
		return fmt.Errorf("qemu: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it resets the terminal
	cmd.WaitDelay = killDelay
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("qemu: %w", err)
	}
	return nil
}
