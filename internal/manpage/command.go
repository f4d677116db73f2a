package manpage

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// Command returns the hidden command "man FOLDER", which writes the pages of the program it is
// added to, compressed, into a folder that is there.
func Command(manual string) *cobra.Command {
	return &cobra.Command{
		Use:    "man FOLDER",
		Short:  "Write the manual pages of this program",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			for _, page := range Pages(c.Root(), manual) {
				data, err := page.Compressed()
				if err == nil {
					err = os.WriteFile(filepath.Join(args[0], page.Name+".gz"), data, 0o644)
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// Compressed returns the page as gzip, without a name and a time (RFC 1952).
func (p Page) Compressed() ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(p.Text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
