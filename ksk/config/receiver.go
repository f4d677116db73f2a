package config

import (
	"fmt"
	"math"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Receiver is what wksr.yaml says, with defaults where it says nothing.
type Receiver struct {
	TLS       ReceiverTLS
	KSR       ReceiverKSR
	Templates ReceiverTemplates
	Notify    *Notify  // nil: nobody is told by mail
	Warnings  []string // what is ignored or surprising, for the log
}

// ReceiverTLS is who the receiver is and whom it talks to.
type ReceiverTLS struct {
	Cert, Key, CACert string   // PEM files; CACert is the bundle that clients are verified with
	Ciphers           []string // of TLS 1.2, in OpenSSL's names; empty: those of Go
	RequireClientCert bool     // end the handshake with clients that show no certificate
	Clients           []string // SHA-256 of certificates let in, 64 hexadecimal digits in lower case
	Issuers           []string // the same of authorities, all of whose clients are let in
	CRLs              []string // files with revocation lists; empty: nothing is ever revoked
}

// ReceiverKSR is what is received and where it goes.
type ReceiverKSR struct {
	MaxSize          int64  // bytes
	ContentType      string // of the uploaded part
	UploadPath       string // folder
	SignerConfig     string // file with the policy, and the name of the previous response; empty: defaults
	UploadsPerMinute int64  // of one client; 0: no limit
}

// ReceiverTemplates are files; an empty name stands for the template of the program.
type ReceiverTemplates struct{ Upload, Result, Email string }

// Notify is who is told by mail of each upload, and how.
type Notify struct {
	From, To, Subject string
	Server            string // name or address of the SMTP server
	Port              int64
	TLS               string // "none", "opportunistic" or "required"
	CACert            string // PEM file to verify the server with; empty: the authorities of the system
	Username          string // empty: no authentication
	PasswordFile      string
	Queue             string // folder of messages that wait; empty: "notify" in the upload path
}

// LoadReceiver reads a configuration of the receiver. Files that it names have to be there.
func LoadReceiver(text []byte, host Host) (*Receiver, error) {
	document, err := parseSettings(text)
	if err != nil {
		return nil, err
	}
	r := &Receiver{KSR: ReceiverKSR{
		MaxSize: 1 << 20, ContentType: "application/xml", UploadPath: "upload", UploadsPerMinute: 60,
	}}
	l := &receiverLoader{decoder: &decoder{}, host: host, r: r}
	l.unknown = func(path, name string) {
		r.Warnings = append(r.Warnings, fmt.Sprintf("unknown key %q is ignored", strings.TrimPrefix(path+"."+name, ".")))
	}
	seen := l.section("", document, map[string]func(string, *yaml.Node){
		"tls": l.tls, "ksr": l.ksr, "templates": l.templates, "notify": l.notify,
	})
	l.require("", seen, "tls")
	if l.err != nil {
		return nil, fmt.Errorf("configuration: %w", l.err)
	}
	return r, nil
}

// receiverLoader fills a configuration of the receiver.
type receiverLoader struct {
	*decoder
	host Host
	r    *Receiver
}

func (l *receiverLoader) tls(path string, n *yaml.Node) {
	t := &l.r.TLS
	seen := l.section(path, n, map[string]func(string, *yaml.Node){
		"cert":                l.file(&t.Cert),
		"key":                 l.file(&t.Key),
		"ca_cert":             l.file(&t.CACert),
		"ciphers":             func(path string, n *yaml.Node) { t.Ciphers = l.ciphers(path, n) },
		"require_client_cert": func(path string, n *yaml.Node) { t.RequireClientCert = l.bool(path, n) },
		"client_whitelist":    func(path string, n *yaml.Node) { t.Clients = l.fingerprints(path, n) },
		"client_issuers":      func(path string, n *yaml.Node) { t.Issuers = l.fingerprints(path, n) },
		"crl":                 func(path string, n *yaml.Node) { t.CRLs = l.files(path, n) },
	})
	l.require(path, seen, "cert", "key", "ca_cert", "require_client_cert")
	if len(t.Clients) == 0 && len(t.Issuers) == 0 {
		l.r.Warnings = append(l.r.Warnings, "neither tls.client_whitelist nor tls.client_issuers lets anybody in")
	}
}

// file reads the name of a file that is there.
func (l *receiverLoader) file(to *string) func(string, *yaml.Node) {
	return func(path string, n *yaml.Node) {
		*to = l.text(path, n)
		if l.err == nil && !l.host.RegularFile(*to) {
			l.fail(path, "%q is not a file", *to)
		}
	}
}

// files reads the name of a file, or a list of them.
func (l *receiverLoader) files(path string, n *yaml.Node) []string {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = l.list(path, n)
	}
	all := make([]string, len(nodes))
	for i, c := range nodes {
		l.file(&all[i])(path, c)
	}
	return all
}

// ciphers reads a list of names, each of which may be several with colons between them.
func (l *receiverLoader) ciphers(path string, n *yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		return strings.Split(l.text(path, n), ":")
	}
	return strings.Split(strings.Join(l.texts(path, n, nil), ":"), ":")
}

var fingerprintForm = &pattern{text: `^[0-9a-fA-F]{2}(?::?[0-9a-fA-F]{2}){31}$`}

// fingerprints reads SHA-256 digests in either case, with or without colons. One of decimal digits only
// looks like a number, and means its digits all the same.
func (l *receiverLoader) fingerprints(path string, n *yaml.Node) []string {
	var all []string
	for i, c := range l.list(path, n) {
		at := fmt.Sprintf("%s[%d]", path, i)
		if c.Kind != yaml.ScalarNode || !fingerprintForm.MatchString(c.Value) {
			l.fail(at, "%q is not a SHA-256 fingerprint of 64 hexadecimal digits", c.Value)
		}
		all = append(all, strings.ToLower(strings.ReplaceAll(c.Value, ":", "")))
	}
	return all
}

func (l *receiverLoader) ksr(path string, n *yaml.Node) {
	k := &l.r.KSR
	l.section(path, n, map[string]func(string, *yaml.Node){
		"max_size":             func(path string, n *yaml.Node) { k.MaxSize = l.int(path, n, 1, 1<<30) },
		"content_type":         func(path string, n *yaml.Node) { k.ContentType = l.text(path, n) },
		"upload_path":          func(path string, n *yaml.Node) { k.UploadPath = l.text(path, n) },
		"ksrsigner_configfile": optional(l.file(&k.SignerConfig)),
		"uploads_per_minute":   func(path string, n *yaml.Node) { k.UploadsPerMinute = l.int(path, n, 0, math.MaxInt32) },
	})
	if k.UploadPath == "" {
		l.fail(path, "upload_path is empty")
	}
}

func (l *receiverLoader) templates(path string, n *yaml.Node) {
	t := &l.r.Templates
	l.section(path, n, map[string]func(string, *yaml.Node){
		"upload": l.file(&t.Upload), "result": l.file(&t.Result), "email": l.file(&t.Email),
	})
}

var (
	addressForm = &pattern{text: `^[^\s<>"(),:;\\@]+@[^\s<>"(),:;\\@]+$`}
	tlsForm     = &pattern{text: `^(?:none|opportunistic|required)$`}
)

func (l *receiverLoader) notify(path string, n *yaml.Node) {
	if isNullNode(n) {
		return
	}
	m := &Notify{Port: 25, TLS: "opportunistic"}
	seen := l.section(path, n, map[string]func(string, *yaml.Node){
		"from":          func(path string, n *yaml.Node) { m.From = l.matching(path, n, addressForm) },
		"to":            func(path string, n *yaml.Node) { m.To = l.matching(path, n, addressForm) },
		"subject":       func(path string, n *yaml.Node) { m.Subject = l.text(path, n) },
		"smtp_server":   func(path string, n *yaml.Node) { m.Server = l.text(path, n) },
		"smtp_port":     func(path string, n *yaml.Node) { m.Port = l.int(path, n, 1, 65535) },
		"smtp_tls":      func(path string, n *yaml.Node) { m.TLS = l.matching(path, n, tlsForm) },
		"smtp_ca_cert":  l.file(&m.CACert),
		"username":      func(path string, n *yaml.Node) { m.Username = l.text(path, n) },
		"password_file": l.file(&m.PasswordFile),
		"queue":         func(path string, n *yaml.Node) { m.Queue = l.text(path, n) },
	})
	l.require(path, seen, "from", "to", "subject", "smtp_server")
	switch {
	case seen["username"] != seen["password_file"]:
		l.fail(path, "username and password_file belong together")
	case seen["username"] && m.TLS != "required":
		l.fail(path, "a password is only sent with smtp_tls: required")
	case seen["smtp_ca_cert"] && m.TLS != "required":
		l.fail(path, "smtp_ca_cert is only of use with smtp_tls: required")
	}
	l.r.Notify = m
}
