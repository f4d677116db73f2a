package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"coen/hsm"
	"coen/internal/commandline"
	"coen/ksk/backup"
)

func (p *program) wrappingKeys(o *backupOptions) *cobra.Command {
	c := &cobra.Command{
		Use:   "wrapping-key",
		Short: "Make, copy and delete wrapping keys",
		Args:  commandline.Args(cobra.NoArgs),
		RunE:  needSubcommand,
	}
	c.AddCommand(p.wrappingCreate(o), p.wrappingCopy(o), p.wrappingDelete(o))
	return c
}

func (p *program) wrappingCreate(o *backupOptions) *cobra.Command {
	var transferable bool
	c := &cobra.Command{
		Use:   "create",
		Short: "Make a wrapping key",
		Long: `An AES-256 key is made in the only token, or in the one that --token names. It is sensitive and
can wrap and unwrap, nothing else. Unless it is made --transferable it can never leave the token by
this program, and backups can be restored there only, or where the procedure of the token's maker takes it.`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			return p.manage("keybackup", o.common, func(c *ceremony) error { return c.createWrapping(*o, transferable) })
		},
	}
	c.Flags().BoolVar(&transferable, "transferable", false, "wrapping-key copy can take it to other tokens")
	return c
}

// onlySlot returns the slot of the only token that is open.
func (c *ceremony) onlySlot() (*hsm.Slot, error) {
	var all []*hsm.Slot
	for _, m := range c.tokens.Modules() {
		all = append(all, c.tokens.Slots(m)...)
	}
	if len(all) != 1 {
		return nil, fmt.Errorf("there are %d tokens; name one with --token", len(all))
	}
	return all[0], nil
}

func (c *ceremony) createWrapping(o backupOptions, transferable bool) error {
	slot, err := c.onlySlot()
	if err == nil {
		err = c.labelIsFree(slot, o.wrappingKey)
	}
	if err != nil {
		return c.reject(err, "")
	}
	k, err := c.tokens.GenerateWrappingKey(slot, o.wrappingKey, backup.NewWrappingID(), transferable)
	if err != nil {
		return c.reject(fmt.Errorf("wrapping key not made: %w", err), "")
	}
	return c.reportWrapping("Made", k)
}

// labelIsFree refuses a label that a secret key of the token has, or that cannot stand in a backup.
func (c *ceremony) labelIsFree(s *hsm.Slot, label string) error {
	if err := backup.CheckLabel(label); err != nil {
		return err
	}
	there, err := c.tokens.FindIn(s, label, hsm.SecretKey)
	if err == nil && there != nil {
		err = fmt.Errorf("%s has a secret key %q already", tokenName(s), label)
	}
	return err
}

func (c *ceremony) reportWrapping(done string, k *hsm.Key) error {
	return c.tell(fmt.Sprintf("%s wrapping key %q, %s%s: %s", done, k.Label, idText(k.ID), guards(k), tokenName(k.Slot)))
}

func (p *program) wrappingCopy(o *backupOptions) *cobra.Command {
	var to string
	var transferable bool
	c := &cobra.Command{
		Use:   "copy",
		Short: "Take a transferable wrapping key to another token",
		Long: `The wrapping key goes from the token that has it to the one that --to names; both have to be
connected and in the configuration. It travels under an RSA key that the other token makes for this journey. The copy
cannot be copied further unless it is made --transferable too.`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if to == "" {
				return commandline.Faultf("--to is required")
			}
			return p.manage("keybackup", o.common, func(c *ceremony) error { return c.copyWrapping(*o, to, transferable) })
		},
	}
	c.Flags().StringVar(&to, "to", "", "`LABEL` or serial number of the other token")
	c.Flags().BoolVar(&transferable, "transferable", false, "the copy can be copied too")
	return c
}

func (c *ceremony) copyWrapping(o backupOptions, to string, transferable bool) error {
	target, err := c.slotNamed(to)
	if err == nil {
		err = c.labelIsFree(target, o.wrappingKey)
	}
	if err != nil {
		return c.reject(err, "")
	}
	k, err := c.wrappingKeyOf(o, func(k *hsm.Key) bool { return k.Type == hsm.AES })
	if err == nil && !k.Extractable {
		err = fmt.Errorf("wrapping key %q was not made to be transferable", k.Label)
	}
	if err != nil {
		return c.reject(err, "")
	}
	made, err := c.tokens.CopyWrappingKey(k, target, transferable)
	if err != nil {
		return c.reject(fmt.Errorf("wrapping key not copied: %w", err), "")
	}
	return c.reportWrapping("Copied", made)
}

// slotNamed returns the slot of the only token with a label or serial number.
func (c *ceremony) slotNamed(name string) (*hsm.Slot, error) {
	var found []*hsm.Slot
	for _, m := range c.tokens.Modules() {
		for _, s := range c.tokens.Slots(m) {
			if trimPadding(s.Info.Label) == name || trimPadding(s.Info.Serial) == name {
				found = append(found, s)
			}
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%d open tokens have the label or serial number %q", len(found), name)
	}
	return found[0], nil
}

func (p *program) wrappingDelete(o *backupOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "delete",
		Short: "Delete a wrapping key",
		Long:  "Backups that it has wrapped can then be restored only where there is a copy of it. Its label and identifier have to be typed.",
		Args:  commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			return p.manage("keybackup", o.common, func(c *ceremony) error { return c.deleteWrapping(*o) })
		},
	}
}

func (c *ceremony) deleteWrapping(o backupOptions) error {
	k, err := c.wrappingKeyOf(o, func(*hsm.Key) bool { return true })
	if err != nil {
		return c.reject(err, "")
	}
	phrase := fmt.Sprintf("%s %x", k.Label, k.ID)
	prompt := fmt.Sprintf("Delete secret key %q of %s? It cannot be undone. Type %q (exactly) to delete, or anything else to abort: ", k.Label, tokenName(k.Slot), phrase)
	if err := c.agree(prompt, phrase); err != nil {
		return err
	}
	if err := c.tokens.Destroy(k); err != nil {
		return c.reject(err, "")
	}
	return c.reportWrapping("Deleted", k)
}
