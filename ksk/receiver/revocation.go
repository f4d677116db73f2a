package receiver

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"
)

// revocations are the revocation lists (RFC 5280 section 5) of the configuration. What cannot be found out
// counts as revoked.
type revocations struct {
	paths []string

	mu     sync.Mutex
	stamps []stamp
	lists  []*x509.RevocationList
}

// stamp tells whether a file has changed.
type stamp struct {
	size int64
	time time.Time
}

// refresh reads the lists again if a file has changed, and returns them.
func (r *revocations) refresh() ([]*x509.RevocationList, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var stamps []stamp
	for _, path := range r.paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		stamps = append(stamps, stamp{info.Size(), info.ModTime()})
	}
	if r.lists != nil && slices.Equal(stamps, r.stamps) {
		return r.lists, nil
	}
	var lists []*x509.RevocationList
	for _, path := range r.paths {
		err := eachPEM(path, "X509 CRL", func(der []byte) error {
			list, err := x509.ParseRevocationList(der)
			lists = append(lists, list)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	r.lists, r.stamps = lists, stamps
	return lists, nil
}

// check fails if a certificate of a verified chain is revoked, or if no list of its issuer is there that
// is valid now.
func (r *revocations) check(chain []*x509.Certificate, now time.Time) error {
	if len(r.paths) == 0 {
		return nil
	}
	lists, err := r.refresh()
	if err != nil {
		return &unreadableList{err}
	}
	for i, c := range chain[:len(chain)-1] {
		if err := revoked(c, chain[i+1], lists, now); err != nil {
			return err
		}
	}
	return nil
}

// unreadableList is a fault of the receiver, which does not tell clients the details.
type unreadableList struct{ err error }

func (u *unreadableList) Error() string { return "the revocation lists cannot be read" }
func (u *unreadableList) Unwrap() error { return u.err }

func revoked(c, issuer *x509.Certificate, lists []*x509.RevocationList, now time.Time) error {
	current := false
	for _, list := range lists {
		if !bytes.Equal(list.RawIssuer, issuer.RawSubject) || list.CheckSignatureFrom(issuer) != nil {
			continue
		}
		current = current || !now.Before(list.ThisUpdate) && now.Before(list.NextUpdate)
		for _, entry := range list.RevokedCertificateEntries {
			if entry.SerialNumber.Cmp(c.SerialNumber) == 0 && entry.ReasonCode != removeFromCRL {
				return fmt.Errorf("the certificate %q has been revoked", c.Subject)
			}
		}
	}
	if !current {
		return fmt.Errorf("there is no revocation list of %q that is valid now", issuer.Subject)
	}
	return nil
}

// removeFromCRL takes a certificate off hold (RFC 5280 section 5.3.1).
const removeFromCRL = 8

// eachPEM hands the blocks of one type to read; a file without PEM is one block.
func eachPEM(path, kind string, read func(der []byte) error) error {
	text, err := readBounded(path)
	if err != nil {
		return err
	}
	block, rest := pem.Decode(text)
	if block == nil {
		block, rest = &pem.Block{Type: kind, Bytes: text}, nil
	}
	found := false
	for ; block != nil; block, rest = pem.Decode(rest) {
		if block.Type != kind {
			continue
		}
		found = true
		if err := read(block.Bytes); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if !found {
		return fmt.Errorf("%s: there is no %s", path, kind)
	}
	return nil
}
