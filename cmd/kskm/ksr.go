package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"coen/dnssec"
	"coen/hsm"
	"coen/hsm/softkey"
	"coen/internal/commandline"
	"coen/ksk/ksr"
	"coen/ksk/lexical"
	"coen/ksk/outfile"
	"coen/ksk/requester"
	"coen/pgpwords"
)

func (p *program) ksr() *cobra.Command {
	c := &cobra.Command{
		Use:   "ksr",
		Short: "Make and show key signing requests",
		Args:  commandline.Args(cobra.NoArgs),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.ksrGenerate(), p.ksrShow())
	return c
}

func (p *program) ksrShow() *cobra.Command {
	var dns bool
	c := &cobra.Command{
		Use:   "show KSRFILE",
		Short: "Show a key signing request",
		Long:  "Name, hash, policy and bundles of a request are shown as ksrsigner reads it. Nothing is judged.",
		Args:  commandline.Args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			r, err := ksr.Parse(text)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			p.head(args[0], text, r.ID, r.Domain, r.Serial)
			p.policy("ZSK policy", r.ZSK)
			return p.bundles(r.Bundles, dns)
		},
	}
	c.Flags().BoolVar(&dns, "dns", false, "show the records of each bundle")
	return c
}

// head shows which document a file holds.
func (p *program) head(file string, text []byte, id, domain string, serial lexical.Integer) {
	digest := sha256.Sum256(text)
	fmt.Fprintf(p.stdout, "Filename:   %s\nSHA-256:    %s\nPGP Words:  %s\nID:         %q\nDomain:     %q\nSerial:     %s\n\n",
		file, hex.EncodeToString(digest[:]), pgpwords.String(digest[:]), id, domain, serial)
}

func (p *program) policy(title string, policy ksr.Policy) {
	fmt.Fprintf(p.stdout, "%s\n", title)
	for _, d := range []struct {
		name  string
		value lexical.Duration
	}{
		{"PublishSafety", policy.PublishSafety}, {"RetireSafety", policy.RetireSafety},
		{"MaxSignatureValidity", policy.MaxSignatureValidity}, {"MinSignatureValidity", policy.MinSignatureValidity},
		{"MaxValidityOverlap", policy.MaxValidityOverlap}, {"MinValidityOverlap", policy.MinValidityOverlap},
	} {
		fmt.Fprintf(p.stdout, "  %-21s %s\n", d.name, d.value.Short())
	}
	for _, a := range policy.Algorithms {
		fmt.Fprintf(p.stdout, "  %-21s %v %s bits", "Algorithm", a.Algorithm, a.Size)
		if a.Exponent != "" {
			fmt.Fprintf(p.stdout, ", exponent %s", a.Exponent)
		}
		fmt.Fprintln(p.stdout)
	}
	fmt.Fprintln(p.stdout)
}

// bundles shows the table of bundles, and their records if wanted.
func (p *program) bundles(bundles []ksr.Bundle, dns bool) error {
	for _, line := range ksr.Table(bundles) {
		fmt.Fprintln(p.stdout, line)
	}
	if !dns {
		return nil
	}
	for i, b := range bundles {
		records, err := b.Records()
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "\n; bundle %d, %q, %s to %s\n%s\n", i+1, b.ID,
			lexical.FormatPlain(b.Inception), lexical.FormatPlain(b.Expiration), strings.Join(records, "\n"))
	}
	return nil
}

// planOptions are the options of ksr generate that have to be read.
type planOptions struct {
	common
	id, serial, start, signed, output string
	interval, last, validity, held    string
	bundles                           int
	ttl                               int64
	zsk                               []string
	policy                            map[string]*string
}

func (p *program) ksrGenerate() *cobra.Command {
	o := planOptions{policy: map[string]*string{}}
	c := &cobra.Command{
		Use:   "generate",
		Short: "Make a key signing request",
		Long: `A request for a rehearsal is made and signed with zone signing keys from PKCS#8 files, or in tokens of
the configuration. The same options with --id and --signed-at give the same bytes.`,
		Example: "  kskm ksr generate --start 2030-01-01 --zsk zsk-a=a.pem:1 --zsk zsk-b=b.pem:1-9 --output ksr.xml",
		Args:    commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			c := &ceremony{program: p, common: o.common}
			return c.generateRequest(o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.id, "id", "", "`ID` of the request; a random one if there is none")
	f.StringVar(&o.serial, "serial", "0", "serial `NUMBER`")
	f.StringVar(&o.start, "start", "", "`TIME` at which the first bundle begins, such as 2030-01-01")
	f.IntVar(&o.bundles, "bundles", 9, "number of bundles")
	f.StringVar(&o.interval, "interval", "P10D", "`DURATION` from one bundle to the next")
	f.StringVar(&o.last, "last-interval", "", "`DURATION` from the last bundle but one to the last")
	f.StringVar(&o.validity, "validity", "P21D", "`DURATION` of a bundle")
	f.Int64Var(&o.ttl, "ttl", 172800, "time to live in `SECONDS`")
	f.StringArrayVar(&o.zsk, "zsk", nil, "a key and its bundles as `NAME=FILE:FIRST-LAST`, or NAME=token:LABEL:FIRST-LAST; may be repeated")
	f.StringVar(&o.signed, "signed-at", "", "`TIME` of the signatures; now if there is none")
	f.StringVar(&o.held, "signed-for", "P60D", "`DURATION` of the signatures")
	f.StringVar(&o.output, "output", "", "`FILE` to write; standard output if there is none")
	for name, value := range map[string]string{
		"publish-safety": "P10D", "retire-safety": "P10D", "max-signature-validity": "P21D", "min-signature-validity": "P21D",
		"max-validity-overlap": "P12D", "min-validity-overlap": "P9D",
	} {
		o.policy[name] = f.String(name, value, "`DURATION` in the policy of the request")
	}
	o.common.add(f)
	return c
}

// generateRequest makes a request and writes it.
func (c *ceremony) generateRequest(o planOptions) error {
	plan, err := o.plan(c.now())
	if err != nil {
		return commandline.Fault(err)
	}
	defer func() {
		if c.tokens != nil {
			c.tokens.Close()
		}
	}()
	for _, text := range o.zsk {
		z, err := c.zsk(text)
		if err != nil {
			return fmt.Errorf("--zsk %q: %w", text, err)
		}
		plan.Keys = append(plan.Keys, z)
	}
	r, err := requester.Make(plan)
	if err != nil {
		return err
	}
	text := ksr.Format(r)
	check := func(readBack []byte) error {
		_, err := ksr.Parse(readBack)
		return err
	}
	if err := check(text); err != nil {
		return err
	}
	if o.output == "" {
		_, err := c.stdout.Write(text)
		return err
	}
	return outfile.Write(o.output, text, c.create, check)
}

// plan turns options into a plan without keys.
func (o planOptions) plan(now time.Time) (requester.Plan, error) {
	if o.start == "" || len(o.zsk) == 0 {
		return requester.Plan{}, errors.New("--start and at least one --zsk are required")
	}
	r := optionReader{}
	start := r.time("start", o.start)
	plan := requester.Standard(start)
	plan.ID, plan.Bundles, plan.TTL = cmp.Or(o.id, newID()), o.bundles, o.ttl
	plan.Interval, plan.Last = r.duration("interval", o.interval), r.duration("last-interval", o.last)
	plan.Validity, plan.SignedBy = r.duration("validity", o.validity), r.duration("signed-for", o.held)
	plan.SignedAt = now.UTC().Truncate(time.Second)
	if o.signed != "" {
		plan.SignedAt = r.time("signed-at", o.signed)
	}
	for name, at := range map[string]*lexical.Duration{
		"publish-safety": &plan.Policy.PublishSafety, "retire-safety": &plan.Policy.RetireSafety,
		"max-signature-validity": &plan.Policy.MaxSignatureValidity, "min-signature-validity": &plan.Policy.MinSignatureValidity,
		"max-validity-overlap": &plan.Policy.MaxValidityOverlap, "min-validity-overlap": &plan.Policy.MinValidityOverlap,
	} {
		*at = r.duration(name, *o.policy[name])
	}
	serial, err := lexical.ParseInteger(o.serial)
	r.keep("serial", err)
	plan.Serial = serial
	return plan, r.err
}

// optionReader reads values of options and keeps the first fault.
type optionReader struct{ err error }

func (r *optionReader) keep(name string, err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("--%s: %w", name, err)
	}
}

func (r *optionReader) time(name, text string) time.Time {
	t, err := lexical.ParseTime(text)
	r.keep(name, err)
	return t
}

func (r *optionReader) duration(name, text string) lexical.Duration {
	d, err := lexical.ParseDuration(text)
	r.keep(name, err)
	return d
}

// zsk reads NAME=FILE:FIRST-LAST and loads the key.
func (c *ceremony) zsk(text string) (requester.ZSK, error) {
	var z requester.ZSK
	name, rest, ok := strings.Cut(text, "=")
	at := strings.LastIndexByte(rest, ':')
	if !ok || name == "" || at < 0 {
		return z, errors.New("is not NAME=FILE:FIRST-LAST")
	}
	first, last, ranged := strings.Cut(rest[at+1:], "-")
	if !ranged {
		last = first
	}
	var err1, err2, err error
	z.Identifier = name
	z.First, err1 = strconv.Atoi(first)
	z.Last, err2 = strconv.Atoi(last)
	if err := errors.Join(err1, err2); err != nil {
		return z, err
	}
	if label, inToken := strings.CutPrefix(rest[:at], "token:"); inToken {
		z.Signer, err = c.tokenZSK(label)
		return z, err
	}
	pem, err := os.ReadFile(rest[:at])
	if err != nil {
		return z, err
	}
	defer clear(pem)
	z.Signer, err = softkey.Parse(pem, 0)
	return z, err
}

// tokenZSK finds a key in a token, which is opened when it is first needed.
func (c *ceremony) tokenZSK(label string) (requester.Signer, error) {
	if c.tokens == nil {
		if err := c.openQuietly(); err != nil {
			return nil, err
		}
	}
	k, err := c.tokens.Find(label, hsm.PrivateKey)
	if err == nil && k == nil {
		err = fmt.Errorf("no token has a key with label %s", label)
	}
	if err != nil {
		return nil, err
	}
	a := dnssec.RSASHA256
	switch {
	case k.Type == hsm.Edwards:
		a = dnssec.ED25519
	case k.Type == hsm.EC && len(k.Public) == dnssec.ECDSAP384SHA384.PointSize():
		a = dnssec.ECDSAP384SHA384
	case k.Type == hsm.EC:
		a = dnssec.ECDSAP256SHA256
	}
	return tokenSigner{k, a}, nil
}

// tokenSigner signs with a zone signing key in a token.
type tokenSigner struct {
	key       *hsm.Key
	algorithm dnssec.Algorithm
}

func (t tokenSigner) Algorithm() dnssec.Algorithm      { return t.algorithm }
func (t tokenSigner) Public() []byte                   { return t.key.Public }
func (t tokenSigner) Sign(data []byte) ([]byte, error) { return t.key.Sign(t.algorithm, false, data) }
