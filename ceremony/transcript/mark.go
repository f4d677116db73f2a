package transcript

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
)

// A mark tells that a command starts or has ended.
type mark struct {
	starts  bool
	command string // of a start
	status  int    // of an end
}

// An item is a part of what a shell prints: text, or a mark.
type item struct {
	text []byte
	mark *mark
}

const (
	markPrefix = "\x1b]133;"
	markEnd    = "\x1b\\"
	maxMark    = 64 << 10
)

// A scanner takes the marks of one session out of what its shell prints.
type scanner struct {
	nonce string
	held  []byte // the beginning of what may be a mark
}

// scan returns what is there, in order. What may be the beginning of a mark is held back until
// more comes; a terminal shows nothing of it either.
func (s *scanner) scan(b []byte) (items []item) {
	all := append(s.held, b...)
	s.held = nil
	text := 0 // from here on, all is text up to at
	for at := 0; ; {
		i := bytes.IndexByte(all[at:], markPrefix[0])
		if i < 0 {
			return appendText(items, all[text:])
		}
		at += i
		n, found := markLength(all[at:])
		if !found && n > 0 {
			s.held = bytes.Clone(all[at:])
			return appendText(items, all[text:at])
		}
		m := (*mark)(nil)
		if found {
			m = s.parse(string(all[at+len(markPrefix) : at+n-len(markEnd)]))
		}
		if m == nil {
			at++
			continue
		}
		items = append(appendText(items, all[text:at]), item{mark: m})
		at += n
		text = at
	}
}

// flush returns what is held back.
func (s *scanner) flush() []item {
	items := appendText(nil, s.held)
	s.held = nil
	return items
}

func appendText(items []item, text []byte) []item {
	if len(text) == 0 {
		return items
	}
	return append(items, item{text: text})
}

// markLength returns the length of the mark that b, which begins with an escape, begins with. Where b
// ends within what may be one, it returns its own length and that none is found yet; else 0.
func markLength(b []byte) (n int, found bool) {
	head := b[:min(len(b), len(markPrefix))]
	if !strings.HasPrefix(markPrefix, string(head)) {
		return 0, false
	}
	if len(head) < len(markPrefix) {
		return len(b), false
	}
	esc := bytes.IndexByte(b[len(markPrefix):], markEnd[0])
	end := len(markPrefix) + esc + len(markEnd)
	switch {
	case esc < 0 && len(b) < maxMark, esc >= 0 && end > len(b):
		return len(b), false
	case esc < 0 || b[end-1] != markEnd[1]:
		return 0, false
	}
	return end, true
}

// parse reads what stands between prefix and end. It returns nil for what is not ours.
func (s *scanner) parse(body string) *mark {
	words := strings.Split(body, ";")
	values := map[string]string{}
	for _, w := range words {
		key, value, _ := strings.Cut(w, "=")
		values[key] = value
	}
	if s.nonce == "" || values["session"] != s.nonce {
		return nil
	}
	switch {
	case words[0] == "C":
		if command, err := url.PathUnescape(values["cmdline_url"]); err == nil {
			return &mark{starts: true, command: command}
		}
	case words[0] == "D" && len(words) > 1:
		if status, err := strconv.Atoi(words[1]); err == nil {
			return &mark{status: status}
		}
	}
	return nil
}
