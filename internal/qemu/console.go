package qemu

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// A Console is the serial console of a machine. What the machine writes is kept;
// a position moves through it as Expect finds what it looks for.
type Console struct {
	in io.Writer

	mu      sync.Mutex
	output  []byte
	pos     int           // behind what Expect has found
	ended   bool          // there will be no more output
	changed chan struct{} // closed and replaced when there is
	count   int           // of commands
}

func newConsole(out io.Reader, in io.Writer) *Console {
	c := &Console{in: in, changed: make(chan struct{})}
	go c.read(out)
	return c
}

func (c *Console) read(out io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := out.Read(buf)
		c.mu.Lock()
		c.output = append(c.output, buf[:n]...)
		c.ended = err != nil
		close(c.changed)
		c.changed = make(chan struct{})
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Output returns everything the machine has written so far.
func (c *Console) Output() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.output)
}

// ErrEnded says that a machine stopped before it wrote what was expected.
var ErrEnded = errors.New("machine has stopped")

// Expect waits until the machine writes what matches re, and returns the match
// and its groups. The next Expect looks behind it.
func (c *Console) Expect(ctx context.Context, re *regexp.Regexp) ([]string, error) {
	for {
		c.mu.Lock()
		rest, ended, changed := c.output[c.pos:], c.ended, c.changed
		match := re.FindSubmatchIndex(rest)
		if match != nil {
			c.pos += match[1]
		}
		c.mu.Unlock()
		if match != nil {
			return groups(rest, match), nil
		}
		if ended {
			return nil, c.failed(re, ErrEnded)
		}
		select {
		case <-ctx.Done():
			return nil, c.failed(re, ctx.Err())
		case <-changed:
		}
	}
}

func groups(b []byte, match []int) []string {
	list := make([]string, len(match)/2)
	for i := range list {
		if match[2*i] >= 0 {
			list[i] = string(b[match[2*i]:match[2*i+1]])
		}
	}
	return list
}

// tail is how much of the output an error tells.
const tail = 2000

func (c *Console) failed(re *regexp.Regexp, err error) error {
	out := c.Output()
	return fmt.Errorf("expect %q on the console: %w; it ends in:\n%s", re, err, out[max(0, len(out)-tail):])
}

// Send types a line.
func (c *Console) Send(line string) error {
	if _, err := io.WriteString(c.in, line+"\r"); err != nil {
		return fmt.Errorf("type %q on the console: %w", line, err)
	}
	return nil
}

// Command runs a command in the shell that has the console, and returns what it
// wrote and its exit status.
func (c *Console) Command(ctx context.Context, command string) (output string, status int, err error) {
	c.mu.Lock()
	c.count++
	n := c.count
	c.mu.Unlock()
	// The echo of the line has %d where the marks have numbers.
	line := fmt.Sprintf(`printf '\n@%%d{\n' %d; %s; printf '\n@%%d}%%d\n' %d $?`, n, command, n)
	if err := c.Send(line); err != nil {
		return "", 0, err
	}
	begin := regexp.MustCompile(fmt.Sprintf(`\n@%d\{\r?\n`, n))
	if _, err := c.Expect(ctx, begin); err != nil {
		return "", 0, fmt.Errorf("command %q: %w", command, err)
	}
	end := regexp.MustCompile(fmt.Sprintf(`(?s)^(.*?)\r?\n@%d\}([0-9]+)\r?\n`, n))
	match, err := c.Expect(ctx, end)
	if err != nil {
		return "", 0, fmt.Errorf("command %q: %w", command, err)
	}
	status, err = strconv.Atoi(match[2])
	return strings.ReplaceAll(match[1], "\r\n", "\n"), status, err
}
