package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/paper"
	"coen/ceremony/printer"
	"coen/internal/commandline"
)

// printerSetup is what configure-printer was asked for.
type printerSetup struct {
	list, noTestPage bool
	queue            printer.Queue
	printing         printing
}

func (p *program) configurePrinter() *cobra.Command {
	var o printerSetup
	c := &cobra.Command{
		Use:   "configure-printer",
		Short: "Set up the printer and print a test page",
		Long: `Look for printers on USB cables and in the network, set one up as the default
and print a test page. Printers that speak IPP (IPP Everywhere, AirPrint, IPP over
USB) need no driver and come first; all others need their PPD file.`,
		Example: `  configure-printer
  configure-printer --list
  configure-printer --uri ipp://192.168.0.9/ipp/print
  configure-printer --uri usb://HP/LaserJet --ppd /media/HSMFD/laserjet.ppd`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error { return p.runConfigurePrinter(&o) },
	}
	f := c.Flags()
	f.BoolVarP(&o.list, "list", "l", false, "only say which printers are seen")
	f.StringVar(&o.queue.URI, "uri", "", "`address` of the printer")
	f.StringVar(&o.queue.PPD, "ppd", "", "PPD `file` of the printer")
	f.StringVar(&o.queue.Name, "name", printer.DefaultName, "name of the queue")
	f.StringVar(&o.printing.paper, "paper", defaultPaper(), "A4 or Letter")
	f.BoolVar(&o.noTestPage, "no-test-page", false, "print no test page")
	return c
}

func (p *program) runConfigurePrinter(o *printerSetup) error {
	size, err := o.printing.size()
	if err != nil {
		return err
	}
	if o.queue.URI == "" {
		if o.queue.URI, err = p.choosePrinter(o); err != nil || o.list {
			return err
		}
	}
	device := printer.Device{URI: o.queue.URI}
	if o.queue.PPD == "" && !device.Driverless() {
		return fmt.Errorf("%s needs a driver: give its PPD file with --ppd", o.queue.URI)
	}
	o.queue.Paper = size.Name
	if err := printer.Add(p.ctx, o.queue); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Printer %s is %s, paper %s.\n", o.queue.Name, o.queue.URI, size.Name)
	p.event("printer", chain.F("name", o.queue.Name), chain.F("uri", o.queue.URI), chain.F("ppd", o.queue.PPD), chain.F("paper", size.Name))
	if err := os.WriteFile(paperSize(), []byte(strings.ToLower(size.Name)+"\n"), 0o644); err != nil {
		fmt.Fprintf(p.stderr, "WARNING: the paper is not remembered: %v\n", err)
	}
	if o.noTestPage {
		return nil
	}
	o.printing.queue, o.printing.limit = o.queue.Name, maxPages
	return p.printDocument(&o.printing, p.testPage(o.queue), chain.F("file", "test page"))
}

// choosePrinter returns the address of the one printer that can be used, or of
// the one that the operator chooses.
func (p *program) choosePrinter(o *printerSetup) (string, error) {
	fmt.Fprintln(p.stderr, "Looking for printers...")
	list, err := printer.Devices(p.ctx)
	if err != nil {
		return "", err
	}
	for i, d := range list {
		kind := "needs a PPD file"
		if d.Driverless() {
			kind = "driverless"
		}
		fmt.Fprintf(p.stdout, "%2d  %s (%s, %s)\n", i+1, d.URI, d.Class, kind)
	}
	switch {
	case len(list) == 0:
		return "", errors.New("no printer is seen. Is it on, and its cable plugged in? A printer in the network can be named: --uri ipp://ADDRESS/ipp/print")
	case o.list:
		return "", nil
	case len(list) == 1:
		return list[0].URI, nil
	}
	line, err := p.ask("Number of the printer: ")
	if err != nil {
		return "", fmt.Errorf("no printer was chosen: %w", err)
	}
	n, err := strconv.Atoi(line)
	if err != nil || n < 1 || n > len(list) {
		return "", fmt.Errorf("no printer has the number %q", line)
	}
	return list[n-1].URI, nil
}

// testPage shows what has to come out well: every letter, long lines, both ends
// of the page, and which printer it was.
func (p *program) testPage(q printer.Queue) *paper.Document {
	var b strings.Builder
	fmt.Fprintf(&b, "Printer  %s\nAddress  %s\nPaper    %s\nTime     %s\n\n", q.Name, q.URI, q.Paper, p.clock().Format("2006-01-02 15:04:05 UTC"))
	for c := byte(' '); c < '~'; c += 32 {
		for i := c; i < c+32 && i <= '~'; i++ {
			b.WriteByte(i)
		}
		b.WriteByte('\n')
	}
	b.WriteString("\nEasily confused: 0 O o   1 l I |   5 S   8 B   2 Z   rn m   ' `   , .   ; :\n\n")
	for i := 10; i <= 80; i += 10 {
		fmt.Fprintf(&b, "%10d", i)
	}
	b.WriteString("\n" + strings.Repeat("----:----|", 8) + "\n\nA line that is too long for the paper goes on behind an arrow, and a byte without a picture has a grey box: \x1b \x00 \xff\n")
	return &paper.Document{Left: "Test page", Right: "Page 1 of 1", Foot: "The head has a line below it; this line is the foot.", Text: []byte(b.String()), Size: paper.ProofSize}
}
