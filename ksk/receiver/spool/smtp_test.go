package spool_test

import (
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/internal/oracle"
	"coen/ksk/receiver/smtptest"
	"coen/ksk/receiver/spool"
)

// certificate makes one with OpenSSL, for the address that the tests use.
func certificate(t *testing.T) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	folder := t.TempDir()
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	oracle.Run(t, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
		"-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert)
	text, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	return cert, key, roots
}

var message = spool.Message{
	From: "receiver@example.com", To: "operator@example.com", Subject: "KSR für die Wurzel", ID: "1@example.com",
	Body: ".\nFrom here\n" + strings.Repeat("long ", 300) + "\nGrüße\n", Date: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC),
}

func arrived(t *testing.T, folder string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "1.eml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSMTP(t *testing.T) {
	cert, key, roots := certificate(t)
	for name, test := range map[string]struct {
		arguments []string
		server    spool.Server
		want      string // in what arrives; empty: nothing does
	}{
		"plain":               {nil, spool.Server{}, "X-TLS: False"},
		"opportunistic":       {[]string{cert, key}, spool.Server{}, "X-TLS: True"},
		"none":                {[]string{cert, key}, spool.Server{TLS: spool.None}, "X-TLS: False"},
		"required":            {[]string{cert, key}, spool.Server{TLS: spool.Required, Roots: roots}, "X-TLS: True"},
		"required, not there": {nil, spool.Server{TLS: spool.Required, Roots: roots}, ""},
		"required, unknown":   {[]string{cert, key}, spool.Server{TLS: spool.Required, Roots: x509.NewCertPool()}, ""},
		"user":                {[]string{cert, key, "u", "p"}, spool.Server{TLS: spool.Required, Roots: roots, Username: "u", Password: "p"}, "X-Auth: True"},
		"wrong password":      {[]string{cert, key, "u", "p"}, spool.Server{TLS: spool.Required, Roots: roots, Username: "u", Password: "q"}, ""},
		"no user":             {[]string{cert, key, "u", "p"}, spool.Server{TLS: spool.Required, Roots: roots}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			test.server.Timeout = 3 * time.Second
			test.server.Host, test.server.Port = "127.0.0.1", smtptest.FreePort(t)
			smtptest.Listen(t, test.server.Port, folder, test.arguments...)
			err := spool.SMTP(test.server)(t.Context(), message)
			if (err == nil) != (test.want != "") {
				t.Fatal(err)
			}
			if err != nil {
				return
			}
			for _, want := range []string{test.want, "X-From: receiver@example.com", "X-To: ['operator@example.com']", "Message-ID: <1@example.com>",
				"Tue, 01 Jan 2030 00:00:00 +0000", "Auto-Submitted: auto-generated", "Gr=C3=BC=C3=9Fe", "Subject: =?UTF-8?q?KSR_f=C3=BCr_die_Wurzel?="} {
				if got := arrived(t, folder); !strings.Contains(got, want) {
					t.Errorf("no %q in\n%s", want, got)
				}
			}
		})
	}
}

// TestServerComesBack queues while nothing listens.
func TestServerComesBack(t *testing.T) {
	folder, port := t.TempDir(), smtptest.FreePort(t)
	send := spool.SMTP(spool.Server{Host: "127.0.0.1", Port: port})
	if err := send(t.Context(), message); err == nil {
		t.Fatal("nobody took it")
	}
	queue := t.TempDir()
	tries := make(chan error, 10)
	q := open(t, queue, func(ctx context.Context, m spool.Message) error {
		err := send(ctx, m)
		tries <- err
		return err
	})
	add(t, q, "late", time.Now())
	run(t, q, func() bool { return len(tries) > 0 })
	if n := waiting(t, q); n != 1 {
		t.Fatalf("%d wait", n)
	}
	smtptest.Listen(t, port, folder)
	run(t, q, func() bool { return waiting(t, q) == 0 })
	if !strings.Contains(arrived(t, folder), "Subject: late") {
		t.Error("another message")
	}
}
