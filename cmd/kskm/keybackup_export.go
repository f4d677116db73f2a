package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"coen/hsm"
	"coen/internal/commandline"
	"coen/ksk/backup"
	"coen/ksk/outfile"
	"coen/ksk/pkix"
	"coen/pgpwords"
)

func (p *program) backupExport(o *backupOptions) *cobra.Command {
	var output string
	var all bool
	c := &cobra.Command{
		Use:   "export LABEL...",
		Short: "Write private keys, wrapped, into a file",
		Long: `Every key named, or with --all every private key beside the wrapping key, is wrapped,
unwrapped again and tried, and signs the file. A file that is there is replaced only once the new one is complete.`,
		RunE: func(_ *cobra.Command, labels []string) error {
			switch {
			case output == "":
				return commandline.Faultf("--output is required")
			case all != (len(labels) == 0):
				return commandline.Faultf("either labels or --all")
			}
			return p.manage("keybackup", o.common, func(c *ceremony) error { return c.export(*o, output, labels) })
		},
	}
	c.Flags().StringVar(&output, "output", "", "`FILE` to write")
	c.Flags().BoolVar(&all, "all", false, "export all private keys of the token")
	return c
}

// export writes the keys with these labels, or all of the wrapping key's token.
func (c *ceremony) export(o backupOptions, output string, labels []string) error {
	with, err := c.wrappingKeyOf(o, func(k *hsm.Key) bool { return k.Type == hsm.AES })
	if err != nil {
		return c.reject(err, "")
	}
	keys, err := c.privateKeys(o, with.Slot, labels)
	if err != nil {
		return c.reject(err, "")
	}
	file, err := backup.Export(with, keys, c.now())
	if err != nil {
		return c.reject(err, "")
	}
	text, err := file.Text()
	if err != nil {
		return c.reject(err, "")
	}
	verify := func(readBack []byte) error {
		_, err := backup.Parse(readBack)
		return err
	}
	if err := outfile.Write(output, text, c.create, verify); err != nil {
		return c.reject(fmt.Errorf("key backup not written: %w", err), "")
	}
	for _, r := range file.Records {
		c.log.Infof("Backed up key %s of %s", r.Label, tokenName(with.Slot))
	}
	c.log.Infof("Wrote key backup to file %s %s", output, checksum(text))
	return c.tell(backupLines(output, text, file)...)
}

// privateKeys finds the keys to export in a slot.
func (c *ceremony) privateKeys(o backupOptions, s *hsm.Slot, labels []string) ([]backup.Key, error) {
	if len(labels) == 0 {
		found, err := c.tokens.Keys(s, hsm.PrivateKey)
		if err != nil {
			return nil, err
		}
		for _, k := range found {
			labels = append(labels, k.Label)
		}
	}
	if len(labels) == 0 {
		return nil, errors.New("there are no private keys in the token")
	}
	var keys []backup.Key
	for _, label := range labels {
		k, err := c.tokens.FindIn(s, label, hsm.PrivateKey)
		if err == nil && k == nil {
			err = fmt.Errorf("no private key %q in %s", label, tokenName(s))
		}
		if err != nil {
			return nil, err
		}
		keys = append(keys, backup.Key{Key: k, HashInToken: c.hashIn(o, label)})
	}
	return keys, nil
}

// backupLines shows a backup that has been verified.
func backupLines(name string, text []byte, f *backup.File) []string {
	sum := digestOf(text)
	lines := []string{
		"Filename:   " + name,
		fmt.Sprintf("SHA-256:    %x", sum),
		"PGP Words:  " + pgpwords.String(sum),
		fmt.Sprintf("Created:    %s", f.Created.Format("2006-01-02T15:04:05Z")),
		fmt.Sprintf("Wrapped by: %q, %s", f.WrappingLabel, idText(f.WrappingID)),
	}
	for _, r := range f.Records {
		lines = append(lines, keyLines(r, "its signature verifies")...)
	}
	return lines
}

// keyLines shows a key of a backup: the hash is that of its public key in DER.
func keyLines(r backup.Record, remark string) []string {
	der, err := pkix.Encode(r.Algorithm, r.Public)
	if err != nil {
		return []string{fmt.Sprintf("Key:        %q: %v", r.Label, err)}
	}
	sum := digestOf(der)
	return []string{
		fmt.Sprintf("Key:        %q, %s, %v, %s", r.Label, idText(r.ID), r.Algorithm, remark),
		fmt.Sprintf("  SHA-256:  %x", sum),
		"  Words:    " + pgpwords.String(sum),
	}
}

func (p *program) backupShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show FILE",
		Short: "Verify and show a backup, without a token",
		Args:  commandline.Args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := readBounded(args[0], backup.MaxSize)
			if err != nil {
				return err
			}
			f, err := backup.Parse(text)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			for _, line := range backupLines(args[0], text, f) {
				if _, err := fmt.Fprintln(p.stdout, line); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
