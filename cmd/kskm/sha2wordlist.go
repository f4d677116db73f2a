package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"coen/pgpwords"
)

func (p *program) sha2wordlist() *cobra.Command {
	return &cobra.Command{
		Use:   "sha2wordlist [FILE...]",
		Short: "Speak the SHA-256 of files",
		Long: headline("SHA-256 and PGP words") + `

Each byte of the digest is a word: of two syllables at even places, of three at odd ones, so that a
word left out or exchanged is heard. Without FILE, standard input is read.`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return p.speak(p.stdin)
			}
			for _, path := range args {
				if err := p.speakFile(path); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (p *program) speakFile(path string) error {
	fmt.Fprintf(p.stdout, "Filename:   %s\n", path)
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := p.speak(f); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout)
	return err
}

func (p *program) speak(r io.Reader) error {
	h := sha256.New()
	if _, err := io.CopyBuffer(h, onlyReader{r}, make([]byte, 1<<17)); err != nil {
		return err
	}
	digest := h.Sum(nil)
	_, err := fmt.Fprintf(p.stdout, "SHA-256:    %s\nPGP Words:  %s\n", hex.EncodeToString(digest), pgpwords.String(digest))
	return err
}

// onlyReader hides that a file can write itself somewhere, which would take small steps.
type onlyReader struct{ io.Reader }
