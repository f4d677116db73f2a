package receiver

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"

	"coen/ksk/config"
)

// suites are the cipher suites of TLS 1.2 by OpenSSL's names; zero marks those that OpenSSL has and Go has not, or
// has only for talking to the past. Suites of TLS 1.3 are always on and cannot be chosen.
var suites = map[string]uint16{
	"ECDHE-ECDSA-AES128-GCM-SHA256": tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	"ECDHE-ECDSA-AES256-GCM-SHA384": tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	"ECDHE-ECDSA-CHACHA20-POLY1305": tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	"ECDHE-RSA-AES128-GCM-SHA256":   tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	"ECDHE-RSA-AES256-GCM-SHA384":   tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	"ECDHE-RSA-CHACHA20-POLY1305":   tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	"ECDHE-ECDSA-AES128-SHA256":     0,
	"ECDHE-ECDSA-AES256-SHA384":     0,
	"ECDHE-ECDSA-AES128-SHA":        0,
	"ECDHE-ECDSA-AES256-SHA":        0,
	"ECDHE-RSA-AES128-SHA256":       0,
	"ECDHE-RSA-AES256-SHA384":       0,
	"ECDHE-RSA-AES128-SHA":          0,
	"ECDHE-RSA-AES256-SHA":          0,
	"DHE-RSA-AES128-GCM-SHA256":     0,
	"DHE-RSA-AES256-GCM-SHA384":     0,
	"DHE-RSA-CHACHA20-POLY1305":     0,
	"DHE-RSA-AES128-SHA256":         0,
	"DHE-RSA-AES256-SHA256":         0,
	"AES128-GCM-SHA256":             0,
	"AES256-GCM-SHA384":             0,
	"AES128-SHA256":                 0,
	"AES256-SHA256":                 0,
	"AES128-SHA":                    0,
	"AES256-SHA":                    0,
	"TLS_AES_128_GCM_SHA256":        0,
	"TLS_AES_256_GCM_SHA384":        0,
	"TLS_CHACHA20_POLY1305_SHA256":  0,
}

// cipherSuites maps names to suites. Without names it returns nil, which is what Go thinks best.
func cipherSuites(names []string) (ids []uint16, ignored []string, err error) {
	for _, name := range names {
		id, known := suites[strings.TrimSpace(name)]
		switch {
		case !known:
			return nil, nil, fmt.Errorf("tls.ciphers: unknown cipher %q", name)
		case id == 0:
			ignored = append(ignored, name)
		default:
			ids = append(ids, id)
		}
	}
	if len(names) > 0 && len(ids) == 0 {
		return nil, nil, fmt.Errorf("tls.ciphers: none of %q can be offered", names)
	}
	return ids, ignored, nil
}

// newTLS makes the configuration of the handshake. Certificates of clients are asked for and looked at
// later, in [clients.allow].
func newTLS(c config.ReceiverTLS, ids []uint16, authorities []*x509.Certificate) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
	if err != nil {
		return nil, fmt.Errorf("tls.cert, tls.key: %w", err)
	}
	t := &tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, CipherSuites: ids,
		ClientAuth: tls.RequestClientCert, ClientCAs: pool(authorities),
		NextProtos: []string{"http/1.1"},
	}
	if c.RequireClientCert {
		t.ClientAuth = tls.RequireAnyClientCert
	}
	return t, nil
}

func pool(certificates []*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certificates {
		p.AddCert(c)
	}
	return p
}

// readCertificates reads a PEM bundle.
func readCertificates(path string) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	err := eachPEM(path, "CERTIFICATE", func(der []byte) error {
		c, err := x509.ParseCertificate(der)
		all = append(all, c)
		return err
	})
	return all, err
}

// readBounded reads a file of certificates or revocation lists.
func readBounded(path string) ([]byte, error) {
	const most = 64 << 20 // bytes; the largest public revocation lists are about as large
	info, err := os.Stat(path)
	if err == nil && info.Size() > most {
		err = fmt.Errorf("%s is larger than %d bytes", path, most)
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
