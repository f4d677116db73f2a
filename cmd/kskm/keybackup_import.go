package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"coen/hsm"
	"coen/internal/commandline"
	"coen/ksk/backup"
	"coen/ksk/keymaster"
)

// importOptions are the options of keybackup import.
type importOptions struct {
	backupOptions
	legacy, force bool
	file          string
	labels        []string // of the keys wanted; none: all
}

func (p *program) backupImport(o *backupOptions) *cobra.Command {
	var i importOptions
	c := &cobra.Command{
		Use:   "import FILE [LABEL...]",
		Short: "Restore keys from a file into a token",
		Long: `The keys named, or all of the file, go into the token that has the wrapping key of the
file. Each has to sign before it counts as restored; one that does not leaves nothing in the
token. Labels that are in use are refused. Keys that the configuration knows are compared with it.

With --legacy the file has records of the legacy tool's keybackup, which nothing vouches for and
which a triple DES key has wrapped.`,
		Args: commandline.Args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			i.backupOptions, i.file, i.labels = *o, args[0], args[1:]
			return p.manage("keybackup", o.common, func(c *ceremony) error { return c.restore(i) })
		},
	}
	c.Flags().BoolVar(&i.legacy, "legacy", false, "read the records of the legacy tool")
	c.Flags().BoolVar(&i.force, "force", false, "do not ask before restoring")
	return c
}

// restore reads a file, asks, and restores what was asked for.
func (c *ceremony) restore(o importOptions) error {
	text, err := readBounded(o.file, backup.MaxSize)
	if err != nil {
		return c.reject(err, "")
	}
	c.log.Infof("Loaded key backup from file %s %s", o.file, checksum(text))
	records, isRight, err := o.read(text)
	if err == nil {
		records, err = o.choose(records)
	}
	if err == nil {
		err = c.compare(records)
	}
	if err != nil {
		return c.reject(err, "")
	}
	with, err := c.wrappingKeyOf(o.backupOptions, isRight)
	if err != nil {
		return c.reject(err, "")
	}
	for _, r := range records {
		if err := c.tell(keyLines(r, map[bool]string{false: "its signature verifies", true: "NOTHING VOUCHES FOR IT"}[o.legacy])...); err != nil {
			return err
		}
	}
	if !o.force {
		if err := c.agree(fmt.Sprintf("Restore %d keys into %s? Confirm with \"Yes\" (exactly) or anything else to abort: ", len(records), tokenName(with.Slot)), "Yes"); err != nil {
			return err
		}
	}
	return c.restoreAll(o, with, records)
}

// read returns the keys of a file and which wrapping key is the right one.
func (o importOptions) read(text []byte) ([]backup.Record, func(*hsm.Key) bool, error) {
	if o.legacy {
		all, err := backup.ParseLegacy(text)
		if err != nil {
			return nil, nil, err
		}
		records, err := backup.LegacyPairs(all)
		return records, func(k *hsm.Key) bool { return k.Type == hsm.DES3 }, err
	}
	f, err := backup.Parse(text)
	if err != nil {
		return nil, nil, err
	}
	isRight := func(k *hsm.Key) bool { return k.Type == hsm.AES && bytes.Equal(k.ID, f.WrappingID) }
	return f.Records, isRight, nil
}

// choose picks the keys with the labels of the command line.
func (o importOptions) choose(all []backup.Record) ([]backup.Record, error) {
	if len(o.labels) == 0 && len(all) > 0 {
		return all, nil
	}
	var chosen []backup.Record
	for _, label := range o.labels {
		i := slices.IndexFunc(all, func(r backup.Record) bool { return r.Label == label })
		if i < 0 {
			return nil, fmt.Errorf("%s has no key %q", o.file, label)
		}
		chosen = append(chosen, all[i])
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("%s has no private key", o.file)
	}
	return chosen, nil
}

// compare holds the keys to the configuration, as far as it knows them.
func (c *ceremony) compare(records []backup.Record) error {
	for _, r := range records {
		known, ok := c.cfg.KeyByLabel(r.Label)
		if !ok {
			continue
		}
		k, err := r.Key()
		if err == nil {
			err = keymaster.Check(k, known, c.journal.Add)
		}
		if err != nil {
			return fmt.Errorf("key %s is not the one of the configuration: %w", r.Label, err)
		}
	}
	return nil
}

// restoreAll restores one key after the other. One that fails does not keep the others from being tried.
func (c *ceremony) restoreAll(o importOptions, with *hsm.Key, records []backup.Record) error {
	restore := backup.Restore
	if o.legacy {
		restore = backup.RestoreLegacy
	}
	var failed error
	for _, r := range records {
		if c.ctx.Err() != nil {
			return c.interrupted()
		}
		k, err := restore(c.tokens, with, r, c.hashIn(o.backupOptions, r.Label))
		if err != nil {
			c.log.Errorf("Key %s was not restored: %v", r.Label, err)
			failed = errors.Join(failed, err)
			continue
		}
		c.log.Infof("Restored key %v into %s; it signs", k, tokenName(k.Slot))
	}
	if failed != nil {
		return c.reject(fmt.Errorf("not all keys were restored: %w", failed), "")
	}
	return nil
}
