package receiver_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"coen/ksk/config"
	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/receiver"
)

// authority issues certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

var serials int64

func newAuthority(t testing.TB, name string) *authority {
	t.Helper()
	a := &authority{}
	pair := a.issue(t, name, func(c *x509.Certificate) {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage, c.ExtKeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign, nil
	})
	a.certificate, a.key = pair.Leaf, pair.PrivateKey.(*ecdsa.PrivateKey)
	return a
}

// issue makes a certificate for clients and servers of this machine; change makes it another.
func (a *authority) issue(t testing.TB, name string, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serials++
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serials), Subject: pkix.Name{Organization: []string{"Test"}, CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if change != nil {
		change(c)
	}
	parent, signer := c, key
	if a.certificate != nil {
		parent, signer = a.certificate, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// revoke makes a list, which is valid until next.
func (a *authority) revoke(t testing.TB, next time.Time, certificates ...tls.Certificate) []byte {
	t.Helper()
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Now().Add(-2 * time.Hour), NextUpdate: next}
	for _, c := range certificates {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: c.Leaf.SerialNumber, RevocationTime: time.Now()})
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, a.certificate, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
}

func fingerprint(c tls.Certificate) string {
	digest := sha256.Sum256(c.Leaf.Raw)
	return hex.EncodeToString(digest[:])
}

// room is a receiver with what is around it.
type room struct {
	t         testing.TB
	folder    string
	authority *authority
	client    tls.Certificate // is let in
	server    tls.Certificate
	settings  string // sections of the configuration beside the usual ones
	now       time.Time
	log       *logBuffer
	url       string
	stop      func() error
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// furnish makes a folder with keys, certificates, a policy and a configuration, but starts nothing.
func furnish(t testing.TB) *room {
	t.Helper()
	r := &room{t: t, folder: t.TempDir(), authority: newAuthority(t, "Room CA"), log: &logBuffer{}, now: ksrtest.Start.AddDate(0, 0, -30)}
	r.server = r.authority.issue(t, "localhost", nil)
	r.client = r.authority.issue(t, "Zone <Maintainer>", nil)
	r.put("ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.authority.certificate.Raw}))
	r.putPair("server", r.server)
	r.putPair("client", r.client)
	r.put("ksrsigner.yaml", []byte("request_policy: {signature_check_expire_horizon: false}\n"))
	if err := os.Mkdir(r.path("upload"), 0o700); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *room) path(name string) string { return filepath.Join(r.folder, name) }

func (r *room) put(name string, content []byte) {
	r.t.Helper()
	if err := os.WriteFile(r.path(name), content, 0o600); err != nil {
		r.t.Fatal(err)
	}
}

func (r *room) putPair(name string, c tls.Certificate) {
	r.t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		r.t.Fatal(err)
	}
	r.put(name+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Leaf.Raw}))
	r.put(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
}

// configuration returns the usual one; tlsExtra and ksrExtra are more lines of these sections.
func (r *room) configuration(tlsExtra, ksrExtra string) string {
	return fmt.Sprintf(`tls:
  cert: %[1]s/server.pem
  key: %[1]s/server.key
  ca_cert: %[1]s/ca.pem
  require_client_cert: no
%[2]s
ksr:
  upload_path: %[1]s/upload
  ksrsigner_configfile: %[1]s/ksrsigner.yaml
%[3]s
%[4]s`, r.folder, tlsExtra, ksrExtra, r.settings)
}

func (r *room) listClient() string {
	return "  client_whitelist: [" + strings.ToUpper(fingerprint(r.client)) + "]"
}

// open makes a receiver without serving.
func (r *room) open(configuration string) (*receiver.Receiver, error) {
	host := config.Host{Getenv: func(string) string { return "" }, RegularFile: func(path string) bool { _, err := os.Stat(path); return err == nil }}
	c, err := config.LoadReceiver([]byte(configuration), host)
	if err != nil {
		return nil, err
	}
	return receiver.New(c, receiver.Host{
		Log: slog.New(slog.NewTextHandler(r.log, nil)), Now: time.Now,
		Signer: func() (*config.Config, error) {
			text, err := os.ReadFile(c.KSR.SignerConfig)
			if err != nil {
				return nil, err
			}
			return config.Load(text, host)
		},
	})
}

// serve starts a receiver, and ends it with the test.
func (r *room) serve(configuration string) {
	r.t.Helper()
	server, err := r.open(configuration)
	if err != nil {
		r.t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, listener) }()
	r.url = "https://" + listener.Addr().String()
	r.stop = sync.OnceValue(func() error { cancel(); return <-done })
	r.t.Cleanup(func() {
		if err := r.stop(); err != nil {
			r.t.Error(err)
		}
	})
}

// as returns a client of HTTP with a certificate, or without one.
func (r *room) as(c *tls.Certificate) *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(r.authority.certificate)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		if c == nil {
			return &tls.Certificate{}, nil
		}
		return c, nil
	}}}
	r.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 30 * time.Second}
}

// form makes a form with a file.
func form(t testing.TB, name, filename, kind string, content []byte) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename=%q`, name, filename)}, "Content-Type": {kind},
	})
	if err != nil {
		t.Fatal(err)
	}
	part.Write(content)
	w.Close()
	return &b, w.FormDataContentType()
}

// send uploads a request and returns status and body.
func (r *room) send(c *http.Client, accept, filename string, content []byte) (int, string) {
	r.t.Helper()
	body, kind := form(r.t, "ksr", filename, "application/xml", content)
	return r.do(c, http.MethodPost, "/upload", accept, kind, body)
}

func (r *room) do(c *http.Client, method, path, accept, kind string, body io.Reader) (int, string) {
	r.t.Helper()
	q, err := http.NewRequest(method, r.url+path, body)
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Accept", accept)
	q.Header.Set("Content-Type", kind)
	answer, err := c.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// stored lists the requests in a folder, by name.
func (r *room) stored(folder string) []string {
	r.t.Helper()
	all, err := filepath.Glob(r.path(folder) + "/*.xml")
	if err != nil {
		r.t.Fatal(err)
	}
	return all
}

// request returns a lawful request, and one with two signatures exchanged.
func requests(t testing.TB) (good, bad []byte) {
	r := ksrtest.Request(t, ksrtest.Plan(t))
	good = ksr.Format(r)
	s := r.Bundles[0].Signatures
	s[0].Data, s[1].Data = s[1].Data, s[0].Data
	return good, ksr.Format(r)
}
