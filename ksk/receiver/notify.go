package receiver

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"coen/ksk/receiver/spool"
)

// openMail opens the queue, if anybody is to be told.
func (r *Receiver) openMail() error {
	n := r.settings.Notify
	if n == nil {
		return nil
	}
	policies := map[string]spool.Policy{"none": spool.None, "opportunistic": spool.Opportunistic, "required": spool.Required}
	server := spool.Server{Host: n.Server, Port: int(n.Port), TLS: policies[n.TLS], Username: n.Username}
	if n.PasswordFile != "" {
		text, err := os.ReadFile(n.PasswordFile)
		if err != nil {
			return fmt.Errorf("notify.password_file: %w", err)
		}
		server.Password = strings.TrimRight(string(text), "\r\n")
	}
	if n.CACert != "" {
		authorities, err := readCertificates(n.CACert)
		if err != nil {
			return fmt.Errorf("notify.smtp_ca_cert: %w", err)
		}
		server.Roots = pool(authorities)
	}
	folder := cmp.Or(n.Queue, filepath.Join(r.settings.KSR.UploadPath, "notify"))
	var err error
	r.mail, err = spool.Open(folder, spool.SMTP(server), r.Log)
	return err
}

// notify queues a mail about an upload. What fails here fails nothing else.
func (r *Receiver) notify(data map[string]any) {
	if r.mail == nil {
		return
	}
	var body bytes.Buffer
	err := r.pages.email.Execute(&body, data)
	if err == nil {
		n := r.settings.Notify
		err = r.mail.Add(spool.Message{From: n.From, To: n.To, Subject: n.Subject, Body: body.String()}, r.Now())
	}
	if err != nil {
		r.Log.Error("Nobody is told by mail", "error", err)
	}
}
