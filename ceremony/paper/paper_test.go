package paper_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/ceremony/paper"
	"coen/internal/oracle"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestStripStamps(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"2026-11-22T13:30:00Z: [INFO] Starting", "Starting"},
		{"2026-11-22T13:30:00Z: [INFO] slot [0] token [KSK] ok", "slot [0] token [KSK] ok"},
		{"2026-11-22T13:30:00Z: [WARNING] ", ""},
		{"2026-11-22T13:30:00Z: [dbg] x", "x"},
		{"2026-11-22T13:30:00Z: [INFO]x", "2026-11-22T13:30:00Z: [INFO]x"},
		{"2026-11-22T13:30:00Z: [] x", "2026-11-22T13:30:00Z: [] x"},
		{"2026-11-22T13:30:00Z: [INFO", "2026-11-22T13:30:00Z: [INFO"},
		{"2026-11-22T13:30:00Z: [IN FO] x", "2026-11-22T13:30:00Z: [IN FO] x"},
		{" 2026-11-22T13:30:00Z: [INFO] x", " 2026-11-22T13:30:00Z: [INFO] x"},
		{"2026-11-22T13:30:00+0000: [INFO] x", "2026-11-22T13:30:00+0000: [INFO] x"},
		{"2026-11-22 13:30:00Z: [INFO] x", "2026-11-22 13:30:00Z: [INFO] x"},
		{"20x6-11-22T13:30:00Z: [INFO] x", "20x6-11-22T13:30:00Z: [INFO] x"},
		{"Inception 2026-11-22T13:30:00Z: [INFO] x", "Inception 2026-11-22T13:30:00Z: [INFO] x"},
		{"", ""},
	} {
		if got := string(paper.StripStamps([]byte(c.line))); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.line, got, c.want)
		}
	}
	if got := string(paper.StripStamps([]byte("2026-11-22T13:30:00Z: [INFO] a\r\nb\n\n2026-11-22T13:30:00Z: [INFO] c"))); got != "a\r\nb\n\nc" {
		t.Errorf("lines become %q", got)
	}
}

// log has the length and kinds of lines that a signer writes.
func log(lines int) []byte {
	var b bytes.Buffer
	for i := range lines {
		switch i % 4 {
		case 0:
			b.WriteString("Loaded KSR from file \"/media/KSRFD/ksr-root-2026-q4-0.xml\" [no errors]\n")
		case 1:
			b.WriteString("PGP Words:  " + strings.Repeat("dreadful clergyman fallout proximate ", 8) + "\n")
		case 2:
			b.WriteString("#  Inception           Expiration           ZSK Tags      KSK Tag(CKA_LABEL)\n")
		default:
			b.WriteString("\n")
		}
	}
	return b.Bytes()
}

// pdf writes a document to a file.
func pdf(t *testing.T, d *paper.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := d.WritePDF(&b); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// text returns what poppler reads in a PDF: the lines of each page, without head
// and foot, with continued lines joined.
func text(t *testing.T, name string) string {
	t.Helper()
	var b strings.Builder
	for page := range strings.SplitSeq(strings.TrimSuffix(oracle.Run(t, "pdftotext", "-layout", name, "-"), "\f"), "\f") {
		lines := strings.Split(strings.TrimRight(page, "\n"), "\n")
		for _, line := range lines[1 : len(lines)-1] {
			if rest, ok := strings.CutPrefix(strings.TrimLeft(line, " "), "→"); ok {
				b.WriteString(strings.TrimLeft(rest, " "))
				continue
			}
			if line != "" {
				b.WriteString("\n" + line)
			}
		}
	}
	return b.String()
}

// squeeze makes of any run of blanks one, and none of those at the ends of
// lines: positions on a page are no blanks.
func squeeze(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// TestText holds what poppler reads on the pages to the text that was printed.
func TestText(t *testing.T) {
	for _, p := range paper.Papers {
		d := &paper.Document{Left: "ksrsigner-20261122-133000-77.log", Foot: "SHA-256 0123", Text: log(500), Paper: p, Size: paper.LogSize, Time: noon}
		name := pdf(t, d)
		// Where a line is broken at a blank, that blank is lost to poppler.
		got, want := strings.ReplaceAll(squeeze(text(t, name)), " ", ""), strings.ReplaceAll(squeeze(string(d.Text)), " ", "")
		if got != want {
			at := 0
			for at < min(len(got), len(want)) && got[at] == want[at] {
				at++
			}
			t.Errorf("%s: poppler reads\n%.300s\nwant\n%.300s", p.Name, got[at:], want[at:])
		}
		info := oracle.Run(t, "pdfinfo", name)
		for _, want := range []string{fmt.Sprintf("Pages:           %d", d.Pages()), p.Name} {
			if !strings.Contains(strings.ToLower(info), strings.ToLower(want)) {
				t.Errorf("%s: pdfinfo does not say %q:\n%s", p.Name, want, info)
			}
		}
		first := oracle.Run(t, "pdftotext", "-layout", "-l", "1", name, "-")
		for _, want := range []string{d.Left, fmt.Sprintf("Page 1 of %d", d.Pages()), d.Foot} {
			if !strings.Contains(first, want) {
				t.Errorf("%s: the first page does not say %q:\n%s", p.Name, want, first)
			}
		}
		if fonts := oracle.Run(t, "pdffonts", name); strings.Contains(fonts, " no ") && !strings.Contains(fonts, "yes no") {
			t.Errorf("fonts are not embedded:\n%s", fonts)
		}
	}
}

// TestOddBytes checks that whatever has no picture is still on the page.
func TestOddBytes(t *testing.T) {
	d := &paper.Document{Foot: "foot", Left: "odd\x1b[31m\n" + strings.Repeat("long ", 40) + ".log", Paper: paper.A4, Size: paper.LogSize, Time: noon,
		Text: []byte("esc \x1b[0m cr \r bell \a nul \x00 invalid \xff\xfe form \f feed del \x7f c1 \u0085 zero\u200bwidth 中 é → <1B> literal\n\ttab\tstop\nno end")}
	got := squeeze(text(t, pdf(t, d)))
	want := "esc <1B>[0m cr <0D> bell <07> nul <00> invalid <FF><FE> form <0C> feed del <7F> c1 <U+0085> zero<U+200B>width " +
		"<U+4E2D> é → <1B> literal\ntab stop\nno end"
	if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("poppler reads\n%s\nwant\n%s", got, want)
	}
}

// TestSame checks that for one document there is one PDF.
func TestSame(t *testing.T) {
	d := &paper.Document{Left: "log", Text: log(100), Paper: paper.A4, Size: paper.LogSize, Time: noon}
	var first bytes.Buffer
	if err := d.WritePDF(&first); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		var again bytes.Buffer
		if err := d.WritePDF(&again); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), again.Bytes()) {
			t.Fatal("the PDF of the same document differs")
		}
	}
}

func TestPages(t *testing.T) {
	for _, c := range []struct{ lines, pages int }{{0, 1}, {1, 1}, {81, 1}, {82, 2}, {163, 3}} {
		d := &paper.Document{Text: bytes.Repeat([]byte("x\n"), c.lines), Paper: paper.A4, Size: paper.LogSize}
		if got := d.Pages(); got != c.pages {
			t.Errorf("%d lines have %d pages, want %d", c.lines, got, c.pages)
		}
	}
}

func BenchmarkWritePDF(b *testing.B) {
	d := &paper.Document{Left: "log", Text: log(10_000), Paper: paper.A4, Size: paper.LogSize, Time: noon}
	b.SetBytes(int64(len(d.Text)))
	for b.Loop() {
		if err := d.WritePDF(&bytes.Buffer{}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTypescript(t *testing.T) {
	for _, c := range []struct {
		text, want string
		left       int
	}{
		{"plain\r\nlines\r\n", "plain\nlines\n", 0},
		{"\x1b[?2004h\x1b]0;root@coen: ~\x07\x1b[01;32mroot@coen\x1b[00m:~# ls\r\n\x1b[?2004l\r", "root@coen:~# ls\n", 5},
		{"\x1b]0;title\x1b\\x\x1b[Ky\x1b(Bz", "xyz", 3},
		{"cursor \x1b[2A up, \x08 back, \x1b[2J clear", "cursor \x1b[2A up, \x08 back, \x1b[2J clear", 0},
		{"\x1b]0;no end", "\x1b]0;no end", 0},
	} {
		got, left := paper.Typescript([]byte(c.text))
		if string(got) != c.want || left != c.left {
			t.Errorf("%q becomes %q and %d, want %q and %d", c.text, got, left, c.want, c.left)
		}
	}
}
