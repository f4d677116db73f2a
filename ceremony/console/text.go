package console

import (
	"bytes"
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Piece is a line that was received, or a part of one.
type Piece struct {
	Time time.Time
	Text []byte // with its line end, if it has one
}

// maxPiece is where a line without an end is cut.
const maxPiece = 4096

// A splitter cuts what arrives into pieces.
type splitter struct{ rest []byte }

// feed returns the lines that b completes.
func (s *splitter) feed(t time.Time, b []byte) (pieces []Piece) {
	for len(b) > 0 {
		n := bytes.IndexByte(b, '\n') + 1
		whole := n > 0
		if !whole {
			n = len(b)
		}
		if room := maxPiece - len(s.rest); n > room {
			n, whole = room, true
		}
		s.rest = append(s.rest, b[:n]...)
		b = b[n:]
		if whole || len(s.rest) == maxPiece {
			pieces = append(pieces, s.flush(t)...)
		}
	}
	return pieces
}

// flush returns the part of a line that is there.
func (s *splitter) flush(t time.Time) []Piece {
	if len(s.rest) == 0 {
		return nil
	}
	p := Piece{Time: t, Text: s.rest}
	s.rest = nil
	return []Piece{p}
}

// timeLayout is that of the records: UTC, as ISO 8601 with the offset that the tool has always written.
const timeLayout = "2006-01-02T15:04:05-0700"

// appendRecord writes a piece as a record.
func appendRecord(b []byte, tag string, p Piece) []byte {
	b = appendHead(b, tag, p.Time)
	text, whole := bytes.CutSuffix(p.Text, []byte("\n"))
	if whole {
		text = bytes.TrimSuffix(text, []byte("\r"))
	}
	b = appendText(b, text)
	if !whole {
		b = append(b, '\\')
	}
	return append(b, '\n')
}

// appendStatus writes a record about the line itself.
func appendStatus(b []byte, tag string, t time.Time, status string) []byte {
	b = append(appendHead(b, tag, t), `\# `...)
	return append(appendText(b, []byte(status)), '\n')
}

func appendHead(b []byte, tag string, t time.Time) []byte {
	return fmt.Appendf(b, "%s\t%s\t", t.UTC().Format(timeLayout), tag)
}

// appendText writes what can be read as it is and the rest so that it can be read.
func appendText(b, text []byte) []byte {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == '\\':
			b = append(b, `\\`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t' || unicode.IsPrint(r) && (r != utf8.RuneError || n > 1):
			b = append(b, text[:n]...)
		default:
			for _, c := range text[:n] {
				b = fmt.Appendf(b, `\x%02x`, c)
			}
		}
		text = text[n:]
	}
	return b
}
