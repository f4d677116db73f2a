package debconf

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"coen/install/proc"
)

// The status codes of the protocol.
const (
	codeOK         = "0"
	codeEscaped    = "1"
	codeBadParams  = "10"
	codeSyntax     = "20"
	codeInvisible  = "30"
	codeBadVersion = "30"
	codeInternal   = "100"
)

// A session is a conversation with one script. It is the script's standard
// output, where commands come in, and its standard input, where replies go.
type session struct {
	p        *proc.Proc // the front end
	db       *database
	owner    string
	escape   bool // the script asked for escaped replies
	stopped  bool
	asked    []string // questions of INPUT since the last GO
	markSeen map[string]bool
	seen     []string
	line     []byte
	replies  bytes.Buffer
	err      error
}

func newSession(p *proc.Proc, db *database, owner string) *session {
	return &session{p: p, db: db, owner: owner, markSeen: map[string]bool{}}
}

// Write takes what the script prints and answers every whole line.
func (s *session) Write(data []byte) (int, error) {
	s.line = append(s.line, data...)
	for {
		line, rest, ok := bytes.Cut(s.line, []byte("\n"))
		if !ok {
			return len(data), nil
		}
		s.line = rest
		if s.stopped {
			continue
		}
		if reply := s.command(string(line)); reply != "" {
			s.replies.WriteString(reply + "\n")
		}
	}
}

// Read gives the script its replies. There is nothing to wait for: when none
// are left, none will come.
func (s *session) Read(b []byte) (int, error) {
	if s.replies.Len() == 0 {
		return 0, io.EOF
	}
	return s.replies.Read(b)
}

// command carries out one line of the protocol; the reply is empty after STOP.
func (s *session) command(line string) string {
	words := strings.Fields(line)
	if s.escape {
		words = unescapeWords(line)
	}
	if len(words) == 0 {
		return codeSyntax + fmt.Sprintf(" Bad line \"%s\" received from confmodule.", line)
	}
	name, args := strings.ToLower(words[0]), words[1:]
	if name == "stop" {
		s.stopped = true
		return ""
	}
	c, ok := protocol[name]
	if !ok {
		return codeSyntax + fmt.Sprintf(" Unsupported command \"%s\" (full line was \"%s\") received from confmodule.", name, line)
	}
	if len(args) < c.min || c.max >= 0 && len(args) > c.max {
		return codeSyntax + " Incorrect number of arguments"
	}
	reply, _, _ := strings.Cut(c.do(s, args), "\n")
	return reply
}

var chunk = regexp.MustCompile(`(?s)\\.|\s+`)

// unescapeWords splits a line at spaces; a backslash keeps what follows it, and
// "\n" is a newline.
func unescapeWords(line string) []string {
	var words []string
	word, last := "", 0
	for _, m := range chunk.FindAllStringIndex(line, -1) {
		word += line[last:m[0]]
		switch c := line[m[0]:m[1]]; {
		case c == `\n`:
			word += "\n"
		case c[0] == '\\':
			word += c[1:]
		default:
			words = append(words, word)
			word = ""
		}
		last = m[1]
	}
	if word += line[last:]; word != "" {
		words = append(words, word)
	}
	return words
}

var replyEscaper = strings.NewReplacer(`\`, `\\`, "\n", `\n`)

// answer is the reply that carries data.
func (s *session) answer(value string) string {
	if s.escape {
		return codeEscaped + " " + replyEscaper.Replace(value)
	}
	return codeOK + " " + value
}

// finish marks as seen what was asked and could have been seen.
func (s *session) finish() {
	for _, name := range s.seen {
		if q := s.db.question(name); q != nil {
			q.setFlag("seen", "true")
		}
	}
	s.seen = nil
}

// run starts a script or program with the session at its standard input and
// output.
func (s *session) run(args ...string) (int, error) {
	child := s.p.Child(args...)
	child.Env["DEBIAN_HAS_FRONTEND"] = "1"
	child.Files[0] = &proc.File{R: s}
	child.Files[1] = &proc.File{W: s}
	status, err := child.Run()
	s.finish()
	if err == nil {
		err = s.err
	}
	return status, err
}

func (s *session) missing(name string) string {
	return codeBadParams + " " + name + " doesn't exist"
}

// A protocolCommand is one command of the protocol with the number of words it
// takes; a max of -1 is any number.
type protocolCommand struct {
	min, max int
	do       func(s *session, args []string) string
}

// priorities are the levels of importance, and high the one from which a
// question would be shown.
var priorities = []string{"low", "medium", "high", "critical"}

func (s *session) threshold() int {
	level := s.p.Env["DEBIAN_PRIORITY"]
	if level == "" {
		if q := s.db.question("debconf/priority"); q != nil {
			level = q.value()
		}
	}
	if i := slices.Index(priorities, level); i >= 0 {
		return i
	}
	return slices.Index(priorities, "high")
}
