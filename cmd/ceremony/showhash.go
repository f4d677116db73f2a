package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"coen/ceremony/chain"
	"coen/ceremony/show"
	"coen/internal/commandline"
)

// showing is how a hash is shown.
type showing struct {
	digest, png, html, title string
	big, plain, screen       bool
	print                    bool
	printing                 printing
}

func (p *program) showHash() *cobra.Command {
	var o showing
	c := &cobra.Command{
		Use:   "show-hash {FILE | --sha256 DIGITS}",
		Short: "Show a hash so that the room and its cameras can read it",
		Long: `Show the SHA-256 of a file, or a hash made elsewhere, in large numbered words,
digits in groups and a QR code of the digits. In a terminal it is wide text, or
with --big block letters, a few words to a screen; elsewhere the usual two lines.
--screen opens it full screen; --png, --html and --pdf write it to files.`,
		Example: `  ceremony show-hash --screen /media/KSRFD/ksr-root-2026-q4-0.xml
  ceremony show-hash --big skr.xml
  ceremony show-hash --sha256 "$(cat hsmfd.sha256)" --title HSMFD --png hsmfd.png`,
		Args: commandline.Args(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			h, err := o.hash(args)
			if err != nil {
				return err
			}
			p.event("hash-shown", chain.F("title", h.Title), chain.F("sha256", fmt.Sprintf("%x", h.Digest)))
			return p.runShow(&o, h)
		},
	}
	f := c.Flags()
	f.StringVar(&o.digest, "sha256", "", "show this hash, 64 `digits`, instead of a file's")
	f.StringVar(&o.title, "title", "", "`text` above the words, if not the file's name")
	f.BoolVar(&o.big, "big", false, "block letters, a few words to a screen")
	f.BoolVar(&o.plain, "plain", false, "two lines, as programs read them")
	f.BoolVar(&o.screen, "screen", false, "full screen, in a window of its own")
	f.StringVar(&o.png, "png", "", "write a picture of 1024 by 768 to a `file`")
	f.StringVar(&o.html, "html", "", "write a page for browsers to a `file`")
	f.BoolVar(&o.print, "print", false, "print it on paper")
	o.printing.flags(c)
	return c
}

// hash returns what is to be shown.
func (o *showing) hash(args []string) (*show.Hash, error) {
	if (len(args) == 1) == (o.digest != "") {
		return nil, commandline.Faultf("name either a file or a hash with --sha256")
	}
	h := &show.Hash{Title: o.title}
	if o.digest != "" {
		sum, err := hex.DecodeString(strings.ToLower(strings.Join(strings.Fields(o.digest), "")))
		if err != nil || len(sum) != sha256.Size {
			return nil, commandline.Faultf("--sha256 %q: not 64 hexadecimal digits", o.digest)
		}
		h.Digest = [sha256.Size]byte(sum)
		return h, nil
	}
	f, err := os.Open(args[0])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err != nil {
		return nil, err
	}
	h.Digest, h.Note = [sha256.Size]byte(sum.Sum(nil)), fmt.Sprintf("%d bytes", size)
	if h.Title == "" {
		h.Title = filepath.Base(args[0])
	}
	return h, nil
}

// runShow shows a hash in every way that was asked for, or in the terminal.
func (p *program) runShow(o *showing, h *show.Hash) error {
	files := map[string]func(io.Writer) error{o.png: h.WritePNG, o.html: h.WriteHTML}
	for name, write := range files {
		var b bytes.Buffer
		if name == "" {
			continue
		}
		if err := write(&b); err != nil {
			return err
		}
		if err := save(name, b.Bytes()); err != nil {
			return err
		}
	}
	switch {
	case o.screen:
		return p.showScreen(h)
	case o.print || o.printing.pdf != "":
		return p.printShown(&o.printing, h)
	case o.png != "" || o.html != "":
		return nil
	}
	return p.showTerminal(o, h)
}

func (p *program) printShown(o *printing, h *show.Hash) error {
	size, err := o.size()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := h.WritePDF(&b, size, p.clock()); err != nil {
		return err
	}
	return p.printPDF(o, h.Title, 1, b.Bytes(), chain.F("file", h.Title), chain.F("sha256", fmt.Sprintf("%x", h.Digest)))
}

// showTerminal writes a hash to standard output, in the way that fits it.
func (p *program) showTerminal(o *showing, h *show.Hash) error {
	out, isFile := p.stdout.(*os.File)
	terminal := isFile && term.IsTerminal(int(out.Fd()))
	if o.plain || !terminal && !o.big {
		_, err := io.WriteString(p.stdout, h.Plain())
		return err
	}
	if !o.big {
		_, err := io.WriteString(p.stdout, h.Wide())
		return err
	}
	columns, rows := 128, 48 // where it is not a terminal, one of 1024 by 768 pixels
	if terminal {
		if c, r, err := term.GetSize(int(out.Fd())); err == nil {
			columns, rows = c, r
		}
	}
	screens := h.Screens(columns, rows)
	if screens == nil {
		return fmt.Errorf("a terminal of %d by %d characters is too small for block letters", columns, rows)
	}
	return p.turnPages(screens, terminal)
}

// clearScreen moves the cursor home and erases the screen (ECMA-48).
const clearScreen = "\x1b[H\x1b[2J"

// turnPages shows one screen after the other; on a terminal it waits for Enter.
func (p *program) turnPages(screens []string, terminal bool) error {
	in := bufio.NewReader(p.stdin)
	for i, screen := range screens {
		if !terminal {
			fmt.Fprint(p.stdout, screen)
			continue
		}
		fmt.Fprintf(p.stdout, "%s%s%d of %d, Enter goes on ", clearScreen, screen, i+1, len(screens))
		if _, err := in.ReadString('\n'); err != nil {
			return err
		}
	}
	return nil
}

// viewer shows pictures in the image.
const viewer = "ristretto"

// showScreen opens a hash full screen, until the operator closes it.
func (p *program) showScreen(h *show.Hash) error {
	dir, err := os.MkdirTemp("", "show-hash-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var b bytes.Buffer
	if err := h.WritePNG(&b); err != nil {
		return err
	}
	name := filepath.Join(dir, "hash.png")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		return err
	}
	return p.view("--fullscreen", name)
}

// view shows pictures until the operator closes the window.
func (p *program) view(args ...string) error {
	if os.Getenv("DISPLAY") == "" {
		return errors.New("no screen to show it on (DISPLAY is not set)")
	}
	out, err := exec.CommandContext(p.ctx, viewer, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", viewer, err, strings.TrimSpace(string(out)))
	}
	return nil
}
