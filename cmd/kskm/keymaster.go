package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"coen/dnssec"
	"coen/hsm"
	"coen/internal/commandline"
	"coen/ksk/keymaster"
)

func (p *program) keymaster() *cobra.Command {
	var o common
	c := &cobra.Command{
		Use:   "keymaster",
		Short: "Make, list and delete keys in tokens",
		Long: headline("Keymaster") + `

Keys are in the tokens of the modules that the configuration names. What is done is written
to kskm-keymaster-DATE-TIME-PID.log in the current folder.

Exit codes:

  0  done
  1  unknown, used or ambiguous label; key tags collide; a token failed
  2  command line, no subcommand
  3  no configuration file, no HSM, tokens cannot be opened, or the operator declined`,
		Example: "  kskm keymaster inventory --dns\n  kskm keymaster keygen --algorithm RSASHA256 --size 2048",
		Args:    commandline.Args(cobra.NoArgs),
		RunE:    needSubcommand,
	}
	o.add(c.PersistentFlags())
	c.AddCommand(p.inventory(&o), p.keygen(&o), p.keydelete(&o))
	return c
}

// manage opens the tokens for writing and does something with them.
func (p *program) manage(tool string, o common, do func(*ceremony) error) error {
	c, err := p.begin(tool, o)
	if err != nil {
		return err
	}
	steps := []func() error{c.loadConfig, func() error { return c.openTokens(true) }, func() error { return do(c) }}
	for _, step := range steps {
		if c.ctx.Err() != nil {
			return c.end(c.interrupted())
		}
		if err := step(); err != nil {
			return c.end(err)
		}
	}
	return c.end(nil)
}

func (p *program) inventory(o *common) *cobra.Command {
	var dns bool
	c := &cobra.Command{
		Use:   "inventory",
		Short: "List the keys of all tokens",
		Long:  "Pairs, halves without the other, and secret keys are listed slot by slot. Keys whose label the configuration knows are compared with it.",
		Args:  commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			return p.manage("keymaster", *o, func(c *ceremony) error {
				c.log.Infof("Show HSM inventory")
				v := keymaster.Inventory{Config: c.cfg, Tokens: c.tokens, DNS: dns, Log: c.journal.Add}
				lines, err := v.Lines()
				if err != nil {
					return c.reject(err, "")
				}
				c.log.Infof("Key inventory:\n%s", strings.Join(lines, "\n"))
				return nil
			})
		},
	}
	c.Flags().BoolVar(&dns, "dns", false, "show the DS and DNSKEY records of configured keys")
	return c
}

// generable are the algorithms that keys are made for.
var generable = []dnssec.Algorithm{
	dnssec.RSASHA256, dnssec.RSASHA512, dnssec.ECDSAP256SHA256, dnssec.ECDSAP384SHA384, dnssec.ED25519,
}

func (p *program) keygen(o *common) *cobra.Command {
	var r keyRequest
	var algorithm, curve string
	c := &cobra.Command{
		Use:   "keygen",
		Short: "Make a key pair",
		Long: `The pair is made in the lowest slot of the first module, or in the token that --token names. Key tags,
records and the words of the digest go to the log. Without --label, one is made from the time.`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if algorithm == "" {
				return commandline.Faultf("--algorithm is required")
			}
			err := r.choose(algorithm, c.Flags().Changed("size"))
			if err == nil {
				err = checkCurve(curve, r.Algorithm)
			}
			if err != nil {
				return commandline.Fault(err)
			}
			return p.manage("keymaster", *o, func(c *ceremony) error { return c.generate(r.Request) })
		},
	}
	f := c.Flags()
	f.StringVar(&algorithm, "algorithm", "", fmt.Sprintf("`ALGORITHM` of the key: %v", generable))
	f.UintVar(&r.Bits, "size", 0, "`BITS` of an RSA key: 2048, 3072 or 4096")
	f.StringVar(&r.Label, "label", "", "`LABEL` of the key; made from the time if there is none")
	f.StringVar(&curve, "curve", "", "`CURVE` of an EC key, which its algorithm already says")
	return c
}

// keyRequest is the key that a command line asks for.
type keyRequest struct{ keymaster.Request }

// choose takes the algorithm, and the size if there is one.
func (r *keyRequest) choose(algorithm string, sized bool) error {
	a, ok := dnssec.ParseAlgorithm(algorithm)
	switch {
	case !ok || !slices.Contains(generable, a):
		return fmt.Errorf("--algorithm %q is not one of %v", algorithm, generable)
	case sized && r.Bits != 2048 && r.Bits != 3072 && r.Bits != 4096:
		return fmt.Errorf("--size %d is not 2048, 3072 or 4096", r.Bits)
	}
	r.Algorithm = a
	return nil
}

// checkCurve takes the curve that the algorithm means, or none.
func checkCurve(curve string, a dnssec.Algorithm) error {
	means := map[dnssec.Algorithm]string{dnssec.ECDSAP256SHA256: "secp256r1", dnssec.ECDSAP384SHA384: "secp384r1"}[a]
	if curve != "" && curve != means {
		return fmt.Errorf("--curve %q is not that of %v", curve, a)
	}
	return nil
}

// generate makes a key in the only token, or in the one with the lowest slot of the first module.
func (c *ceremony) generate(r keymaster.Request) error {
	c.log.Infof("Generate key")
	r.Label = cmp.Or(r.Label, keymaster.Label(c.now()))
	if err := keymaster.Generate(c.tokens, c.lowestSlot(), r, c.cfg, c.journal.Add); err != nil {
		return c.reject(err, "")
	}
	return nil
}

// lowestSlot is the one of the first module with the lowest number.
func (c *ceremony) lowestSlot() *hsm.Slot {
	slots := c.tokens.Slots(c.tokens.Modules()[0])
	return slices.MinFunc(slots, func(a, b *hsm.Slot) int { return cmp.Compare(a.Number, b.Number) })
}

func (p *program) keydelete(o *common) *cobra.Command {
	var label string
	var force bool
	c := &cobra.Command{
		Use:   "keydelete",
		Short: "Delete a key pair",
		Long: `Both halves are deleted where they are, after the exact word "Yes". A label in several tokens is
refused until --token says which. "kskm keybackup delete" asks for a backup as well.`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if label == "" {
				return commandline.Faultf("--label is required")
			}
			return p.manage("keymaster", *o, func(c *ceremony) error { return c.delete(label, force) })
		},
	}
	c.Flags().StringVar(&label, "label", "", "`LABEL` of the key")
	c.Flags().BoolVar(&force, "force", false, "do not ask before deleting")
	return c
}

func (c *ceremony) delete(label string, force bool) error {
	c.log.Infof("Delete signing key")
	ask := c.confirm
	if force {
		ask = func(string) (bool, error) { return true, nil }
	}
	return c.deleted(keymaster.Delete(c.tokens, label, ask, c.journal.Add))
}

// deleted ends a tool after a deletion.
func (c *ceremony) deleted(err error) error {
	var done commandline.Exit
	switch {
	case errors.As(err, &done):
		return err
	case errors.Is(err, keymaster.ErrNoKey):
		return commandline.Exit(exitRejected)
	case errors.Is(err, keymaster.ErrDeclined):
		return c.stopped(exitFatal)
	case err != nil:
		return c.reject(err, "")
	}
	return nil
}
