package console

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestRecords(t *testing.T) {
	for text, want := range map[string]string{
		"Keyper ready\r\n":    "Keyper ready",
		"unix\n":              "unix",
		"\n":                  "",
		"\r\n":                "",
		"login: ":             `login: \`,
		`C:\>` + "\n":         `C:\\>`,
		`ends in \` + "\n":    `ends in \\`,
		"\x1b[1mbold\x00\n":   `\x1b[1mbold\x00`,
		"10%\r20%\r\r\n":      `10%\r20%\r`,
		"tab\tbed\n":          "tab\tbed",
		"Ð \xff\xc3\n":        `Ð \xff\xc3`,
		"\u202ereversed\n":    `\xe2\x80\xaereversed`,
		"\\# not a status\n":  `\\# not a status`,
		"two\nlines together": `two\nlines together\`,
	} {
		got := string(appendRecord(nil, "ttyS0", Piece{noon, []byte(text)}))
		if want = "2026-11-22T12:00:00+0000\tttyS0\t" + want + "\n"; got != want {
			t.Errorf("%q: %q instead of %q", text, got, want)
		}
	}
	if got := string(appendStatus(nil, "ttyS0", noon, "open")); got != "2026-11-22T12:00:00+0000\tttyS0\t\\# open\n" {
		t.Errorf("%q", got)
	}
}

// decode takes a record's text back to bytes, by the rules of the package's documentation.
func decode(t testing.TB, text string) (bytes []byte, whole bool) {
	t.Helper()
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			bytes = append(bytes, text[i])
			continue
		}
		i++
		switch {
		case i == len(text):
			return bytes, false
		case text[i] == '\\':
			bytes = append(bytes, '\\')
		case text[i] == 'r':
			bytes = append(bytes, '\r')
		case text[i] == 'n':
			bytes = append(bytes, '\n')
		case text[i] == 'x' && i+2 < len(text):
			const digits = "0123456789abcdef"
			bytes = append(bytes, byte(strings.IndexByte(digits, text[i+1])<<4|strings.IndexByte(digits, text[i+2])))
			i += 2
		default:
			t.Fatalf("unknown escape in %q", text)
		}
	}
	return bytes, true
}

// FuzzPieces cuts arbitrary input at arbitrary places: the pieces are the input, and a record can be read
// back to its piece but for the carriage return of a line end.
func FuzzPieces(f *testing.F) {
	f.Add([]byte("one\r\ntwo\nthree"), uint64(1))
	f.Add(bytes.Repeat([]byte("x"), 3*maxPiece), uint64(2))
	f.Add([]byte("\\\r\r\n\x00\xff\t\\"), uint64(3))
	f.Fuzz(func(t *testing.T, input []byte, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 0))
		var s splitter
		var pieces []Piece
		for rest := input; len(rest) > 0; {
			n := 1 + rng.IntN(len(rest))
			pieces = append(pieces, s.feed(noon, rest[:n])...)
			if rest = rest[n:]; rng.IntN(4) == 0 {
				pieces = append(pieces, s.flush(noon)...)
			}
		}
		pieces = append(pieces, s.flush(noon)...)
		var joined []byte
		for _, p := range pieces {
			if len(p.Text) == 0 || len(p.Text) > maxPiece || bytes.IndexByte(p.Text[:len(p.Text)-1], '\n') >= 0 {
				t.Fatalf("piece %q", p.Text)
			}
			joined = append(joined, p.Text...)
			record := string(appendRecord(nil, "a", p))
			if strings.ContainsAny(record[:len(record)-1], "\n\r\x00\x1b") {
				t.Fatalf("record %q", record)
			}
			text, whole := decode(t, strings.SplitN(strings.TrimSuffix(record, "\n"), "\t", 3)[2])
			if whole {
				text = append(text, '\n')
			}
			if string(text) != ended(p.Text) {
				t.Fatalf("%q reads %q", p.Text, text)
			}
		}
		if !bytes.Equal(joined, input) {
			t.Fatalf("%q became %q", input, joined)
		}
	})
}

// ended is a piece with LF for its line end, if it has one.
func ended(piece []byte) string {
	if text, whole := strings.CutSuffix(string(piece), "\n"); whole {
		return strings.TrimSuffix(text, "\r") + "\n"
	}
	return string(piece)
}

func TestTags(t *testing.T) {
	for path, want := range map[string]string{
		"/dev/ttyS0":                 "ttyS0",
		"/dev/serial/by-id/usb-FTDI": "serial-by-id-usb-FTDI",
		"/dev/serial/by-path/pci:00": "serial-by-path-pci-00",
		"/tmp/ttyV1":                 "ttyV1",
		"/home/x/tty":                "home-x-tty",
		"tty":                        "tty",
	} {
		if got := deviceTag(path); got != want {
			t.Errorf("%s: %s instead of %s", path, got, want)
		}
	}
	if got := execTag("/usr/bin/lunacm -f a"); got != "exec-lunacm" {
		t.Error(got)
	}
}
