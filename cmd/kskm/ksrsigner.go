package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"coen/internal/commandline"
	"coen/ksk/config"
	"coen/ksk/ksr"
	"coen/ksk/outfile"
	"coen/ksk/policy"
	"coen/ksk/signer"
	"coen/ksk/skr"
	"coen/ksk/strict"
	"coen/ksk/xml"
	"coen/pgpwords"
)

// signOptions are the options of ksrsigner.
type signOptions struct {
	common
	schema, previous            string
	logKSR, logSKR, logPrevious bool
	force, noPrevious           bool
	report                      string
	requestFile, responseFile   string
}

func (p *program) ksrsigner() *cobra.Command {
	var o signOptions
	c := &cobra.Command{
		Use:   "ksrsigner [KSRFILE] [SKRFILE]",
		Short: "Judge a key signing request and sign it",
		Long: headline("KSR signer") + `

The request KSRFILE and the response before it are judged by the configuration. What passes, and is
agreed to with the exact word "Yes", is signed with the keys that the schema names. The response is
verified, written beside SKRFILE, read back, verified again and renamed.

A log is written to kskm-ksrsigner-DATE-TIME-PID.log in the current folder.

Exit codes:

  0  the response is written
  1  a check failed; malformed or missing input; a token failed; end of input; a signal
  2  command line; configuration; a key of the schema is in no token
  3  no configuration file, schema or request; tokens cannot be opened; declined`,
		Example: "  kskm ksrsigner --schema normal --previous_skr skr-2029-q4.xml ksr-2030-q1.xml skr-2030-q1.xml",
		Args:    commandline.Args(cobra.MaximumNArgs(2)),
		RunE: func(_ *cobra.Command, args []string) error {
			args = append(args, "", "")
			o.requestFile, o.responseFile = args[0], args[1]
			return p.sign(o)
		},
	}
	f := c.Flags()
	o.common.add(f)
	f.BoolVar(&o.syslog, "syslog", false, "log to the syslog of this machine too")
	f.StringVar(&o.schema, "schema", "normal", "name of the signing `SCHEMA`")
	f.StringVar(&o.previous, "previous_skr", "", "`FILE` with the previous response")
	f.BoolVar(&o.noPrevious, "no-previous-skr", false, "strict mode: go on without a previous response")
	f.BoolVar(&o.logKSR, "log-ksr", false, "put the request into the log")
	f.BoolVar(&o.logSKR, "log-skr", false, "put the response into the log")
	f.BoolVar(&o.logPrevious, "log-previous-skr", false, "put the previous response into the log")
	f.BoolVar(&o.force, "force", false, "do not ask before signing")
	f.StringVar(&o.report, "report", "", "write what every check found to `FILE`, and to FILE.json")
	return c
}

// signing is a run of ksrsigner.
type signing struct {
	*ceremony
	o        signOptions
	schema   config.Schema
	request  *ksr.Request
	digest   [sha256.Size]byte // of the request's file
	previous *skr.Response
	review   *policy.Review
	signer   *signer.Signer
}

func (p *program) sign(o signOptions) error {
	c, err := p.begin("ksrsigner", o.common)
	if err != nil {
		return err
	}
	s := &signing{ceremony: c, o: o}
	return c.end(s.run())
}

func (s *signing) run() error {
	for _, step := range []func() error{
		s.configure, s.readPrevious, s.readRequest, s.openReview, s.judgeChain, s.announce, s.signRequest,
	} {
		if s.ctx.Err() != nil {
			return s.interrupted()
		}
		if err := step(); err != nil {
			s.writeReport()
			return err
		}
	}
	return nil
}

// configure loads the configuration and takes the file names of the command line over its.
func (s *signing) configure() error {
	if err := s.loadConfig(); err != nil {
		return err
	}
	f := s.cfg.Filenames
	s.o.requestFile = cmp.Or(s.o.requestFile, f.InputKSR)
	s.o.responseFile = cmp.Or(s.o.responseFile, f.OutputSKR)
	s.o.previous = cmp.Or(s.o.previous, f.PreviousSKR)
	schema, ok := s.cfg.Schemas[s.o.schema]
	if !ok {
		s.log.Criticalf("Schema '%s' not found in the configuration", s.o.schema)
		return s.stopped(exitFatal)
	}
	s.schema = schema
	if err := schema.CheckKeys(s.cfg, s.cfg.Request.NumBundles); err != nil {
		return s.reject(fmt.Errorf("schema '%s': %w", s.o.schema, err), "")
	}
	if len(s.cfg.HSM) == 0 {
		return s.misconfigured(errors.New("No HSM configured"))
	}
	return nil
}

// read reads a file that may be a request or a response.
func (s *signing) read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, s.reject(err, "")
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, xml.MaxSize+1))
	if err == nil && len(text) > xml.MaxSize {
		err = fmt.Errorf("%s is larger than %d bytes", path, xml.MaxSize)
	}
	if err != nil {
		return nil, s.reject(err, "")
	}
	return text, nil
}

// readPrevious reads and judges the previous response, if there is one.
func (s *signing) readPrevious() error {
	s.review = policy.New(policy.Case{
		RequestPolicy: s.cfg.Request, ResponsePolicy: s.cfg.Response, KSKPolicy: s.cfg.KSK, Now: s.now(),
	}, s.journal.Add)
	path := s.o.previous
	if path == "" {
		if s.strict && !s.o.noPrevious {
			return s.reject(errors.New("strict mode: there is no previous SKR; use --no-previous-skr if there cannot be one"), "")
		}
		return nil
	}
	text, err := s.read(path)
	if err != nil {
		return err
	}
	s.journal.Logger("kskm.skr.load").Infof("Loaded SKR from file %s %s", path, checksum(text))
	if s.o.logPrevious {
		s.dump("kskm.skr.load.skr", path, text)
	}
	prefix := fmt.Sprintf("Failed validating SKR response in file %s: ", path)
	if s.strict {
		if err := strict.Response(text); err != nil {
			return s.reject(err, prefix)
		}
	}
	if s.previous, err = skr.Parse(text); err != nil {
		return s.reject(err, prefix)
	}
	s.review.Previous = s.previous
	if err := s.review.Run(policy.Previous, s.o.report != ""); err != nil {
		return s.reject(err, prefix)
	}
	s.table("Previous SKR:", s.previous.Bundles)
	return nil
}

// table logs bundles under a title.
func (s *signing) table(title string, bundles []ksr.Bundle) {
	s.log.Infof("%s", title)
	for _, line := range ksr.Table(bundles) {
		s.log.Infof("%s", line)
	}
}

// readRequest reads and judges the request.
func (s *signing) readRequest() error {
	if s.o.requestFile == "" {
		s.log.Criticalf("No KSR file name")
		return s.stopped(exitFatal)
	}
	text, err := s.read(s.o.requestFile)
	if err != nil {
		return err
	}
	s.digest = sha256.Sum256(text)
	s.journal.Logger("kskm.ksr.load").Infof("Loaded KSR from file %s %s", s.o.requestFile, checksum(text))
	if s.o.logKSR {
		s.dump("kskm.ksr.load.ksr", s.o.requestFile, text)
	}
	prefix := fmt.Sprintf("Failed validating KSR request in file %s: ", s.o.requestFile)
	if s.strict {
		if err := strict.Request(text); err != nil {
			return s.reject(err, prefix)
		}
	}
	if s.request, err = ksr.Parse(text); err != nil {
		return s.reject(err, prefix)
	}
	s.review.Request = s.request
	log := s.journal.Logger("kskm.ksr.validate")
	log.Infof("Validating KSR using request policy:")
	for _, item := range s.cfg.Request.Items() {
		log.Infof("  %s", item)
	}
	if err := s.review.Run(policy.Request, s.o.report != ""); err != nil {
		return s.reject(err, prefix)
	}
	s.table("Request:", s.request.Bundles)
	if err := s.schema.Check(s.cfg, int64(len(s.request.Bundles))); err != nil {
		return s.reject(fmt.Errorf("schema '%s': %w", s.o.schema, err), "")
	}
	return nil
}

// openReview opens the tokens, which is when PINs are asked for.
func (s *signing) openReview() error {
	if err := s.openTokens(false); err != nil {
		return err
	}
	s.review.Tokens = s.tokens
	return nil
}

// judgeChain compares the request with the previous response.
func (s *signing) judgeChain() error {
	if s.previous == nil {
		s.log.Warningf("KSR-CHAIN: Previous SKR *NOT* loaded - daisy chain not validated")
		s.log.Warningf("KSR-CHAIN: Previous SKR *NOT* loaded - presence of SKR(n-1) in HSM not validated")
		return nil
	}
	if err := s.review.Run(policy.Chain, s.o.report != ""); err != nil {
		return s.reject(err, "")
	}
	return nil
}

// announce shows what is about to be signed and asks for consent.
func (s *signing) announce() error {
	fmt.Fprintf(s.stdout, "\nFILENAME:       %s\nSHA-256 HEX:    %s\nSHA-256 WORDS:  %s\n\n",
		s.o.requestFile, hex.EncodeToString(s.digest[:]), pgpwords.String(s.digest[:]))
	if s.o.force {
		return nil
	}
	agreed, err := s.confirm("Sign KSR?")
	if err != nil {
		return err
	}
	if !agreed {
		s.log.Warningf("KSR signing aborted")
		return s.stopped(exitFatal)
	}
	return nil
}

// signRequest signs what has been approved, judges the result and writes it.
func (s *signing) signRequest() error {
	approved, err := s.review.Approve()
	if err != nil {
		return s.reject(err, "")
	}
	s.signer = &signer.Signer{Config: s.cfg, Tokens: s.tokens, Log: s.journal.Add}
	response, err := s.signer.Sign(s.ctx, approved, s.schema)
	var missing *signer.NotFound
	switch {
	case errors.Is(err, context.Canceled):
		return s.interrupted()
	case errors.As(err, &missing):
		return s.misconfigured(missing)
	case err != nil:
		return s.reject(err, "")
	}
	s.review.Signed = response
	if s.previous != nil {
		if err := s.review.Run(policy.Signed, s.o.report != ""); err != nil {
			return s.reject(err, "")
		}
	}
	s.table("Generated SKR:", response.Bundles)
	if s.ctx.Err() != nil {
		return s.interrupted()
	}
	if s.o.report != "" {
		if err := s.writeReport(); err != nil {
			return err
		}
	}
	return s.publish(response)
}

// publish writes the response to its file, or to standard output if it has none.
func (s *signing) publish(response *skr.Response) error {
	text := skr.Format(response)
	check := func(readBack []byte) error {
		return skr.Verify(readBack, response, s.cfg.Response.ValidateSignatures)
	}
	if err := check(text); err != nil {
		return s.reject(err, "")
	}
	if s.o.responseFile == "" {
		if _, err := fmt.Fprintf(s.stdout, "%s\n", text); err != nil {
			return s.reject(err, "")
		}
		return nil
	}
	if err := outfile.Write(s.o.responseFile, text, s.create, check); err != nil {
		return s.reject(fmt.Errorf("SKR not written: %w", err), "")
	}
	s.journal.Logger("kskm.signer").Infof("Wrote SKR to file %s %s", s.o.responseFile, checksum(text))
	if s.o.logSKR {
		s.dump("kskm.signer.skr", s.o.responseFile, text)
	}
	return nil
}
