package debconf

import (
	"fmt"
	"io"
	"strings"

	"coen/install/proc"
)

// A Client speaks the protocol on behalf of a modelled program that a script
// under a front end has called.
type Client struct {
	in     io.Reader
	out    io.Writer
	escape bool
}

// NewClient returns the client of a program whose environment says that a front
// end is running, and nil otherwise: then the program has to run itself under
// one, with Under.
func NewClient(p *proc.Proc) *Client {
	if p.Env["DEBIAN_HAS_FRONTEND"] == "" {
		return nil
	}
	c := &Client{in: p.Stdin(), out: p.Stdout()}
	if f := p.Files[3]; p.Env["DEBCONF_REDIR"] != "" && f != nil && f.W != nil {
		c.out = f.W
	}
	return c
}

// Under runs p again under a front end.
func Under(p *proc.Proc) (int, error) {
	return p.Child(append([]string{"/usr/share/debconf/frontend"}, p.Args...)...).Run()
}

// Do sends a command and returns the value and the status code of the reply.
func (c *Client) Do(words ...string) (value string, code int, err error) {
	if words[0] == "capb" {
		for _, w := range words[1:] {
			c.escape = c.escape || w == "escape"
		}
	} else if c.escape {
		for i := range words {
			words[i] = replyEscaper.Replace(words[i])
		}
	}
	if _, err := io.WriteString(c.out, strings.Join(words, " ")+"\n"); err != nil {
		return "", 0, err
	}
	line, err := c.readLine()
	if err != nil {
		return "", 0, fmt.Errorf("debconf: no reply to %q: %w", words, err)
	}
	status, value, _ := strings.Cut(line, " ")
	if _, err := fmt.Sscan(status, &code); err != nil {
		return "", 0, fmt.Errorf("debconf: reply %q", line)
	}
	if code == 1 {
		value, code = strings.NewReplacer(`\n`, "\n", `\\`, `\`).Replace(value), 0
	}
	return value, code, nil
}

// readLine reads one line and not a byte more: the rest is the script's.
func (c *Client) readLine() (string, error) {
	var line []byte
	var b [1]byte
	for {
		n, err := c.in.Read(b[:])
		if n == 1 && b[0] == '\n' {
			return string(line), nil
		}
		if n == 0 && err != nil {
			return "", err
		}
		line = append(line, b[:n]...)
	}
}
