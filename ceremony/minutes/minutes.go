// Package minutes tells a ceremony log to people: one line per event, with the number of its entry, as
// the witness's paper has them.
//
//	2  12:00:02  safe 1 opened, bag BB51184613 intact
//	6  12:01:40  $ kskm ksrsigner ksr.xml skr.xml
//
// What consoles, terminals and key tools printed line by line is detail: it has files of its own.
package minutes

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"coen/ceremony/chain"
)

// A Teller tells entries one after the other. Its zero value leaves details out.
type Teller struct {
	// Details has what consoles and key tools printed told too. What terminals were sent is
	// never told: it is no text.
	Details bool

	day string
}

// Tell returns the lines for the entry that follows the last one told, each with its newline; "" if
// it is left out. Nothing in them is acted on by a terminal.
func (t *Teller) Tell(e chain.Entry) string {
	text, detail := sentence(e)
	if text == "" || detail && !t.Details {
		return ""
	}
	head := ""
	if day := e.Time.Format(time.DateOnly); day != t.day {
		t.day = day
		head = fmt.Sprintf("%s, UTC\n", day)
	}
	return fmt.Sprintf("%s%6d  %s  %s\n", head, e.Number, e.Time.Format(time.TimeOnly), plain(text))
}

// sentence says what an entry means, and whether that is a detail.
func sentence(e chain.Entry) (text string, detail bool) {
	get := e.Get
	switch e.Kind {
	case chain.KindBegin:
		return "the log begins", false
	case chain.KindTorn:
		return fmt.Sprintf("%s bytes before this are no entry: a writer was killed, or somebody wrote into the log", get("bytes")), false
	case "note":
		return get("text"), false
	case "checkpoint":
		return fmt.Sprintf("checkpoint %s: %s", get("entry"), get("sha256")), false
	case "command":
		return "$ " + get("text"), false
	case "command-done":
		return "exit status " + get("status"), get("status") == "0"
	case "terminal":
		return "", false
	case "terminal-size":
		return fmt.Sprintf("terminal has %s columns, %s rows", get("columns"), get("rows")), true
	case "terminal-open":
		return fmt.Sprintf("terminal recorded as %s: %s", get("file"), get("command")), false
	case "terminal-close":
		return "terminal ended with status " + get("status"), false
	case "file":
		return fmt.Sprintf("%s is complete: %s bytes", get("name"), get("bytes")), false
	case "copy-lost":
		return fmt.Sprintf("COPIES LOST in %s: %s", get("folder"), get("reason")), false
	case "copy-back":
		return fmt.Sprintf("copies in %s are complete again", get("folder")), false
	}
	return printed(e)
}

// printed says what a console or a key tool printed, or how it is with them.
func printed(e chain.Entry) (text string, detail bool) {
	switch e.Kind {
	case "console-open":
		text = fmt.Sprintf("%s recorded as %s", e.Get("source"), e.Get("file"))
		if e.Get("speed") != "" {
			text += fmt.Sprintf(", %s %s", e.Get("speed"), e.Get("mode"))
		}
		return text, false
	case "console-status":
		return e.Get("tag") + ": " + e.Get("text"), false
	case "console":
		return e.Get("tag") + "> " + line(e.Get("text")), true
	case "keylog", "keylog-status":
		return e.Get("file") + "> " + line(e.Get("text")), true
	}
	words := []string{e.Kind}
	for _, f := range e.Fields {
		value := f.Value
		if value == "" || strings.ContainsAny(value, " \"=") {
			value = strconv.Quote(value)
		}
		words = append(words, f.Key+"="+value)
	}
	return strings.Join(words, " "), false
}

// line is a text without its line end.
func line(s string) string { return strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r") }

// plain is a text on one line: what is no printable character is escaped as in Go.
func plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		if quoted := strconv.QuoteRune(r); strconv.IsPrint(r) && r != '\uFFFD' {
			b.WriteRune(r)
		} else {
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}
