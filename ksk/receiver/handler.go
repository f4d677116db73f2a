package receiver

import (
	"crypto/sha256"
	"errors"
	"net"
	"net/http"
)

// formPath is where the form is, and where it goes.
const formPath = "/upload"

// Handler returns what answers requests of HTTP.
func (r *Receiver) Handler() http.Handler {
	sending := http.NewServeMux()
	sending.HandleFunc("GET /{$}", func(w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, formPath, http.StatusSeeOther)
	})
	sending.HandleFunc(formPath, r.upload)
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
		"title": "Send a request", "action": formPath, "max_size": r.settings.KSR.MaxSize, "notifies": r.mail != nil,
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
	o := outcome{judgement: j, client: who, address: address(q), upload: u, digest: sha256.Sum256(u.content), stored: name, again: again, time: now}
	r.Log.Info("Judged", "client", o.address, "digest", who.Digest, "hash", o.hash(), "status", j.Status, "check", j.Check, "message", j.Message)
	data := o.variables()
	data["max_size"] = r.settings.KSR.MaxSize
	r.notify(data)
	err = answer(w, q, j.code(), r.pages.result, data, o.json())
	if err != nil {
		r.Log.Warn("Answer not sent", "error", err)
	}
	return nil
}
