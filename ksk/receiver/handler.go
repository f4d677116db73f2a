package receiver

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"time"

	"coen/ksk/report"
	"coen/pgpwords"
)

// Handler returns what answers requests of HTTP.
func (r *Receiver) Handler() http.Handler {
	sending := http.NewServeMux()
	sending.HandleFunc("GET /{$}", func(w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, "/upload", http.StatusSeeOther)
	})
	sending.HandleFunc("/upload", r.upload)
	sending.HandleFunc("/", func(w http.ResponseWriter, q *http.Request) {
		r.refuse(w, q, refuse(http.StatusNotFound, "There is nothing here."))
	})
	all := http.NewServeMux()
	all.HandleFunc("GET /health", r.health)
	all.Handle("/", r.authorize(sameOrigin(r, sending)))
	return harden(all)
}

// harden adds the headers that keep a page from being put to other uses. Templates of operators may have
// styles of their own, but no scripts.
func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("Strict-Transport-Security", "max-age=31536000")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, q)
	})
}

// sameOrigin keeps pages of others from sending forms with the certificate of who looks at them.
func sameOrigin(r *Receiver, next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.refuse(w, q, refuse(http.StatusForbidden, "The form was sent by a page of another site."))
	}))
	return protection.Handler(next)
}

// authorize lets in who may send.
func (r *Receiver) authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		who, err := r.clients.allow(q.TLS, r.Now())
		q = q.WithContext(withClient(q.Context(), who))
		if err != nil {
			r.Log.Warn("Denied", "client", address(q), "digest", who.Digest, "subject", who.Subject, "reason", err, "cause", errors.Unwrap(err))
			r.refuse(w, q, refuse(http.StatusForbidden, "You may not use this receiver: %v.", err))
			return
		}
		next.ServeHTTP(w, q)
	})
}

func address(q *http.Request) string {
	host, _, err := net.SplitHostPort(q.RemoteAddr)
	if err != nil {
		return q.RemoteAddr
	}
	return host
}

// refuse answers with an error in words.
func (r *Receiver) refuse(w http.ResponseWriter, q *http.Request, err error) {
	why := &refusal{http.StatusInternalServerError, "The receiver failed."}
	errors.As(err, &why)
	who := clientOf(q.Context())
	if why.status != http.StatusForbidden {
		r.Log.Warn("Refused", "client", address(q), "digest", who.Digest, "method", q.Method, "path", q.URL.Path, "status", why.status, "reason", err)
	}
	data := map[string]any{
		"title": http.StatusText(why.status), "message": why.message,
		"client_subject": who.Subject, "client_digest": who.Digest,
		"may_retry": why.status != http.StatusForbidden && why.status != http.StatusServiceUnavailable,
	}
	value := answerJSON{Status: statusError, Message: why.message, ClientSubject: who.Subject, ClientDigest: who.Digest}
	if err := answer(w, q, why.status, r.pages.refusal, data, value); err != nil {
		r.Log.Debug("Answer not sent", "error", err)
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

// upload shows the form, or takes it.
func (r *Receiver) upload(w http.ResponseWriter, q *http.Request) {
	switch q.Method {
	case http.MethodGet, http.MethodHead:
		r.form(w, q)
	case http.MethodPost:
		if err := r.receive(w, q); err != nil {
			w.Header().Set("Connection", "close") // the rest of the form is not read
			r.refuse(w, q, err)
		}
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		r.refuse(w, q, refuse(http.StatusMethodNotAllowed, "The method %s is not for this page.", q.Method))
	}
}

func (r *Receiver) form(w http.ResponseWriter, q *http.Request) {
	who := clientOf(q.Context())
	data := map[string]any{
		"title": "Send a request", "action": "/upload", "max_size": r.settings.KSR.MaxSize, "notifies": r.mail != nil,
		"client_subject": who.Subject, "client_digest": who.Digest, "remote_addr": address(q), "request": members{"remote_addr": address(q)},
	}
	value := answerJSON{Status: statusOK, Message: "Send a request as multipart/form-data with a field named ksr.", ClientSubject: who.Subject, ClientDigest: who.Digest}
	if err := answer(w, q, http.StatusOK, r.pages.upload, data, value); err != nil {
		r.Log.Warn("Answer not sent", "error", err)
	}
}

// receive reads an upload, judges and keeps it, and answers.
func (r *Receiver) receive(w http.ResponseWriter, q *http.Request) error {
	who := clientOf(q.Context())
	now := r.Now().UTC()
	if !r.limits.allow(who.Digest, now) {
		w.Header().Set("Retry-After", "60")
		return refuse(http.StatusTooManyRequests, "There were too many uploads within a minute. Try again in a minute.")
	}
	if err := r.limits.enter(q.Context()); err != nil {
		w.Header().Set("Retry-After", "10")
		return refuse(http.StatusServiceUnavailable, "The receiver is busy. Try again in a moment.")
	}
	defer r.limits.leave()
	u, err := readUpload(w, q, r.settings.KSR.MaxSize, r.settings.KSR.ContentType)
	if err != nil {
		return err
	}
	j := judge(u.content, r.Signer, now)
	if j.Fault != nil {
		r.Log.Error("Upload could not be judged", "client", address(q), "error", j.Fault)
	}
	name, again, err := r.keep(u, j, now)
	if err != nil {
		r.Log.Error("Upload could not be kept", "client", address(q), "error", err)
		return refuse(http.StatusInternalServerError, "The request could not be kept. Send it again later.")
	}
	digest := sha256.Sum256(u.content)
	hash := hex.EncodeToString(digest[:])
	r.Log.Info("Judged", "client", address(q), "digest", who.Digest, "hash", hash, "status", j.Status, "check", j.Check, "message", j.Message)
	data := map[string]any{
		"title": map[bool]string{true: "Accepted", false: "Rejected"}[j.Status == statusOK], "ok": j.Status == statusOK,
		"result": members{"status": j.Status, "message": j.Message}, "fault": j.Fault != nil, "check": j.Check, "report": j.Report, "log": j.Log,
		"stored": name, "again": again, "filename": u.filename, "filehash": hash, "words": pgpwords.String(digest[:]),
		"timestamp": now.Format("2006-01-02 15:04:05.000000"), "remote_addr": address(q), "request": members{"remote_addr": address(q)},
		"client_subject": who.Subject, "client_digest": who.Digest, "action": "/upload", "max_size": r.settings.KSR.MaxSize,
	}
	r.notify(data)
	err = answer(w, q, j.code(), r.pages.result, data, answerJSON{
		Status: j.Status, Message: j.Message, Check: j.Check, Stored: name, Duplicate: again, Filename: u.filename, SHA256: hash,
		Timestamp: now.Format(time.RFC3339Nano), ClientSubject: who.Subject, ClientDigest: who.Digest, Report: j.Report,
	})
	if err != nil {
		r.Log.Warn("Answer not sent", "error", err)
	}
	return nil
}
