package receiver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"coen/ksk/config"
	"coen/ksk/journal"
	"coen/ksk/ksr"
	"coen/ksk/policy"
	"coen/ksk/report"
	"coen/ksk/skr"
	"coen/ksk/strict"
	"coen/pgpwords"
)

// How an answer begins, as the predecessor's do.
const (
	statusOK    = "OK"
	statusError = "ERROR"
)

// judgement is what became of an upload.
type judgement struct {
	Status  string // of the answer: "OK" or "ERROR"
	Message string
	Check   string         // identifier of the check that failed first, if one did
	Report  *report.Report // as of ksrsigner --report
	Log     string         // what was logged meanwhile, a record a line
	Fault   error          // why nothing could be judged: nothing that the sender did
}

// trial is the judging of one upload.
type trial struct {
	signer   *config.Config
	review   *policy.Review
	report   report.Report
	request  *ksr.Request
	previous *skr.Response
}

// judge judges a request as the signer does before it opens tokens.
func judge(text []byte, load func() (*config.Config, error), now time.Time) judgement {
	var lines bytes.Buffer
	log := journal.New(func() time.Time { return now })
	log.To(&lines, journal.Info)
	digest := sha256.Sum256(text)
	t := &trial{report: report.Report{SHA256: hex.EncodeToString(digest[:]), Words: pgpwords.String(digest[:])}}
	if err := t.prepare(load, log, now); err != nil {
		return judgement{Status: statusError, Message: "The request could not be judged, because of a fault of this receiver.", Fault: err}
	}
	j := judgement{Status: statusOK}
	if err := t.run(text, log); err != nil {
		j.Status, j.Message, j.Check = statusError, err.Error(), identifier(err)
		log.Logger("kskm.tools.wksr").Criticalf("%s", strings.TrimPrefix(j.Check+": "+j.Message, ": "))
	} else {
		j.Message = fmt.Sprintf("KSR with id %s loaded successfully", t.request.ID)
	}
	t.report.Checks = t.review.Verdicts()
	t.report.Changes = report.Changes(t.request, t.previous, nil)
	t.report.Judge()
	// A request that cannot be read has passed no check, whatever the previous response did.
	t.report.Passed = t.report.Passed && j.Status == statusOK
	j.Report, j.Log = &t.report, lines.String()
	return j
}

// identifier returns that of the check that failed, or nothing if what failed is not a check.
func identifier(err error) string {
	var violation *policy.Violation
	var fault *policy.Fault
	switch {
	case errors.As(err, &violation):
		return violation.ID
	case errors.As(err, &fault):
		return fault.ID
	}
	return ""
}

// prepare reads the signer's configuration and the previous response. Its faults are the receiver's.
func (t *trial) prepare(load func() (*config.Config, error), log *journal.Journal, now time.Time) error {
	var err error
	if t.signer, err = load(); err != nil {
		return err
	}
	t.review = policy.New(policy.Case{
		RequestPolicy: t.signer.Request, ResponsePolicy: t.signer.Response, KSKPolicy: t.signer.KSK, Now: now,
	}, log.Add)
	path := t.signer.Filenames.PreviousSKR
	if path == "" {
		if t.signer.Strict {
			return errors.New("strict mode: there is no previous SKR")
		}
		return nil
	}
	text, err := os.ReadFile(path)
	if err == nil && t.signer.Strict {
		err = strict.Response(text)
	}
	if err == nil {
		t.previous, err = skr.Parse(text)
	}
	if err == nil {
		t.review.Previous, t.report.Previous = t.previous, t.previous.ID
		err = t.review.Run(policy.Previous, true)
	}
	if err != nil {
		return fmt.Errorf("previous SKR %s: %w", path, err)
	}
	return nil
}

// run reads the request and makes all checks that need no token.
func (t *trial) run(text []byte, log *journal.Journal) error {
	if t.signer.Strict {
		if err := strict.Request(text); err != nil {
			return err
		}
	}
	request, err := ksr.Parse(text)
	if err != nil {
		return err
	}
	t.request, t.review.Request, t.report.Request = request, request, request.ID
	if err := t.review.Run(policy.Request, true); err != nil {
		return err
	}
	if t.previous == nil {
		log.Logger("kskm.tools.wksr").Warningf("KSR-CHAIN: Previous SKR *NOT* loaded - daisy chain not validated")
		return nil
	}
	return t.review.Run(policy.Chain, true)
}
