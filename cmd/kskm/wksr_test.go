package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"coen/internal/oracle"
	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
)

// enterOffice makes a folder with what a receiver needs, and goes there. Certificates are OpenSSL's.
func enterOffice(t *testing.T) {
	t.Helper()
	furnish(t)
	put(t, "policy.yaml", "request_policy: {signature_check_expire_horizon: false}\n")
	put(t, "extensions", "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n")
	newKey := []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"}
	oracle.Run(t, "openssl", append([]string{"req", "-x509", "-days", "2", "-subj", "/CN=Office CA", "-keyout", "ca.key", "-out", "ca.pem"}, newKey...)...)
	for _, name := range []string{"server", "client", "other"} {
		oracle.Run(t, "openssl", append([]string{"req", "-new", "-subj", "/O=Office/CN=" + name, "-keyout", name + ".key", "-out", name + ".csr"}, newKey...)...)
		oracle.Run(t, "openssl", "x509", "-req", "-in", name+".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2", "-extfile", "extensions", "-out", name+".pem")
	}
	_, digest, _ := strings.Cut(oracle.Run(t, "openssl", "x509", "-in", "client.pem", "-noout", "-fingerprint", "-sha256"), "=")
	put(t, "wksr.yaml", fmt.Sprintf(`tls:
  cert: server.pem
  key: server.key
  ca_cert: ca.pem
  require_client_cert: true
  client_whitelist:
    - %q
ksr:
  ksrsigner_configfile: policy.yaml
  uploads_per_minute: 0
`, strings.TrimSpace(digest)))
	if err := os.Mkdir("upload", 0o700); err != nil {
		t.Fatal(err)
	}
}

// office is a receiver that runs.
type office struct {
	t   *testing.T
	cmd *exec.Cmd
	url string
	log *bytes.Buffer // complete when the program has ended
	eof chan struct{}
}

// startReceiver starts the program, and waits until it listens.
func startReceiver(t *testing.T, path string) *office {
	t.Helper()
	o := &office{t: t, cmd: exec.Command(path, "wksr", "--port", "0", "--json"), log: &bytes.Buffer{}, eof: make(chan struct{})}
	stderr, err := o.cmd.StderrPipe()
	if err == nil {
		err = o.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.cmd.Process.Kill(); _ = o.cmd.Wait() })
	lines := bufio.NewScanner(stderr)
	for o.url == "" && lines.Scan() {
		o.log.WriteString(lines.Text() + "\n")
		var record struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &record) == nil && record.Msg == "Listening" {
			o.url = "https://" + record.Address
		}
	}
	if o.url == "" {
		t.Fatalf("the receiver did not start:\n%s", o.log)
	}
	go func() {
		defer close(o.eof)
		for lines.Scan() {
			o.log.WriteString(lines.Text() + "\n")
		}
	}()
	return o
}

// end sends a signal, and returns how the program ended.
func (o *office) end(s os.Signal) error {
	o.t.Helper()
	if err := o.cmd.Process.Signal(s); err != nil {
		o.t.Fatal(err)
	}
	<-o.eof
	return o.cmd.Wait()
}

// curl sends a request as somebody, and returns the status and the body.
func (o *office) curl(as string, args ...string) (code, body string) {
	o.t.Helper()
	args = append([]string{"-sS", "--cacert", "ca.pem", "-w", "\n%{http_code}", "-H", "Accept: application/json"}, args...)
	if as != "" {
		args = append(args, "--cert", as+".pem", "--key", as+".key")
	}
	out := oracle.Run(o.t, "curl", args...)
	i := strings.LastIndexByte(out, '\n')
	return out[i+1:], out[:i]
}

// TestReceiver talks to the program with curl.
func TestReceiver(t *testing.T) {
	path := binary(t)
	enterOffice(t)
	o := startReceiver(t, path)
	upload := o.url + "/upload"
	for _, test := range []struct {
		as, code, body string
		args           []string
	}{
		{"client", "200", `"status": "OK"`, []string{"-F", "ksr=@ksr.xml;type=application/xml", upload}},
		{"client", "200", `"duplicate": true`, []string{"-F", "ksr=@ksr.xml", upload}},
		{"client", "422", `"status": "ERROR"`, []string{"-F", "ksr=@policy.yaml;type=application/xml", upload}},
		{"client", "415", "text/plain", []string{"-F", "ksr=@ksr.xml;type=text/plain", upload}},
		{"client", "415", "multipart/form-data", []string{"--data-binary", "@ksr.xml", upload}},
		{"client", "405", "PUT", []string{"-T", "ksr.xml", upload}},
		{"client", "404", "nothing here", []string{"--path-as-is", o.url + "/upload/..%2f..%2fetc/passwd"}},
		{"other", "403", "neither it nor its issuer", []string{"-F", "ksr=@ksr.xml", upload}},
		{"client", "200", `"ok"`, []string{o.url + "/health"}},
	} {
		if code, body := o.curl(test.as, test.args...); code != test.code || !strings.Contains(body, test.body) {
			t.Errorf("%s %q: %s %s", test.as, test.args, code, body)
		}
	}
	if _, stderr, err := oracle.Try(t, "curl", "-sS", "--cacert", "ca.pem", upload); err == nil || !strings.Contains(stderr, "certificate required") {
		t.Errorf("without a certificate: %v %s", err, stderr)
	}
	if err := o.end(syscall.SIGTERM); err != nil {
		t.Errorf("%v\n%s", err, o.log)
	}
	for _, line := range strings.Split(strings.TrimSpace(o.log.String()), "\n") {
		if !json.Valid([]byte(line)) {
			t.Errorf("log: %s", line)
		}
	}
}

// TestReceiverReport compares the report of a bad request with that of ksrsigner.
func TestReceiverReport(t *testing.T) {
	path := binary(t)
	enterOffice(t)
	r := ksrtest.Request(t, ksrtest.Plan(t))
	s := r.Bundles[3].Signatures
	s[0].Data = strings.Replace(s[0].Data, "A", "B", 1)
	put(t, "bad.xml", string(ksr.Format(r)))
	put(t, "policy.yaml", "hsm: {none: {module: none}}\nschemas: {normal: {}}\nrequest_policy: {signature_check_expire_horizon: false}\n")
	o := startReceiver(t, path)
	code, body := o.curl("client", "-F", "ksr=@bad.xml", o.url+"/upload")
	var answer struct {
		Check  string
		Report json.RawMessage
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || code != "422" || answer.Check != "KSR-BUNDLE-POP" {
		t.Fatalf("%s %v %s", code, err, body)
	}
	out, err := exec.Command(path, "ksrsigner", "--config", "policy.yaml", "--force", "--report", "report", "bad.xml", "skr.xml").CombinedOutput()
	var exited *exec.ExitError
	if !errors.As(err, &exited) || exited.ExitCode() != exitRejected {
		t.Fatalf("%v %s", err, out)
	}
	var ours, theirs bytes.Buffer
	if err := errors.Join(json.Compact(&ours, answer.Report), json.Compact(&theirs, []byte(read(t, "report.json")))); err != nil {
		t.Fatal(err)
	}
	if ours.String() != theirs.String() {
		t.Errorf("wksr: %s\nksrsigner: %s", &ours, &theirs)
	}
}

// httpClient is a client in this process, for many requests.
func httpClient(t *testing.T) *http.Client {
	t.Helper()
	pair, err := tls.LoadX509KeyPair("client.pem", "client.key")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(read(t, "ca.pem")))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}}, MaxIdleConnsPerHost: 100}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: time.Minute}
}

// postKSR uploads a request and returns the status, or an error if there was no answer.
func postKSR(c *http.Client, url string, content []byte) (int, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="ksr"; filename="ksr.xml"`}, "Content-Type": {"text/xml"}})
	if err != nil {
		return 0, err
	}
	_, _ = part.Write(content)
	w.Close()
	answer, err := c.Post(url+"/upload", w.FormDataContentType(), &b)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}

// TestReceiverKilled kills the program at random moments while many upload. In the end each request is there
// exactly once, complete, and nothing else is.
func TestReceiverKilled(t *testing.T) {
	path := binary(t)
	enterOffice(t)
	const kills, requests = 4, 60
	text := []byte(read(t, "ksr.xml"))
	waiting := map[int][]byte{}
	for i := range requests {
		waiting[i] = append(bytes.Clone(text), bytes.Repeat([]byte("\n"), i)...)
	}
	c := httpClient(t)
	for round := 0; len(waiting) > 0; round++ {
		o := startReceiver(t, path)
		killed := round < kills
		if killed {
			time.AfterFunc(time.Duration(20+rand.IntN(250))*time.Millisecond, func() { _ = o.cmd.Process.Kill() })
		}
		var mu sync.Mutex
		var all sync.WaitGroup
		for i, content := range waiting {
			all.Go(func() {
				code, err := postKSR(c, o.url, content)
				if err == nil && code != http.StatusOK || err != nil && !killed {
					t.Errorf("%d %v", code, err)
				}
				if err == nil {
					mu.Lock()
					defer mu.Unlock()
					delete(waiting, i)
				}
			})
		}
		all.Wait()
		if !killed {
			break
		}
		<-o.eof
		_ = o.cmd.Wait()
	}
	seen := map[[sha256.Size]byte]bool{}
	files, err := filepath.Glob("upload/*.xml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		content := []byte(read(t, name))
		digest := sha256.Sum256(content)
		if seen[digest] || !bytes.Equal(bytes.TrimRight(content, "\n"), bytes.TrimRight(text, "\n")) {
			t.Errorf("%s is there twice or is not what was sent", name)
		}
		seen[digest] = true
	}
	if len(files) != requests || len(waiting) > 0 {
		t.Errorf("%d files of %d requests, %d without an answer", len(files), requests, len(waiting))
	}
}

// TestReceiverConfiguration ends before it listens.
func TestReceiverConfiguration(t *testing.T) {
	enterOffice(t)
	p, _, stderr := testProgram(t, "")
	if code := p.run([]string{"kskm-wksr", "--config", "nothing.yaml"}); code != exitFatal {
		t.Errorf("no file: %d %s", code, stderr)
	}
	put(t, "wksr.yaml", "tls: {}\n")
	if code := p.run([]string{"kskm-wksr"}); code != exitUsage || !strings.Contains(stderr.String(), "missing cert") {
		t.Errorf("bad file: %d %s", code, stderr)
	}
}
