package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/paper"
	"coen/ceremony/printer"
	"coen/internal/commandline"
	"coen/ksk/outfile"
)

// printing is how something gets on paper.
type printing struct {
	paper  string
	queue  string
	pdf    string // file to write instead
	copies int
	limit  int // pages
}

// maxPages is what is printed without being asked for: a day's log, no archive.
const maxPages = 200

func (o *printing) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.paper, "paper", defaultPaper(), "A4 or Letter")
	f.StringVarP(&o.queue, "printer", "P", "", "printer, if not the one that configure-printer set up")
	f.StringVar(&o.pdf, "pdf", "", "write what the paper would show to a PDF `file`, and print nothing")
	f.IntVar(&o.limit, "max-pages", maxPages, "refuse to print more pages")
}

// paperSize returns where libpaper keeps the paper that a machine's printer has
// (papersize(5)).
func paperSize() string { return cmp.Or(os.Getenv("PAPERCONF"), "/etc/papersize") }

func defaultPaper() string {
	text, err := os.ReadFile(paperSize())
	if err == nil && strings.EqualFold(strings.TrimSpace(string(text)), paper.Letter.Name) {
		return paper.Letter.Name
	}
	return paper.A4.Name
}

// size returns the paper that was chosen.
func (o *printing) size() (paper.Paper, error) {
	for _, p := range paper.Papers {
		if strings.EqualFold(o.paper, p.Name) {
			return p, nil
		}
	}
	return paper.Paper{}, commandline.Faultf("no paper called %q: A4 or Letter", o.paper)
}

// clock is the time on paper: SOURCE_DATE_EPOCH where that is set, so that a PDF
// can be made again.
func (p *program) clock() time.Time {
	if s, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(s, 0).UTC()
	}
	return p.now().UTC()
}

// printFile prints text that stems from a file with the given content, which is
// named below each page by its digest.
func (p *program) printFile(o *printing, name string, content, text []byte, note string) error {
	sum := sha256.Sum256(content)
	foot := fmt.Sprintf("SHA-256 of the file: %x   %s", sum, p.clock().Format("2006-01-02 15:04:05 UTC"))
	if note != "" {
		foot += "   " + note
	}
	return p.printDocument(o, &paper.Document{Left: filepath.Base(name), Foot: foot, Text: text, Size: paper.LogSize},
		chain.F("file", name), chain.F("sha256", fmt.Sprintf("%x", sum)))
}

// printDocument prints a document, or writes its PDF.
func (p *program) printDocument(o *printing, d *paper.Document, about ...chain.Field) error {
	size, err := o.size()
	if err != nil {
		return err
	}
	d.Paper, d.Time = size, p.clock()
	if n := d.Pages(); n > o.limit {
		return fmt.Errorf("%s would have %d pages; --max-pages %d prints it all the same", d.Left, n, n)
	}
	var pdf bytes.Buffer
	if err := d.WritePDF(&pdf); err != nil {
		return err
	}
	return p.printPDF(o, d.Left, d.Pages(), pdf.Bytes(), about...)
}

// printPDF sends a PDF to the printer, or writes it to a file.
func (p *program) printPDF(o *printing, title string, pages int, pdf []byte, about ...chain.Field) error {
	if o.pdf != "" {
		if err := save(o.pdf, pdf); err != nil {
			return err
		}
		fmt.Fprintf(p.stderr, "%s: %d pages\n", o.pdf, pages)
		return nil
	}
	copies := max(1, o.copies)
	id, err := printer.Print(p.ctx, printer.Job{Queue: o.queue, Title: title, Copies: copies, Paper: o.paper, PDF: bytes.NewReader(pdf)})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "%s: %d pages, %d copies, printing as %s\n", title, pages, copies, id)
	p.event("print", append(about, chain.F("pages", pages), chain.F("copies", copies), chain.F("job", id))...)
	return nil
}

// save writes a file whole or not at all.
func save(name string, content []byte) error {
	return outfile.Write(name, content, outfile.New, func(back []byte) error {
		if !bytes.Equal(back, content) {
			return fmt.Errorf("%s: what was read back differs", name)
		}
		return nil
	})
}

// count reads the optional second argument of the printing tools.
func (o *printing) count(args []string) error {
	o.copies = 1
	if len(args) < 2 {
		return nil
	}
	n, err := strconv.Atoi(args[1])
	if err != nil || n < 1 || n > maxCopies {
		return fmt.Errorf("%q is no number of copies from 1 to %d", args[1], maxCopies)
	}
	o.copies = n
	return nil
}

// maxCopies is more than any ceremony has participants.
const maxCopies = 100
