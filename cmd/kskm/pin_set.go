package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"coen/hsm"
	"coen/hsm/officer"
	"coen/internal/commandline"
)

func (p *program) pinChange(o *pinOptions) *cobra.Command {
	var asOfficer bool
	c := &cobra.Command{
		Use:   "change",
		Short: "Change the user's PIN, or that of the security officer",
		Args:  commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			role := map[bool]hsm.Role{false: hsm.User, true: hsm.Officer}[asOfficer]
			return p.withToken(*o, func(c *ceremony, t officer.Token) error { return c.changePIN(t, role) })
		},
	}
	c.Flags().BoolVar(&asOfficer, "officer", false, "change the security officer's PIN (SO PIN)")
	return c
}

func (c *ceremony) changePIN(t officer.Token, role hsm.Role) error {
	login, old, err := c.logIn(t, role)
	if err != nil {
		return err
	}
	defer clear(old)
	pin, err := c.askNew(t, role)
	if err != nil {
		return errors.Join(c.unasked(err), login.Close())
	}
	defer clear(pin)
	if err := login.SetPIN(old, pin); err != nil {
		return c.reject(fmt.Errorf("change the %v PIN of token %q: %w", role, t.Label(), err), "")
	}
	return c.changed(t, role)
}

// changed reports that a PIN is another one.
func (c *ceremony) changed(t officer.Token, role hsm.Role) error {
	if role == hsm.User {
		c.warnOfOld()
	}
	return c.tell(fmt.Sprintf("Set the %v PIN of token %q, serial %q.", role, t.Label(), t.Serial()))
}

func (p *program) pinUnblock(o *pinOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "unblock",
		Short: "Set the user's PIN as security officer, if it is locked or forgotten",
		Args:  commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			return p.withToken(*o, func(c *ceremony, t officer.Token) error { return c.setUserPIN(t) })
		},
	}
}

// setUserPIN sets the user's PIN as officer.
func (c *ceremony) setUserPIN(t officer.Token) error {
	login, pin, err := c.logIn(t, hsm.Officer)
	if err != nil {
		return err
	}
	clear(pin)
	return c.initPIN(t, login)
}

// initPIN asks for the user's PIN and sets it.
func (c *ceremony) initPIN(t officer.Token, login *officer.Login) error {
	pin, err := c.askNew(t, hsm.User)
	if err != nil {
		return errors.Join(c.unasked(err), login.Close())
	}
	defer clear(pin)
	if err := login.SetUserPIN(pin); err != nil {
		return c.reject(fmt.Errorf("set the USER PIN of token %q: %w", t.Label(), err), "")
	}
	return c.changed(t, hsm.User)
}

func (p *program) pinInit(o *pinOptions) *cobra.Command {
	var label string
	c := &cobra.Command{
		Use:   "init",
		Short: "Initialize a token, which erases it",
		Long: `The token gets a label, the security officer's PIN and the user's PIN. Everything that was in it is
gone. Its old label and serial number have to be typed to confirm it. A token that has been initialized
before demands the PIN of its security officer.`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if err := officer.CheckLabel(label); err != nil {
				return commandline.Faultf("--label: %w", err)
			}
			return p.withToken(*o, func(c *ceremony, t officer.Token) error { return c.initToken(t, label) })
		},
	}
	c.Flags().StringVar(&label, "label", "", "`LABEL` that the token gets")
	return c
}

// initToken erases a token after all that has to be said about it has been said.
func (c *ceremony) initToken(t officer.Token, label string) error {
	if t.Info.Initialized && t.Info.Officer.Locked {
		c.log.Criticalf("The SO PIN of token %q is locked", t.Label())
		return c.stopped(exitFatal)
	}
	if err := c.warnOfKeys(t); err != nil {
		return c.reject(err, "")
	}
	phrase := cmp.Or(strings.TrimSpace(t.Label()+" "+t.Serial()), fmt.Sprintf("slot %d", t.Slot))
	prompt := fmt.Sprintf("ALL THAT IS IN THIS TOKEN WILL BE GONE. Type %q (exactly) to erase it, or anything else to abort: ", phrase)
	if err := c.agree(prompt, phrase); err != nil {
		return err
	}
	var pin []byte
	var err error
	if t.Info.Initialized {
		pin, err = c.askFor(t, "current SO PIN")
	} else {
		pin, err = c.askNew(t, hsm.Officer)
	}
	if err != nil {
		return c.unasked(err)
	}
	defer clear(pin)
	if err := t.Initialize(pin, label); err != nil {
		return c.reject(fmt.Errorf("initialize token in slot %d: %w", t.Slot, err), "")
	}
	c.log.Infof("Initialized token in slot %d, was %q, serial %q, as %q", t.Slot, t.Label(), t.Serial(), label)
	t.Info.Label = label
	login, err := t.Login(hsm.Officer, pin)
	if err != nil {
		return c.reject(fmt.Errorf("the token is initialized, but has no USER PIN: login as SO: %w", err), "")
	}
	return c.initPIN(t, login)
}

// warnOfKeys names the keys that the token shows to anyone.
func (c *ceremony) warnOfKeys(t officer.Token) error {
	if !t.Info.Initialized {
		return nil
	}
	labels, err := t.PublicLabels()
	if err != nil {
		return err
	}
	for _, label := range labels {
		if err := c.tell(fmt.Sprintf("  has the key %q", label)); err != nil {
			return err
		}
	}
	return nil
}
