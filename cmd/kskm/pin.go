package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"coen/hsm"
	"coen/hsm/officer"
	"coen/internal/commandline"
)

// pinOptions are the options of pin and the commands below it.
type pinOptions struct {
	common
	slot int64 // negative: any
}

func (p *program) pins() *cobra.Command {
	var o pinOptions
	c := &cobra.Command{
		Use:   "pin",
		Short: "Set the PINs of tokens, initialize tokens",
		Long: headline("PIN") + `

PINs are asked for on the terminal, without echo, and never taken from the command line or the
configuration. A token with a PIN pad asks for them itself. Whether there have been wrong PINs, and whether
the next one locks the token, is shown before, if the token tells. A wrong PIN is not asked for again.

Exit codes:

  0  done, and the new PIN was tried
  1  the token refused, the new PIN was not typed twice in the same way, or it is too short or too long
  2  command line
  3  no configuration file, no or several such tokens, a locked PIN, or the operator declined`,
		Example: `  kskm pin status
  kskm pin init --slot 0 --label ceremony
  kskm pin change --token ceremony
  kskm pin unblock --token ceremony`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: needSubcommand,
	}
	f := c.PersistentFlags()
	o.add(f)
	f.Int64Var(&o.slot, "slot", -1, "`NUMBER` of the slot with the only token to use")
	f.Lookup("slot").DefValue = ""
	c.AddCommand(p.pinStatus(&o), p.pinChange(&o), p.pinUnblock(&o), p.pinInit(&o))
	return c
}

// withLibraries opens the modules without logging in, and does something with their tokens.
func (p *program) withLibraries(o pinOptions, do func(*ceremony, []officer.Token) error) error {
	c, err := p.begin("pin", o.common)
	if err != nil {
		return err
	}
	return c.end(c.visit(o, do))
}

func (c *ceremony) visit(o pinOptions, do func(*ceremony, []officer.Token) error) error {
	if err := c.loadConfig(); err != nil {
		return err
	}
	var all []officer.Token
	for _, spec := range c.specs() {
		library, err := spec.Load(c.load)
		if err != nil {
			c.log.Criticalf("HSM initialisation error: module %s: %v", spec.Name, err)
			return c.stopped(exitFatal)
		}
		defer library.Close()
		tokens, err := officer.List(library)
		if err != nil {
			return c.reject(fmt.Errorf("module %s: %w", spec.Name, err), "")
		}
		for _, t := range tokens {
			if o.wants(t, spec.Token) {
				all = append(all, t)
			}
		}
	}
	if len(all) == 0 {
		c.log.Criticalf("No such token")
		return c.stopped(exitFatal)
	}
	return do(c, all)
}

// wants reports whether a token is one that the options and the configuration name.
func (o pinOptions) wants(t officer.Token, name string) bool {
	return (name == "" || name == t.Label() || name == t.Serial()) && (o.slot < 0 || uint(o.slot) == t.Slot)
}

// withToken is withLibraries for tools that need a single token.
func (p *program) withToken(o pinOptions, do func(*ceremony, officer.Token) error) error {
	return p.withLibraries(o, func(c *ceremony, all []officer.Token) error {
		if len(all) > 1 {
			c.log.Criticalf("There are %d such tokens; name one with --token or --slot", len(all))
			return c.stopped(exitFatal)
		}
		if err := c.tell(tokenLines(all[0])...); err != nil {
			return err
		}
		return do(c, all[0])
	})
}

func (p *program) pinStatus(o *pinOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show tokens and the state of their PINs",
		Args:  commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			return p.withLibraries(*o, func(c *ceremony, all []officer.Token) error {
				for _, t := range all {
					if err := c.tell(tokenLines(t)...); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

// tokenLines shows a token and the state of its PINs.
func tokenLines(t officer.Token) []string {
	i := t.Info
	state := "not initialized"
	if i.Initialized {
		state = fmt.Sprintf("USER PIN %s, SO PIN %s", pinState(i.User, i.UserPINSet), pinState(i.Officer, true))
	}
	if i.PINPad {
		state += ", PIN pad"
	}
	return []string{
		fmt.Sprintf("Slot %d: token %q, serial %q", t.Slot, t.Label(), t.Serial()),
		fmt.Sprintf("  %s, %s", trimPadding(i.Manufacturer), trimPadding(i.Model)),
		"  " + state,
	}
}

// pinState says what a token tells of the tries that are left.
func pinState(t hsm.Tries, set bool) string {
	switch {
	case !set:
		return "not set"
	case t.Locked:
		return "LOCKED"
	case t.Final:
		return "WITH ONE TRY LEFT"
	case t.Low:
		return "with a wrong try before"
	}
	return "ready"
}

// askFor asks for the PIN of a token. With a PIN pad it is entered there, and nil is returned.
func (c *ceremony) askFor(t officer.Token, what string) ([]byte, error) {
	if t.Info.PINPad {
		_, err := fmt.Fprintf(c.stdout, "Enter %s at the PIN pad of token %q.\n", what, t.Label())
		return nil, err
	}
	return c.askPIN(fmt.Sprintf("Enter %s for token %q: ", what, t.Label()))
}

// askNew asks for a new PIN, twice.
func (c *ceremony) askNew(t officer.Token, role hsm.Role) ([]byte, error) {
	pin, err := c.askFor(t, fmt.Sprintf("new %v PIN", role))
	if err != nil || t.Info.PINPad {
		return nil, err
	}
	if err := t.CheckPIN(pin); err != nil {
		clear(pin)
		return nil, err
	}
	again, err := c.askFor(t, fmt.Sprintf("new %v PIN again", role))
	defer clear(again)
	if err == nil && !bytes.Equal(pin, again) {
		err = errors.New("the new PIN was not typed twice in the same way; nothing was changed")
	}
	if err != nil {
		clear(pin)
		return nil, err
	}
	return pin, nil
}

// logIn asks for a PIN and logs in. The PIN is the caller's to wipe.
func (c *ceremony) logIn(t officer.Token, role hsm.Role) (*officer.Login, []byte, error) {
	tries := map[hsm.Role]hsm.Tries{hsm.User: t.Info.User, hsm.Officer: t.Info.Officer}[role]
	if tries.Locked {
		c.log.Criticalf("The %v PIN of token %q is locked", role, t.Label())
		return nil, nil, c.stopped(exitFatal)
	}
	pin, err := c.askFor(t, fmt.Sprintf("current %v PIN", role))
	if err != nil {
		return nil, nil, c.unasked(err)
	}
	login, err := t.Login(role, pin)
	if err != nil {
		clear(pin)
		return nil, nil, c.reject(fmt.Errorf("login as %v to token %q: %w", role, t.Label(), err), "")
	}
	return login, pin, nil
}

// unasked reports that a PIN could not be had.
func (c *ceremony) unasked(err error) error {
	if c.ctx.Err() != nil {
		return c.interrupted()
	}
	return c.reject(err, "")
}

// warnOfOld says that the configuration has a PIN that is no longer right.
func (c *ceremony) warnOfOld() {
	var names []string
	for _, h := range c.cfg.HSM {
		if h.PIN != nil || h.PINFile != "" {
			names = append(names, h.Name)
		}
	}
	if names != nil {
		c.log.Warningf("The configuration has a PIN for %s, which this may have made wrong", strings.Join(names, ", "))
	}
}
