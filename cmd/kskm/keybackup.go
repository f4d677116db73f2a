package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"coen/hsm"
	"coen/internal/commandline"
)

// defaultWrappingKey is the label of wrapping keys.
const defaultWrappingKey = "kskm backup key"

// backupOptions are the options of keybackup and the commands below it.
type backupOptions struct {
	common
	wrappingKey string
	hashInToken bool
}

func (p *program) keybackup() *cobra.Command {
	var o backupOptions
	c := &cobra.Command{
		Use:   "keybackup",
		Short: "Back up and restore keys",
		Long: headline("Key backup") + `

Private keys leave a token wrapped (AES-256, RFC 5649) by a wrapping key of the token, which
is made on purpose with "wrapping-key create". The file is vouched for by the keys in it:
"show" verifies it without a token, and so does openssl; see spec/key-backup.md.

To restore keys into another token, that token needs the same wrapping key: make it with
"wrapping-key create --transferable" and take it there with "wrapping-key copy" while both
tokens are connected, or by the procedure of the tokens' maker.

Exit codes:

  0  all that was asked for is done, and was tried
  1  something is not; what was done is in the log
  2  command line
  3  no configuration file, no HSM, tokens cannot be opened, or the operator declined`,
		Example: `  kskm keybackup wrapping-key create --transferable
  kskm keybackup export --output Kexampl.backup Kexampl
  kskm keybackup show Kexampl.backup
  kskm keybackup import --token other Kexampl.backup`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: needSubcommand,
	}
	f := c.PersistentFlags()
	o.add(f)
	f.StringVar(&o.wrappingKey, "wrapping-key", defaultWrappingKey, "`LABEL` of the wrapping key")
	f.BoolVar(&o.hashInToken, "hash-using-hsm", false, "the token hashes and pads what it signs")
	c.AddCommand(p.backupList(&o), p.backupExport(&o), p.backupShow(), p.backupImport(&o), p.backupDelete(&o), p.wrappingKeys(&o))
	return c
}

func (p *program) backupList(o *backupOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List all keys, and what keeps them in their tokens",
		Args:  commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			return p.manage("keybackup", o.common, func(c *ceremony) error { return c.listKeys() })
		},
	}
}

// listKeys shows every key object of every token.
func (c *ceremony) listKeys() error {
	var failed error
	for _, m := range c.tokens.Modules() {
		for _, s := range c.tokens.Slots(m) {
			fmt.Fprintf(c.stdout, "%s\n", tokenName(s))
			for _, class := range []hsm.Class{hsm.PrivateKey, hsm.PublicKey, hsm.SecretKey} {
				keys, err := c.tokens.Keys(s, class)
				failed = errors.Join(failed, err)
				slices.SortFunc(keys, func(a, b *hsm.Key) int { return strings.Compare(a.Label, b.Label) })
				for _, k := range keys {
					fmt.Fprintf(c.stdout, "  %-7s  %-5v  %-20q  %s%s\n", strings.ToLower(class.String()), k.Type, k.Label, idText(k.ID), guards(k))
				}
			}
		}
	}
	if failed != nil {
		return c.reject(fmt.Errorf("not all keys can be read: %w", failed), "")
	}
	return nil
}

// idText shows a CKA_ID.
func idText(id []byte) string {
	if len(id) == 0 {
		return "no id"
	}
	return fmt.Sprintf("id %x", id)
}

// guards says what keeps a key in its token.
func guards(k *hsm.Key) string {
	if k.Class == hsm.PublicKey {
		return ""
	}
	words := map[bool]string{true: "sensitive", false: "NOT SENSITIVE"}[k.Sensitive]
	if k.Extractable {
		return ", " + words + ", can be wrapped"
	}
	return ", " + words + ", cannot leave"
}

// tokenName says which token is in a slot.
func tokenName(s *hsm.Slot) string {
	return fmt.Sprintf("module %s slot %d: token %q, serial %q", s.Module, s.Number, trimPadding(s.Info.Label), trimPadding(s.Info.Serial))
}

func trimPadding(s string) string { return strings.TrimRight(s, " \x00") }

// wrappingKeyOf returns the only wrapping key with the label of the options.
func (c *ceremony) wrappingKeyOf(o backupOptions, accept func(*hsm.Key) bool) (*hsm.Key, error) {
	all, err := c.tokens.FindAll(o.wrappingKey, hsm.SecretKey)
	if err != nil {
		return nil, err
	}
	var found []*hsm.Key
	for _, k := range all {
		if accept(k) {
			found = append(found, k)
		}
	}
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("no token has the wrapping key %q that is needed; it is made by keybackup wrapping-key create", o.wrappingKey)
	case len(found) > 1:
		return nil, fmt.Errorf("%s and %s both have a wrapping key %q; use --token", tokenName(found[0].Slot), tokenName(found[1].Slot), o.wrappingKey)
	}
	return found[0], nil
}

// hashIn says whether the token hashes what a key signs: as the options or the configuration tell.
func (c *ceremony) hashIn(o backupOptions, label string) bool {
	k, ok := c.cfg.KeyByLabel(label)
	return o.hashInToken || ok && k.HashUsingHSM
}
