package receiver

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// Bounds on how long a client may take, and on what it may send before anything of it is looked at.
const (
	headerTime = 10 * time.Second // for the handshake, and for the headers
	readTime   = 60 * time.Second // for a whole request
	writeTime  = 2 * time.Minute  // from the headers of the request to the end of the answer
	idleTime   = 60 * time.Second
	maxHeader  = 16 << 10         // bytes
	stopTime   = 30 * time.Second // for what has begun, when the program is to end
)

// Serve answers on a listener until the context is done, and then finishes what has begun.
func (r *Receiver) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: r.Handler(), ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: maxHeader, Protocols: new(http.Protocols),
		ErrorLog: slog.NewLogLogger(r.Log.Handler(), slog.LevelInfo),
	}
	server.Protocols.SetHTTP1(true) // a client that sends one form has no use for more
	for _, digest := range r.settings.TLS.Clients {
		r.Log.Info("Accepting client", "digest", digest)
	}
	for _, digest := range r.settings.TLS.Issuers {
		r.Log.Info("Accepting clients of issuer", "digest", digest)
	}
	mailContext, stopMail := context.WithCancel(context.Background())
	var mail sync.WaitGroup
	if r.mail != nil {
		mail.Go(func() { r.mail.Run(mailContext) })
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(tls.NewListener(bound(listener, maxConnections), r.tls)) }()
	r.Log.Info("Listening", "address", listener.Addr().String())
	err := r.untilDone(ctx, server, served)
	stopMail()
	mail.Wait()
	r.Log.Info("Stopped")
	return err
}

// untilDone waits for the end, wherever it comes from.
func (r *Receiver) untilDone(ctx context.Context, server *http.Server, served <-chan error) error {
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	r.Log.Info("Stopping")
	grace, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		r.Log.Warn("Uploads were cut off")
		err = server.Close()
	}
	return err
}

// health answers whether uploads can be kept and judged. It is for everybody who reaches this server, and says no
// more than that.
func (r *Receiver) health(w http.ResponseWriter, q *http.Request) {
	status, code := "ok", http.StatusOK
	if err := r.healthy(); err != nil {
		r.Log.Error("Not healthy", "error", err)
		status, code = "failing", http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	if err := json.NewEncoder(w).Encode(map[string]string{"status": status}); err != nil {
		r.Log.Debug("Answer not sent", "error", err)
	}
}

func (r *Receiver) healthy() error {
	probe, err := os.CreateTemp(r.accepted.folder, ".*"+temporaryEnd)
	if err != nil {
		return err
	}
	_, signerErr := r.Signer()
	_, listErr := r.clients.revocations.refresh()
	return errors.Join(probe.Close(), os.Remove(probe.Name()), signerErr, listErr)
}
