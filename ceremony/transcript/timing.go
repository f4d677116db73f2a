package transcript

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// A Step is one line of a timing file.
type Step struct {
	Kind  byte          // 'O' output, 'I' input, 'S' signal, 'H' header
	Delay time.Duration // since the step before
	Bytes int64         // of output, or input
	Text  string        // of signals and headers
}

// Headers of our own: a command starts, percent-encoded; and has its exit status. scriptreplay(1) passes
// over headers that it does not know.
const (
	headerCommand = "CEREMONY_COMMAND"
	headerStatus  = "CEREMONY_STATUS"
)

// maxDelay bounds what a hostile timing file can ask for.
const maxDelay = 1000 * time.Hour

// String returns the line.
func (s Step) String() string {
	seconds := strconv.FormatFloat(s.Delay.Seconds(), 'f', 6, 64)
	if s.Kind == 'O' || s.Kind == 'I' {
		return fmt.Sprintf("%c %s %d\n", s.Kind, seconds, s.Bytes)
	}
	return fmt.Sprintf("%c %s %s\n", s.Kind, seconds, s.Text)
}

// Limits of a timing file: greatest lengths of a line and of all of it, in bytes.
const (
	maxTimingLine = 1 << 20
	maxTiming     = 64 << 20
)

// ReadTiming reads a timing file, of the advanced format or the classic one of two numbers per line. A
// last line that was cut off is left out.
func ReadTiming(in io.Reader) (steps []Step, err error) {
	r := bufio.NewReaderSize(in, maxTimingLine)
	size := 0
	for n := 1; ; n++ {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			return steps, nil
		}
		if size += len(line); err == nil && size > maxTiming {
			err = fmt.Errorf("more than %d bytes", maxTiming)
		}
		if err != nil {
			return nil, fmt.Errorf("timing line %d: %w", n, err)
		}
		s, err := parseStep(strings.TrimSuffix(string(line), "\n"))
		if err != nil {
			return nil, fmt.Errorf("timing line %d: %w", n, err)
		}
		steps = append(steps, s)
	}
}

func parseStep(line string) (s Step, err error) {
	s.Kind = 'O'
	words := strings.SplitN(line, " ", 3)
	if len(words[0]) == 1 && strings.Contains("OISH", words[0]) {
		s.Kind = words[0][0]
		words = words[1:]
	}
	if len(words) < 2 {
		return s, fmt.Errorf("%.80q is no step", line)
	}
	seconds, err := strconv.ParseFloat(words[0], 64)
	if err != nil || !(seconds >= 0 && seconds <= maxDelay.Seconds()) {
		return s, fmt.Errorf("%.80q is no delay", words[0])
	}
	s.Delay = time.Duration(seconds * float64(time.Second))
	if s.Kind == 'S' || s.Kind == 'H' {
		s.Text = strings.Join(words[1:], " ")
		return s, nil
	}
	if s.Bytes, err = strconv.ParseInt(words[1], 10, 64); err != nil || s.Bytes < 0 || len(words) > 2 {
		return s, fmt.Errorf("%.80q is no number of bytes", strings.Join(words[1:], " "))
	}
	return s, nil
}
