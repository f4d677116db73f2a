package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"coen/internal/commandline"
	"coen/ksk/ksr"
	"coen/ksk/skr"
	"coen/ksk/trustanchor"
)

func (p *program) skr() *cobra.Command {
	c := &cobra.Command{
		Use:   "skr",
		Short: "Show and verify signed key responses",
		Args:  commandline.Args(cobra.NoArgs),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.skrShow(), p.skrVerify())
	return c
}

func (p *program) skrShow() *cobra.Command {
	var dns bool
	c := &cobra.Command{
		Use:   "show SKRFILE",
		Short: "Show a signed key response",
		Long:  "Name, hash, policies and bundles of a response are shown. Signatures are not verified: see skr verify.",
		Args:  commandline.Args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			r, text, err := readResponse(args[0])
			if err != nil {
				return err
			}
			return p.showResponse(args[0], text, r, dns)
		},
	}
	c.Flags().BoolVar(&dns, "dns", false, "show the records of each bundle")
	return c
}

func (p *program) showResponse(file string, text []byte, r *skr.Response, dns bool) error {
	p.head(file, text, r.ID, r.Domain, r.Serial)
	p.policy("KSK policy", r.KSK)
	p.policy("ZSK policy", r.ZSK)
	return p.bundles(r.Bundles, dns)
}

func readResponse(file string) (*skr.Response, []byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	r, err := skr.Parse(text)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	return r, text, nil
}

func (p *program) skrVerify() *cobra.Command {
	var request, previous, anchor string
	var dns bool
	c := &cobra.Command{
		Use:   "verify SKRFILE",
		Short: "Verify a signed key response",
		Long:  "Verify the signatures of a response, and if they are given that it answers a request, goes on from a previous response and rests on a trust anchor.",
		Args:  commandline.Args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			r, text, err := readResponse(args[0])
			if err != nil {
				return err
			}
			against := []struct {
				name, file string
				verify     func(r *skr.Response, file string) error
			}{
				{"signatures", args[0], verifySignatures},
				{"request", request, verifyRequest},
				{"previous response", previous, verifyPrevious},
				{"trust anchor", anchor, verifyAnchor},
			}
			failed := error(nil)
			for _, a := range against {
				if a.file == "" {
					continue
				}
				outcome := "ok"
				if err := a.verify(r, a.file); err != nil {
					outcome, failed = err.Error(), commandline.Exit(exitRejected)
				}
				fmt.Fprintf(p.stdout, "%-18s %s\n", a.name+":", outcome)
			}
			fmt.Fprintln(p.stdout)
			if err := p.showResponse(args[0], text, r, dns); err != nil {
				return err
			}
			return failed
		},
	}
	f := c.Flags()
	f.StringVar(&request, "ksr", "", "`FILE` with the request that was answered")
	f.StringVar(&previous, "previous_skr", "", "`FILE` with the previous response")
	f.StringVar(&anchor, "trustanchor", "", "`FILE` with a trust anchor")
	f.BoolVar(&dns, "dns", false, "show the records of each bundle")
	return c
}

func verifySignatures(r *skr.Response, _ string) error {
	for _, b := range r.Bundles {
		if err := b.VerifySignatures(); err != nil {
			return err
		}
	}
	return nil
}

func verifyRequest(r *skr.Response, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	request, err := ksr.Parse(text)
	if err != nil {
		return err
	}
	return r.Answers(request)
}

func verifyPrevious(r *skr.Response, file string) error {
	previous, _, err := readResponse(file)
	if err != nil {
		return err
	}
	if err := verifySignatures(previous, file); err != nil {
		return fmt.Errorf("previous response: %w", err)
	}
	return r.Follows(previous)
}

func verifyAnchor(r *skr.Response, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	digests, err := trustanchor.Parse(text)
	if err != nil {
		return err
	}
	return trustanchor.Verify(digests, r.Bundles)
}
