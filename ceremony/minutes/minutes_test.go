package minutes

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"coen/ceremony/chain"
)

func entry(number int64, kind string, pairs ...string) chain.Entry {
	e := chain.Entry{Number: number}
	e.Kind, e.Time = kind, time.Date(2026, 11, 22, 12, 0, int(number), 0, time.UTC)
	for i := 0; i < len(pairs); i += 2 {
		e.Fields = append(e.Fields, chain.F(pairs[i], pairs[i+1]))
	}
	return e
}

func TestTell(t *testing.T) {
	entries := []chain.Entry{
		entry(1, "begin", "format", chain.Format),
		entry(2, "note", "text", "safe 1 opened\x1b[2J\nÐ\u202e"),
		entry(3, "console-open", "tag", "ttyS0", "file", "ttyaudit-ttyS0.log", "source", "/dev/ttyS0", "speed", "9600", "mode", "8N1"),
		entry(4, "console", "tag", "ttyS0", "text", "ready\r\n"),
		entry(5, "terminal-open", "file", "script.log", "command", "bash"),
		entry(6, "terminal", "text", "\x1b[1m$ "),
		entry(7, "command", "text", "false; true"),
		entry(8, "command-done", "status", "0"),
		entry(9, "command-done", "status", "3"),
		entry(10, "keylog", "file", "kskm.log", "text", "signed\n"),
		entry(11, "drive-removed", "serial", "1 2", "label", "HSMFD"),
		entry(12, "copy-lost", "folder", "/media/HSMFD", "reason", "gone"),
		entry(86400, "checkpoint", "entry", "12", "sha256", strings.Repeat("ab", 32)),
	}
	const want = `2026-11-22, UTC
     1  12:00:01  the log begins
     2  12:00:02  safe 1 opened\x1b[2J\nÐ\u202e
     3  12:00:03  /dev/ttyS0 recorded as ttyaudit-ttyS0.log, 9600 8N1
     5  12:00:05  terminal recorded as script.log: bash
     7  12:00:07  $ false; true
     9  12:00:09  exit status 3
    11  12:00:11  drive-removed serial="1 2" label=HSMFD
    12  12:00:12  COPIES LOST in /media/HSMFD: gone
2026-11-23, UTC
 86400  12:00:00  checkpoint 12: abababababababababababababababababababababababababababababababab
`
	var short, long Teller
	long.Details = true
	got, all := "", ""
	for _, e := range entries {
		got += short.Tell(e)
		all += long.Tell(e)
	}
	if got != want {
		t.Errorf("%s", got)
	}
	for _, detail := range []string{"     4  12:00:04  ttyS0> ready\n", "     8  12:00:08  exit status 0\n", "    10  12:00:10  kskm.log> signed\n"} {
		if !strings.Contains(all, detail) || strings.Contains(got, detail) {
			t.Errorf("%q is not a detail of %s", detail, all)
		}
	}
	if strings.Contains(all, "     6  ") {
		t.Error("what a terminal was sent was told")
	}
}

// FuzzTell has any text in any kind of entry come out on one line without control characters.
func FuzzTell(f *testing.F) {
	f.Add("note", "a\x00b\xff")
	f.Add("console", "\r\n")
	f.Add("other", "\u2028")
	f.Fuzz(func(t *testing.T, kind, text string) {
		for _, key := range []string{"text", "status", "file", "reason", "other"} {
			told := (&Teller{Details: true, day: "2026-11-22"}).Tell(entry(1, kind, key, text))
			if body, ok := strings.CutSuffix(told, "\n"); told != "" && (!ok || strings.ContainsFunc(body, func(r rune) bool { return !unicode.IsPrint(r) })) {
				t.Fatalf("%q of %q tells %q", text, kind, told)
			}
		}
	})
}
