package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ask shows a question on standard error and returns the line that is typed. An
// interrupt ends it.
func (p *program) ask(question string) (string, error) {
	fmt.Fprint(p.stderr, question)
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		if p.lines == nil {
			p.lines = bufio.NewReader(p.stdin)
		}
		line, err := p.lines.ReadString('\n')
		if errors.Is(err, io.EOF) && line != "" {
			err = nil
		}
		answers <- answer{strings.TrimSpace(line), err}
	}()
	select {
	case <-p.ctx.Done():
		fmt.Fprintln(p.stderr)
		return "", errors.New("interrupted")
	case a := <-answers:
		if a.err != nil {
			return "", fmt.Errorf("no answer: %w", a.err)
		}
		return a.line, nil
	}
}
