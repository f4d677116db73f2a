package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"coen/ksk/receiver/smtptest"
)

// TestReceiverChain compares requests with the response before them: one that follows it, and the one that it
// answered. The PIN in the configuration goes nowhere.
func TestReceiverChain(t *testing.T) {
	path := binary(t)
	golden, err := filepath.Abs("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"pos/revoke":      `"id": "KSR-CHAIN-OVERLAP"`,
		"neg/chain-again": `"check": "KSR-ID"`,
	} {
		enterOffice(t)
		for _, file := range []string{"prev-skr.xml", "ksr.xml"} {
			put(t, file, read(t, filepath.Join(golden, name, file)))
		}
		policy := strings.Replace(read(t, filepath.Join(golden, name, "ksrsigner.yaml")), "signature_horizon_days: 400", "signature_check_expire_horizon: false", 1)
		put(t, "policy.yaml", policy+"\nfilenames: {previous_skr: prev-skr.xml}\n")
		o := startReceiver(t, path)
		code, body := o.curl("client", "-F", "ksr=@ksr.xml", o.url+"/upload")
		if accepted := name == "pos/revoke"; (code == "200") != accepted || !strings.Contains(body, want) {
			t.Errorf("%s: %s %s", name, code, body)
		}
		if err := o.end(os.Interrupt); err != nil {
			t.Error(err)
		}
		if strings.Contains(o.log.String()+body, "123456'") {
			t.Error("the PIN is in the log or in the answer")
		}
	}
}

// TestReceiverMail kills the program while a mail waits for a server that is down. It arrives from the next run.
func TestReceiverMail(t *testing.T) {
	path := binary(t)
	enterOffice(t)
	port := smtptest.FreePort(t)
	const password = "correct horse battery"
	put(t, "password", password+"\n")
	put(t, "wksr.yaml", read(t, "wksr.yaml")+fmt.Sprintf(`notify:
  from: wksr@example.com
  to: operator@example.com
  subject: KSR
  smtp_server: 127.0.0.1
  smtp_port: %d
  smtp_tls: required
  smtp_ca_cert: ca.pem
  username: wksr
  password_file: password
`, port))
	o := startReceiver(t, path)
	if code, body := o.curl("client", "-F", "ksr=@ksr.xml", o.url+"/upload"); code != "200" {
		t.Fatalf("%s %s", code, body)
	}
	_ = o.end(syscall.SIGKILL)
	if waiting, _ := filepath.Glob("upload/notify/*.json"); len(waiting) != 1 {
		t.Fatalf("waiting: %q", waiting)
	}
	if err := os.Mkdir("mail", 0o700); err != nil {
		t.Fatal(err)
	}
	smtptest.Listen(t, port, "mail", "server.pem", "server.key", "wksr", password)
	again := startReceiver(t, path)
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat("mail/1.eml"); err == nil {
			break
		}
		if time.Now().After(end) {
			_ = again.end(os.Interrupt)
			t.Fatalf("no mail\n%s", again.log)
		}
	}
	if err := again.end(os.Interrupt); err != nil {
		t.Error(err)
	}
	mail := read(t, "mail/1.eml")
	for _, want := range []string{"X-TLS: True", "X-Auth: True", "Subject: KSR", "was accepted", "KSR-BUNDLE-POP", "kskm.ksr.validate"} {
		if !strings.Contains(mail, want) {
			t.Errorf("no %q in\n%s", want, mail)
		}
	}
	for where, text := range map[string]string{"log": o.log.String() + again.log.String(), "mail": mail} {
		if strings.Contains(text, password) {
			t.Errorf("the password is in the %s", where)
		}
	}
	if waiting, _ := filepath.Glob("upload/notify/*"); len(waiting) != 0 {
		t.Errorf("still waiting: %q", waiting)
	}
}
