package transcript

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"coen/ceremony/chain"
	"coen/ceremony/recorder"
	"coen/ceremony/spool"
)

// A Session is a shell or a program on a terminal of its own, recorded.
type Session struct {
	Recorder *recorder.Recorder
	Now      func() time.Time
	Command  []string // program and arguments; a shell alone is asked for marks
	RunDir   string   // for the shell's start file
	In, Out  *os.File // usually the operator's terminal

	// Rows and Columns are the size where In is no terminal.
	Rows, Columns int

	stamp      string
	typescript *spool.File
	timing     *spool.File
	last       time.Time // of what is being recorded
	stepped    time.Time // of the last line of the timing file
	marks      scanner
	running    bool // a marked command
}

// Name returns the name of the typescript, "" before the session has begun.
func (s *Session) Name() string {
	if s.typescript == nil {
		return ""
	}
	return s.typescript.Name()
}

// Environment is the variable that tells programs in a session its name.
const Environment = "CEREMONY_SESSION"

// timeLayout is that of script(1).
const timeLayout = "2006-01-02 15:04:05-07:00"

// Run runs the session to its end and returns the program's exit status, 128 and the signal's number if
// one ended it. When the context is done the program is hung up.
func (s *Session) Run(ctx context.Context) (status int, err error) {
	if _, err := exec.LookPath(s.Command[0]); err != nil {
		return 0, err
	}
	s.stamp = recorder.Stamp(s.Now())
	if s.typescript, err = s.Recorder.Create("script-" + s.stamp + ".log"); err != nil {
		return 0, err
	}
	if s.timing, err = s.Recorder.Create("script-" + s.stamp + ".timing"); err != nil {
		return 0, err
	}
	cmd, done, err := s.program()
	if err != nil {
		return 0, err
	}
	defer done()
	t, err := open(cmd, s.In, s.Rows, s.Columns)
	if err != nil {
		return 0, err
	}
	defer t.close()
	if err := s.begin(t); err != nil {
		return 0, err
	}
	err = s.copy(ctx, t)
	status = exitStatus(t.wait())
	return status, errors.Join(err, s.end(status))
}

// program prepares what is run; done takes back what that left on disk.
func (s *Session) program() (cmd *exec.Cmd, done func(), err error) {
	args, done := s.Command, func() {}
	if s.Marks() {
		s.marks.nonce = rand.Text()
		rc, err := writeBashrc(s.RunDir, s.marks.nonce)
		if err != nil {
			return nil, nil, fmt.Errorf("start file of the shell: %w", err)
		}
		args = append(args, "--rcfile", rc)
		done = func() { os.Remove(rc) }
	}
	cmd = exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), Environment+"="+s.stamp)
	return cmd, done, nil
}

// Marks reports whether commands will be marked: whether the program is bash without arguments.
func (s *Session) Marks() bool { return len(s.Command) == 1 && isBash(s.Command[0]) }

func (s *Session) begin(t *terminal) error {
	s.tick()
	s.stepped = s.last
	rows, columns := t.size()
	when, term := s.last.UTC().Format(timeLayout), os.Getenv("TERM")
	command := strings.Join(s.Command, " ")
	head := fmt.Sprintf("Script started on %s [COMMAND=%q TERM=%q TTY=%q COLUMNS=\"%d\" LINES=\"%d\"]\n",
		when, command, term, t.name(), columns, rows)
	var steps []byte
	for _, h := range []string{"START_TIME " + when, "TERM " + term, "COLUMNS " + strconv.Itoa(columns),
		"LINES " + strconv.Itoa(rows), "SHELL " + command, "OUTPUT_LOG " + s.typescript.Name()} {
		steps = append(steps, s.step('H', 0, h)...)
	}
	return s.put([]chain.Draft{s.draft("terminal-open", chain.F("file", s.typescript.Name()), chain.F("command", command),
		chain.F("term", term), chain.F("columns", columns), chain.F("rows", rows), chain.F("marks", s.Marks()))},
		[]byte(head), steps)
}

func (s *Session) draft(kind string, fields ...chain.Field) chain.Draft {
	return chain.Draft{Time: s.last, Kind: kind, Fields: append([]chain.Field{chain.F("session", s.stamp)}, fields...)}
}

// put records. It does not give up when the operator interrupts: the program goes on until it ends.
func (s *Session) put(drafts []chain.Draft, typescript, steps []byte) error {
	return s.Recorder.Put(context.Background(), drafts,
		recorder.Part{File: s.typescript, Bytes: typescript}, recorder.Part{File: s.timing, Bytes: steps})
}

// tick looks at the clock for what is recorded next.
func (s *Session) tick() { s.last = s.Now() }

// step returns a line of the timing file.
func (s *Session) step(kind byte, bytes int, text string) []byte {
	delay := max(s.last.Sub(s.stepped), 0)
	s.stepped = s.last
	return []byte(Step{Kind: kind, Delay: delay, Bytes: int64(bytes), Text: text}.String())
}

// maxText is how many bytes of a session one entry holds: escaped they are four times as long.
const maxText = 8 << 10

// output records what the program printed, then shows it.
func (s *Session) output(b []byte) error { return s.items(s.marks.scan(b)) }

func (s *Session) items(items []item) error {
	var drafts []chain.Draft
	var shown, steps []byte
	s.tick()
	for _, it := range items {
		if it.mark != nil {
			draft, step := s.command(*it.mark)
			drafts, steps = append(drafts, draft...), append(steps, step...)
			continue
		}
		shown = append(shown, it.text...)
		steps = append(steps, s.step('O', len(it.text), "")...)
		for text := range slices.Chunk(it.text, maxText) {
			drafts = append(drafts, s.draft("terminal", chain.Field{Key: "text", Value: string(text)}))
		}
	}
	if err := s.put(drafts, shown, steps); err != nil {
		return err
	}
	_, err := s.Out.Write(shown)
	return err
}

// command records that a command starts or has ended. An end without a start is a prompt
// that was left empty.
func (s *Session) command(m mark) ([]chain.Draft, []byte) {
	wasRunning := s.running
	s.running = m.starts
	switch {
	case m.starts:
		return []chain.Draft{s.draft("command", chain.F("text", m.command))},
			s.step('H', 0, headerCommand+" "+url.PathEscape(m.command))
	case wasRunning:
		return []chain.Draft{s.draft("command-done", chain.F("status", m.status))},
			s.step('H', 0, headerStatus+" "+strconv.Itoa(m.status))
	}
	return nil, nil
}

// resized records a new size of the window.
func (s *Session) resized(rows, columns int) error {
	s.tick()
	return s.put([]chain.Draft{s.draft("terminal-size", chain.F("columns", columns), chain.F("rows", rows))},
		nil, s.step('S', 0, fmt.Sprintf("SIGWINCH ROWS=%d COLS=%d", rows, columns)))
}

func (s *Session) end(status int) error {
	err := s.items(s.marks.flush())
	s.tick()
	last := fmt.Sprintf("\nScript done on %s [COMMAND_EXIT_CODE=\"%d\"]\n", s.last.UTC().Format(timeLayout), status)
	err = errors.Join(err, s.put([]chain.Draft{s.draft("terminal-close", chain.F("status", status))}, []byte(last),
		s.step('H', 0, fmt.Sprintf("EXIT_CODE %d", status))))
	for _, f := range []*spool.File{s.typescript, s.timing} {
		err = errors.Join(err, s.Recorder.Finish(context.Background(), f))
	}
	return err
}
