package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/recorder"
	"coen/ceremony/show"
	"coen/internal/commandline"
)

// screenshooter takes pictures of the screen in the image.
const screenshooter = "xfce4-screenshooter"

// capture is what screencap-verify was asked for.
type capture struct {
	dir, file string
	noPrint   bool
	noView    bool
	printing  printing
}

func (p *program) screencapVerify() *cobra.Command {
	var o capture
	c := &cobra.Command{
		Use:   "screencap-verify",
		Short: "Take a picture of the screen, hash it, print it and show it",
		Long: `Take a picture of the whole screen into screencap-YYYYmmdd-HHMMSS.png, print it
with its hash, and open it, so that everybody can compare paper and screen.`,
		Example: `  cd /media/HSMFD; screencap-verify
  screencap-verify --file screencap-20261122-133000.png --pdf paper.pdf`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error { return p.runScreencap(&o) },
	}
	f := c.Flags()
	f.StringVarP(&o.dir, "dir", "d", ".", "folder of the picture")
	f.StringVar(&o.file, "file", "", "take no picture: this PNG `file` is one")
	f.BoolVar(&o.noPrint, "no-print", false, "do not print")
	f.BoolVar(&o.noView, "no-view", false, "do not open the picture")
	o.printing.flags(c)
	f.IntVarP(&o.printing.copies, "copies", "n", 1, "copies on paper")
	return c
}

func (p *program) runScreencap(o *capture) error {
	name := o.file
	if name == "" {
		name = filepath.Join(o.dir, "screencap-"+recorder.Stamp(p.now())+".png")
		if err := p.takePicture(name); err != nil {
			return err
		}
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	fmt.Fprintf(p.stdout, "%s\n%s", name, twoLines(sum))
	p.event("screenshot", chain.F("file", name), chain.F("bytes", len(content)), chain.F("sha256", fmt.Sprintf("%x", sum)))
	if !o.noPrint || o.printing.pdf != "" {
		if err := p.printPicture(&o.printing, name, content, sum); err != nil {
			return err
		}
	}
	if o.noView || o.printing.pdf != "" {
		return nil
	}
	return p.view(name)
}

// takePicture takes a picture of the screen and waits until it is on the drive.
func (p *program) takePicture(name string) error {
	out, err := exec.CommandContext(p.ctx, screenshooter, "-f", "-s", name).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", screenshooter, err, strings.TrimSpace(string(out)))
	}
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("%s took no picture: %w", screenshooter, err)
	}
	defer f.Close()
	return f.Sync()
}

func (p *program) printPicture(o *printing, name string, content []byte, sum [sha256.Size]byte) error {
	size, err := o.size()
	if err != nil {
		return err
	}
	var pdf bytes.Buffer
	if err := (&show.Picture{Name: name, PNG: content}).WritePDF(&pdf, size, p.clock()); err != nil {
		return err
	}
	return p.printPDF(o, filepath.Base(name), 1, pdf.Bytes(), chain.F("file", name), chain.F("sha256", fmt.Sprintf("%x", sum)))
}
