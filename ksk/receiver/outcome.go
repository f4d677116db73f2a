package receiver

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"coen/ksk/report"
	"coen/pgpwords"
)

// outcome is all that is told about an upload.
type outcome struct {
	judgement
	client  client
	address string
	upload  upload
	digest  [sha256.Size]byte
	stored  string // name of the file of an accepted request
	again   bool   // it had been there before
	time    time.Time
}

func (o outcome) hash() string { return hex.EncodeToString(o.digest[:]) }

// variables are those of templates.
func (o outcome) variables() map[string]any {
	title := "Accepted"
	switch {
	case o.Fault != nil:
		title = "Not judged"
	case o.Status != statusOK:
		title = "Rejected"
	}
	return map[string]any{
		"title":  title,
		"action": formPath,
		"ok":     o.Status == statusOK,
		"fault":  o.Fault != nil,
		"result": members{"status": o.Status, "message": o.Message},
		"check":  o.Check,
		"report": o.Report,
		"log":    o.Log,
		"stored": o.stored,
		"again":  o.again,

		"filename":       o.upload.filename,
		"filehash":       o.hash(),
		"words":          pgpwords.String(o.digest[:]),
		"timestamp":      o.time.Format("2006-01-02 15:04:05.000000"),
		"remote_addr":    o.address,
		"request":        members{"remote_addr": o.address},
		"client_subject": o.client.Subject,
		"client_digest":  o.client.Digest,
	}
}

// answerJSON is an answer for programs.
type answerJSON struct {
	Status        string         `json:"status"` // "OK" or "ERROR"
	Message       string         `json:"message"`
	Check         string         `json:"check,omitempty"`     // that failed first
	Stored        string         `json:"stored,omitempty"`    // name of the file of an accepted request
	Duplicate     bool           `json:"duplicate,omitempty"` // it had been there before
	Filename      string         `json:"filename,omitempty"`
	SHA256        string         `json:"sha256,omitempty"`
	Timestamp     string         `json:"timestamp,omitempty"`
	ClientSubject string         `json:"client_subject,omitempty"`
	ClientDigest  string         `json:"client_digest,omitempty"`
	Report        *report.Report `json:"report,omitempty"` // as of ksrsigner --report
}

func (o outcome) json() answerJSON {
	return answerJSON{
		Status: o.Status, Message: o.Message, Check: o.Check, Stored: o.stored, Duplicate: o.again, Filename: o.upload.filename, SHA256: o.hash(),
		Timestamp: o.time.Format(time.RFC3339Nano), ClientSubject: o.client.Subject, ClientDigest: o.client.Digest, Report: o.Report,
	}
}
