package main

import (
	"encoding/hex"
	"errors"
	"fmt"

	"coen/ksk/outfile"
	"coen/ksk/report"
	"coen/pgpwords"
)

// writeReport writes what is known so far, as text and as JSON, if a report is wanted.
func (s *signing) writeReport() error {
	if s.o.report == "" || s.review == nil {
		return nil
	}
	r := report.Report{SHA256: hex.EncodeToString(s.digest[:]), Words: pgpwords.String(s.digest[:]), Checks: s.review.Verdicts()}
	if s.request != nil {
		r.Request = s.request.ID
	}
	if s.previous != nil {
		r.Previous = s.previous.ID
	}
	if s.signer != nil {
		r.Checks = append(r.Checks, s.signer.Verdicts()...)
	}
	r.Changes = report.Changes(s.request, s.previous, s.review.Signed)
	r.Judge()
	json, err := r.JSON()
	if err != nil {
		return s.reject(err, "")
	}
	accept := func([]byte) error { return nil }
	err = errors.Join(outfile.Write(s.o.report, r.Text(), s.create, accept), outfile.Write(s.o.report+".json", json, s.create, accept))
	if err != nil {
		return s.reject(fmt.Errorf("report not written: %w", err), "")
	}
	return nil
}
