package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"coen/hsm"
	"coen/internal/commandline"
	"coen/ksk/backup"
	"coen/ksk/keymaster"
)

func (p *program) backupDelete(o *backupOptions) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "delete LABEL",
		Short: "Delete a key pair",
		Long: `Both halves are deleted in the token where they are. The label has to be typed to confirm it. With
--backup the key has to be in that file, whose signatures have to verify; without, the words "without backup" have to
be typed after the label.`,
		Args: commandline.Args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			return p.manage("keybackup", o.common, func(c *ceremony) error { return c.deleteBacked(args[0], file) })
		},
	}
	c.Flags().StringVar(&file, "backup", "", "`FILE` that has to have the key in it")
	return c
}

// deleteBacked deletes a key pair that is in a backup, or one that its owner gives up in so many words.
func (c *ceremony) deleteBacked(label, file string) error {
	phrase := label + " without backup"
	if file != "" {
		if err := c.isBackedUp(label, file); err != nil {
			return c.reject(err, "")
		}
		phrase = label
	}
	ask := func(question string) (bool, error) {
		return c.confirmTyping(fmt.Sprintf("%s It cannot be undone. Type %q (exactly) to delete, or anything else to abort: ", question, phrase), phrase)
	}
	return c.deleted(keymaster.Delete(c.tokens, label, ask, c.journal.Add))
}

// isBackedUp reports why a key cannot be restored from a file, as far as one can tell without doing it.
func (c *ceremony) isBackedUp(label, file string) error {
	text, err := readBounded(file, backup.MaxSize)
	if err != nil {
		return err
	}
	f, err := backup.Parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	k, err := c.tokens.Find(label, hsm.PublicKey)
	if err != nil {
		return err
	}
	for _, r := range f.Records {
		if k != nil && r.Label == label && bytes.Equal(r.Public, k.Public) {
			return nil
		}
	}
	return fmt.Errorf("%s has no backup of key %q", file, label)
}
