package spool

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"

	"github.com/wneessen/go-mail"
)

// Server is an SMTP server (RFC 5321).
type Server struct {
	Host     string
	Port     int
	TLS      Policy
	Roots    *x509.CertPool // nil: those of the system
	Username string         // empty: no authentication
	Password string
	Timeout  time.Duration // of each step of a conversation; 0: 30 seconds
}

// Policy says whether a connection is encrypted with STARTTLS (RFC 3207).
type Policy int

// The policies.
const (
	Opportunistic Policy = iota // if the server can, with whatever certificate (RFC 7435)
	Required                    // with a certificate that is valid for its name, or not at all
	None
)

const usualTimeout = 30 * time.Second

// SMTP returns a Send that hands messages to a server.
func SMTP(s Server) Send {
	return func(ctx context.Context, m Message) error {
		message, err := compose(m)
		if err != nil {
			return &Refused{err}
		}
		client, err := s.client()
		if err != nil {
			return err
		}
		err = client.DialAndSendWithContext(ctx, message)
		var answer *mail.SendError
		if errors.As(err, &answer) {
			return &Refused{err}
		}
		return err
	}
}

func (s Server) client() (*mail.Client, error) {
	// Opportunistic encryption keeps passers-by from reading. Whoever could show a false certificate
	// could also suppress STARTTLS, so that verifying would only send more mail in the clear.
	config := &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12, InsecureSkipVerify: s.TLS == Opportunistic}
	policies := map[Policy]mail.TLSPolicy{Opportunistic: mail.TLSOpportunistic, Required: mail.TLSMandatory, None: mail.NoTLS}
	options := []mail.Option{
		mail.WithPort(s.Port), mail.WithTimeout(cmp.Or(s.Timeout, usualTimeout)), mail.WithTLSPolicy(policies[s.TLS]), mail.WithTLSConfig(config),
	}
	if s.Username != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.Username), mail.WithPassword(s.Password))
	}
	return mail.NewClient(s.Host, options...)
}

// compose makes the message of RFC 5322.
func compose(m Message) (*mail.Msg, error) {
	message := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(message.From(m.From), message.To(m.To)); err != nil {
		return nil, err
	}
	message.Subject(m.Subject)
	message.SetDateWithValue(m.Date)
	message.SetMessageIDWithValue(m.ID)
	message.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 section 5
	message.SetBodyString(mail.TypeTextPlain, m.Body)
	return message, nil
}
