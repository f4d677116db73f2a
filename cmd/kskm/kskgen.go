package main

import (
	"cmp"

	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"coen/dnssec"
	"coen/hsm"
	"coen/internal/commandline"
	"coen/ksk/csr"
	"coen/ksk/keymaster"
	"coen/ksk/outfile"
	"coen/ksk/pkix"
	"coen/pgpwords"
)

// kskgenOptions are the options of kskgen.
type kskgenOptions struct {
	common
	key         keyRequest
	subject     csr.Subject
	output      string
	overwrite   bool
	hashInToken bool
}

func (p *program) kskgen() *cobra.Command {
	var o kskgenOptions
	var algorithm string
	c := &cobra.Command{
		Use:   "kskgen [LABEL]",
		Short: "Make a key signing key and its certificate request",
		Long: headline("KSK generator") + `

Without LABEL a key pair is made, with a label made from the time. With LABEL the
pair of that name is used, which has to be in one of the tokens. Then the key signs
a certificate request (PKCS#10) whose subject says its delegation signer record. The
request is verified and written to LABEL.csr.

Label, record, file, subject and hash go to standard output and to the log.

Exit codes:

  0  the request is written
  1  the label is in use, ambiguous or unknown; a token failed; the file is there
  2  command line
  3  no configuration file, no HSM, tokens cannot be opened`,
		Example: "  kskm kskgen\n  kskm kskgen --algorithm ECDSAP256SHA256 --organization Example Kexampl",
		Args:    commandline.Args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.key.choose(algorithm, true); err != nil {
				return commandline.Fault(err)
			}
			fresh := len(args) == 0
			if !fresh {
				o.key.Label = args[0]
			}
			return p.manage("kskgen", o.common, func(c *ceremony) error { return c.kskgen(o, fresh) })
		},
	}
	f := c.Flags()
	o.common.add(f)
	f.StringVar(&algorithm, "algorithm", "RSASHA256", fmt.Sprintf("`ALGORITHM` of the key: %v", generable))
	f.UintVar(&o.key.Bits, "size", 2048, "`BITS` of a new RSA key: 2048, 3072 or 4096")
	f.StringVar(&o.subject.Organization, "organization", "Public Technical Identifiers", "`NAME` of the organization in the request")
	f.StringVar(&o.subject.Unit, "organizational-unit", "Cryptographic Business Operations", "`NAME` of the organizational unit")
	f.StringVar(&o.subject.CommonName, "common-name", "", "common `NAME`; \"Root Zone KSK\" and the time if there is none")
	f.StringVar(&o.output, "output", "", "`FILE` to write; LABEL.csr if there is none")
	f.BoolVar(&o.overwrite, "force", false, "replace the file if it is there")
	f.BoolVar(&o.hashInToken, "hash-using-hsm", false, "the token hashes and pads what it signs")
	return c
}

// kskgen makes or finds a key and writes a request for it.
func (c *ceremony) kskgen(o kskgenOptions, fresh bool) error {
	if fresh {
		o.key.Label = keymaster.Label(c.now())
		o.key.ID = []byte(o.key.Label)
	}
	file := cmp.Or(o.output, o.key.Label+".csr")
	if _, err := os.Lstat(file); err == nil && !o.overwrite {
		return c.reject(fmt.Errorf("%s is there already; use --force to replace it", file), "")
	}
	if fresh {
		if err := c.generate(o.key.Request); err != nil {
			return err
		}
	}
	request, key, err := c.request(o)
	if err != nil {
		return c.reject(err, "")
	}
	verify := func(readBack []byte) error {
		_, err := csr.Parse(readBack)
		return err
	}
	if err := outfile.Write(file, request, c.create, verify); err != nil {
		return c.reject(fmt.Errorf("certificate request not written: %w", err), "")
	}
	read, err := csr.Parse(request)
	if err != nil {
		return c.reject(err, "")
	}
	return c.tell(append([]string{"Label:      " + key.Label}, requestLines(file, request, read)...)...)
}

// request has a key sign a certificate request.
func (c *ceremony) request(o kskgenOptions) ([]byte, *hsm.Key, error) {
	key, err := c.tokens.Find(o.key.Label, hsm.PrivateKey)
	if err == nil && key == nil {
		err = fmt.Errorf("no private key with label %s in any token", o.key.Label)
	}
	if err == nil && key.Public == nil {
		err = fmt.Errorf("no public key with label %s in the token", o.key.Label)
	}
	if err != nil {
		return nil, nil, err
	}
	a, hashInToken, err := c.use(key, o)
	if err != nil {
		return nil, nil, err
	}
	signer, err := pkix.NewSigner(key, a, hashInToken)
	if err != nil {
		return nil, nil, err
	}
	o.subject.CommonName = cmp.Or(o.subject.CommonName, csr.CommonName(c.now()))
	request, err := csr.Create(o.subject, signer, a)
	return request, key, err
}

// use says how a key is used: as the configuration tells, which has to agree with the key, or as
// the options tell.
func (c *ceremony) use(key *hsm.Key, o kskgenOptions) (dnssec.Algorithm, bool, error) {
	if k, ok := c.cfg.KeyByLabel(key.Label); ok {
		return k.Algorithm, k.HashUsingHSM || o.hashInToken, keymaster.Check(key, k, c.journal.Add)
	}
	a := o.key.Algorithm
	if spec, err := o.key.Spec(); err != nil || spec.Type != key.Type || key.Type != hsm.RSA && string(spec.Params) != string(key.Params) {
		return 0, false, fmt.Errorf("key %s is not one for %v; use --algorithm", key.Label, a)
	}
	return a, o.hashInToken, nil
}

// requestLines shows a certificate request.
func requestLines(file string, text []byte, r *csr.Request) []string {
	ds := r.Key.DS()
	sum := digestOf(text)
	return []string{
		"DS:         " + csr.Record(r.Key),
		"PGP Words:  " + pgpwords.String(ds[:]),
		"Filename:   " + file,
		"  O:        " + quoteUnlessPlain(r.Subject.Organization),
		"  OU:       " + quoteUnlessPlain(r.Subject.Unit),
		"  CN:       " + quoteUnlessPlain(r.Subject.CommonName),
		"  Record:   " + r.Subject.Record,
		fmt.Sprintf("  Signed:   %v, verified with the key of the request", r.Signature),
		fmt.Sprintf("SHA-256:    %x", sum),
		"PGP Words:  " + pgpwords.String(sum),
	}
}

// quoteUnlessPlain shows a text of a stranger: as it is, if it is printable ASCII.
func quoteUnlessPlain(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fmt.Sprintf("%q", s)
	}
	return s
}

func (p *program) csr() *cobra.Command {
	c := &cobra.Command{
		Use:   "csr",
		Short: "Show certificate requests",
		Args:  commandline.Args(cobra.NoArgs),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.csrShow())
	return c
}

func (p *program) csrShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show FILE",
		Short: "Verify and show a certificate request for a key signing key",
		Long: `The request (PKCS#10, DER or PEM) has to be signed with its own key, and the record in
its subject has to be that of the key.

Exit codes:

  0  it is lawful
  1  it is not, or cannot be read
  2  command line`,
		Args: commandline.Args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := readBounded(args[0], csr.MaxSize)
			if err != nil {
				return err
			}
			r, err := csr.Parse(text)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			lines := requestLines(args[0], text, r)
			lines = append(lines, keymaster.Records(r.Key, 0)...)
			_, err = fmt.Fprintln(p.stdout, strings.Join(lines, "\n"))
			return err
		},
	}
}
