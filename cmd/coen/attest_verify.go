package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"coen/attest"
	"coen/attest/key"
	"coen/attest/manifest"
	"coen/internal/failure"
	"coen/pgpwords"

	"github.com/spf13/cobra"
)

func attestVerifyCommand() *cobra.Command {
	v := &verifying{}
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Tell what a signed statement or manifest says, and whether the signature holds",
		Long: `Verify tells what a statement says, and who signed it: one of the builders of a
policy, or the owner of a key. Of a manifest it reads the signature beside it,
.sig or .minisig. A signature of anybody else is refused with exit status 4.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd.OutOrStdout(), args[0]) },
	}
	f := cmd.Flags()
	f.StringArrayVarP(&v.keys, "key", "k", nil, "file of a public key that may have signed (repeatable)")
	f.StringVar(&v.policy, "policy", "", "policy whose builders may have signed")
	cmd.MarkFlagsOneRequired("key", "policy")
	return cmd
}

type verifying struct {
	keys   []string
	policy string
}

// A signatory is somebody who may have signed.
type signatory struct {
	name string
	key  key.Public
}

func (v *verifying) signatories() (all []signatory, err error) {
	keys, err := readKeys(v.keys)
	if err != nil {
		return nil, err
	}
	for i, k := range keys {
		all = append(all, signatory{v.keys[i], k})
	}
	if v.policy == "" {
		return all, nil
	}
	p, err := readPolicy(v.policy)
	if err != nil {
		return nil, err
	}
	for _, b := range p.Builders {
		for _, k := range b.Public() {
			all = append(all, signatory{b.Name, k})
		}
	}
	return all, nil
}

func (v *verifying) run(w io.Writer, name string) error {
	all, err := v.signatories()
	if err != nil {
		return err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var by signatory
	if manifest.Is(data) {
		by, err = verifyManifest(w, name, data, all)
	} else {
		by, err = verifyStatement(w, data, all)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintf(w, "Signed by:  %s, %s\n", by.name, by.key.ID())
	return nil
}

func verifyStatement(w io.Writer, data []byte, all []signatory) (by signatory, err error) {
	s, err := attest.Open(data)
	if err != nil {
		return by, failure.Refuse("statement", err)
	}
	err = failure.Refusef("statement", "signed with the key %.80q, which is nobody's here", s.KeyID())
	for _, by = range all {
		if by.key.ID() == s.KeyID() {
			err = s.Verify(by.key)
			break
		}
	}
	if err == nil {
		s.WriteText(w)
	}
	return by, err
}

func verifyManifest(w io.Writer, name string, text []byte, all []signatory) (by signatory, err error) {
	sig, err := readSignature(name)
	if err != nil {
		return by, err
	}
	m, err := manifest.Parse(text)
	if err != nil {
		return by, failure.Refuse("manifest", err)
	}
	keys := make([]key.Public, len(all))
	for i, s := range all {
		keys[i] = s.key
	}
	k, err := manifest.Signer(text, sig, keys)
	if err != nil {
		return by, err
	}
	for _, by = range all {
		if by.key.Same(k) {
			break
		}
	}
	writeManifest(w, m)
	return by, nil
}

// writeManifest tells a manifest to people.
func writeManifest(w io.Writer, m *manifest.Manifest) {
	fmt.Fprintf(w, "Release:    %s %s\nISO:        %s\nSize:       %d\nSHA-256:    %s\nPGP Words:  %s\n",
		m.Image, m.Release, m.ISO, m.Size, m.SHA256, pgpwords.String(m.SHA256[:]))
	for _, o := range m.Overlays {
		fmt.Fprintf(w, "Overlay:    %s %s\n", o.Name, o.SHA256)
	}
	if len(m.Overlays) > 0 {
		fmt.Fprintf(w, "Open ISO:   %s\n", m.Open)
	}
	fmt.Fprintf(w, "Recipe:     %s\nLock:       %s\n", m.Recipe, m.Lock)
}

// readSignature reads the signature beside a manifest.
func readSignature(name string) ([]byte, error) {
	sig, err := os.ReadFile(name + ".sig")
	if errors.Is(err, os.ErrNotExist) {
		sig, err = os.ReadFile(name + ".minisig")
	}
	return sig, err
}
