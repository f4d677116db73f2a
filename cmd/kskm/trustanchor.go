package main

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"coen/dnssec"
	"coen/hsm"
	"coen/internal/commandline"
	"coen/ksk/config"
	"coen/ksk/keymaster"
	"coen/ksk/lexical"
	"coen/ksk/outfile"
	"coen/ksk/trustanchor"
)

func (p *program) trustanchor() *cobra.Command {
	var o common
	var file, id string
	c := &cobra.Command{
		Use:   "trustanchor",
		Short: "Write the trust anchor of the configured keys",
		Long: headline("Trust anchor") + `

Each key of the configuration that is in a token is compared with it, and its digest written as
XML (RFC 7958).

Exit codes:

  0  written
  1  a key is not the configured one; a token failed
  2  command line
  3  no configuration file, no HSM, tokens cannot be opened`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			c, err := p.begin("trustanchor", o)
			if err != nil {
				return err
			}
			return c.end(c.anchor(file, id))
		},
	}
	o.add(c.Flags())
	c.Flags().StringVar(&file, "trustanchor", "", "`FILE` to write; standard output if there is none")
	c.Flags().StringVar(&id, "id", "", "`ID` of the trust anchor; a random one if there is none")
	return c
}

// anchor collects the digests of the keys and writes them.
func (c *ceremony) anchor(file, id string) error {
	if err := c.loadConfig(); err != nil {
		return err
	}
	if err := c.openTokens(false); err != nil {
		return err
	}
	var digests []trustanchor.Digest
	for _, k := range c.cfg.Keys {
		if c.ctx.Err() != nil {
			return c.interrupted()
		}
		d, err := c.digest(k)
		if err != nil {
			return c.reject(err, "")
		}
		if d != nil {
			digests = append(digests, *d)
		}
	}
	text := trustanchor.Format(cmp.Or(id, newID()), digests)
	file = cmp.Or(file, c.cfg.Filenames.OutputTrustAnchor)
	if file == "" {
		_, err := fmt.Fprintf(c.stdout, "%s\n", text)
		return err
	}
	same := func(readBack []byte) error {
		if !bytes.Equal(readBack, text) {
			return errors.New("reads back as another one")
		}
		return nil
	}
	if err := outfile.Write(file, text, c.create, same); err != nil {
		return c.reject(fmt.Errorf("trust anchor not written: %w", err), "")
	}
	c.log.Infof("Wrote trust anchor to file %s %s", file, checksum(text))
	return nil
}

// digest returns the entry of a key, or nothing for one that no token has.
func (c *ceremony) digest(k config.Key) (*trustanchor.Digest, error) {
	found, err := c.tokens.Find(k.Label, hsm.PublicKey)
	if err != nil {
		return nil, err
	}
	if found == nil {
		c.log.Warningf("KSK key with label %s could not be loaded using PKCS#11", k.Label)
		return nil, nil
	}
	if err := keymaster.Check(found, k, c.journal.Add); err != nil {
		return nil, err
	}
	from, err := local(k.ValidFrom)
	if err != nil {
		return nil, err
	}
	r := dnssec.Key{Flags: dnssec.FlagsKSK, Protocol: dnssec.Protocol, Algorithm: k.Algorithm, PublicKey: found.Public}
	d := &trustanchor.Digest{ID: k.Label, ValidFrom: from, KeyTag: r.Tag(), Algorithm: k.Algorithm, Digest: r.DSHex()}
	if k.ValidUntil != nil {
		d.ValidUntil, err = local(*k.ValidUntil)
	}
	return d, err
}

// local reads a moment without an offset as one of the local time.
func local(m lexical.Moment) (time.Time, error) {
	if m.Zoned {
		return m.UTC()
	}
	t := m.Clock
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.Local).UTC(), nil
}

// newID returns a random UUID (RFC 9562, version 4).
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
