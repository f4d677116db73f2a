package receiver

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"coen/ksk/config"
)

// client is who sends a request and may do so.
type client struct {
	Subject string // RDNs in the order of the certificate, with "/" between them
	Digest  string // SHA-256 of the certificate, hexadecimal
}

// clients says who may send.
type clients struct {
	roots       *x509.CertPool
	revocations *revocations
	listed      []string // fingerprints
	issuers     []string
}

// newClients also returns the authorities.
func newClients(c config.ReceiverTLS) (*clients, []*x509.Certificate, error) {
	authorities, err := readCertificates(c.CACert)
	if err != nil {
		return nil, nil, err
	}
	all := &clients{pool(authorities), &revocations{paths: c.CRLs}, c.Clients, c.Issuers}
	if _, err := all.revocations.refresh(); err != nil {
		return nil, nil, err
	}
	return all, authorities, nil
}

// allow returns who is at the other end, or why it may not send. The client is known as far as it is,
// in both cases.
func (c *clients) allow(state *tls.ConnectionState, now time.Time) (client, error) {
	if state == nil || len(state.PeerCertificates) == 0 {
		return client{}, errors.New("no client certificate was presented")
	}
	leaf := state.PeerCertificates[0]
	who := client{Subject: subject(leaf), Digest: fingerprint(leaf)}
	between := pool(state.PeerCertificates[1:])
	chains, err := leaf.Verify(x509.VerifyOptions{
		Roots: c.roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		return who, reason(err)
	}
	if err := c.allowChains(who, chains); err != nil {
		return who, err
	}
	for _, chain := range chains {
		if err = c.revocations.check(chain, now); err == nil {
			return who, nil
		}
	}
	return who, err
}

// allowChains looks for the certificate, or one of those it rests on, in the lists.
func (c *clients) allowChains(who client, chains [][]*x509.Certificate) error {
	if slices.Contains(c.listed, who.Digest) {
		return nil
	}
	for _, chain := range chains {
		for _, issuer := range chain[1:] {
			if slices.Contains(c.issuers, fingerprint(issuer)) {
				return nil
			}
		}
	}
	return errors.New("the certificate is valid, but neither it nor its issuer is on the list of this receiver")
}

// reason puts the faults of certificates that people meet into words.
func reason(err error) error {
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &unknown):
		return errors.New("the certificate was not issued by an authority that this receiver knows")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return errors.New("the certificate has expired or is not valid yet")
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage:
		return errors.New("the certificate is not for clients")
	}
	return err
}

func fingerprint(c *x509.Certificate) string {
	digest := sha256.Sum256(c.Raw)
	return hex.EncodeToString(digest[:])
}

// subject writes a name as the predecessor did: in the order of the certificate.
func subject(c *x509.Certificate) string {
	var names pkix.RDNSequence
	if _, err := asn1.Unmarshal(c.RawSubject, &names); err != nil {
		return c.Subject.String()
	}
	var parts []string
	for _, name := range names {
		parts = append(parts, pkix.RDNSequence{name}.String())
	}
	return strings.Join(parts, "/")
}

type clientKey struct{}

func withClient(ctx context.Context, c client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

func clientOf(ctx context.Context) client {
	c, _ := ctx.Value(clientKey{}).(client)
	return c
}
