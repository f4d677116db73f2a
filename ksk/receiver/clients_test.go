package receiver_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

func TestClients(t *testing.T) {
	r := furnish(t)
	foreign := newAuthority(t, "Room CA") // of the same name
	other := r.authority.issue(t, "other", nil)
	expired := r.authority.issue(t, "expired", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	early := r.authority.issue(t, "early", func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) })
	server := r.authority.issue(t, "server", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
	revoked := r.authority.issue(t, "revoked", nil)
	stranger := foreign.issue(t, "stranger", nil)
	self := (&authority{}).issue(t, "self", nil)
	list := []string{}
	for _, c := range []tls.Certificate{r.client, expired, early, server, revoked, stranger, self} {
		list = append(list, fingerprint(c))
	}
	r.put("crl.pem", r.authority.revoke(t, time.Now().Add(time.Hour), revoked))
	r.serve(r.configuration("  crl: "+r.path("crl.pem")+"\n  client_whitelist: ["+strings.Join(list, ", ")+"]", ""))
	for _, test := range []struct {
		name        string
		certificate *tls.Certificate
		code        int
		words       string
	}{
		{"listed", &r.client, 200, "Zone"},
		{"none", nil, 403, "no client certificate was presented"},
		{"not listed", &other, 403, "neither it nor its issuer is on the list"},
		{"expired", &expired, 403, "has expired or is not valid yet"},
		{"early", &early, 403, "has expired or is not valid yet"},
		{"for servers", &server, 403, "not for clients"},
		{"revoked", &revoked, 403, "has been revoked"},
		{"foreign", &stranger, 403, "not issued by an authority that this receiver knows"},
		{"self-signed", &self, 403, "not issued by an authority that this receiver knows"},
	} {
		for _, accept := range []string{"text/html", wantJSON} {
			code, text := r.do(r.as(test.certificate), "GET", "/upload", accept, "", nil)
			if code != test.code || !strings.Contains(text, test.words) {
				t.Errorf("%s: %d %s", test.name, code, text)
			}
		}
		if test.code == 403 && !strings.Contains(r.log.String(), "Denied") {
			t.Errorf("%s: not logged", test.name)
		}
	}
}

func TestIssuers(t *testing.T) {
	r := furnish(t)
	listed := tls.Certificate{Leaf: r.authority.certificate}
	r.serve(r.configuration("  client_issuers: ["+fingerprint(listed)+"]", ""))
	other := r.authority.issue(t, "other", nil)
	if code, text := r.do(r.as(&other), "GET", "/upload", "", "", nil); code != 200 {
		t.Errorf("%d %s", code, text)
	}
}

func TestRequired(t *testing.T) {
	r := furnish(t)
	r.serve(strings.Replace(r.configuration(r.listClient(), ""), "require_client_cert: no", "require_client_cert: yes", 1))
	if _, err := r.as(nil).Get(r.url + "/upload"); err == nil || !strings.Contains(err.Error(), "certificate required") {
		t.Errorf("without a certificate: %v", err)
	}
	other := r.authority.issue(t, "other", nil)
	for c, want := range map[*tls.Certificate]int{&r.client: 200, &other: 403} {
		if code, _ := r.do(r.as(c), "GET", "/upload", "", "", nil); code != want {
			t.Errorf("%s: %d", c.Leaf.Subject, code)
		}
	}
}

// TestRevocationLists changes the list of a receiver that runs.
func TestRevocationLists(t *testing.T) {
	r := furnish(t)
	r.put("crl.pem", r.authority.revoke(t, time.Now().Add(time.Hour)))
	r.serve(r.configuration(r.listClient()+"\n  crl: ["+r.path("crl.pem")+"]", ""))
	visit := func(want int, words string) {
		t.Helper()
		if code, text := r.do(r.as(&r.client), "GET", "/upload", "", "", nil); code != want || !strings.Contains(text, words) {
			t.Errorf("%d %s", code, text)
		}
	}
	visit(http.StatusOK, "")
	changed := time.Now().Add(-time.Minute)
	change := func(content []byte) {
		t.Helper()
		r.put("crl.pem", content)
		changed = changed.Add(-time.Minute)
		if err := os.Chtimes(r.path("crl.pem"), changed, changed); err != nil {
			t.Fatal(err)
		}
	}
	change(r.authority.revoke(t, time.Now().Add(time.Hour), r.client))
	visit(http.StatusForbidden, "revoked")
	change(r.authority.revoke(t, time.Now().Add(-time.Minute)))
	visit(http.StatusForbidden, "no revocation list")
	change(newAuthority(t, "Room CA").revoke(t, time.Now().Add(time.Hour)))
	visit(http.StatusForbidden, "no revocation list")
	change([]byte("nonsense"))
	visit(http.StatusForbidden, "cannot be read")
	change(r.authority.revoke(t, time.Now().Add(time.Hour)))
	visit(http.StatusOK, "")
}

func TestVersions(t *testing.T) {
	r := furnish(t)
	r.serve(r.configuration(r.listClient()+"\n  ciphers: [ECDHE-ECDSA-AES256-GCM-SHA384, ECDHE-RSA-AES256-SHA384]", ""))
	address := strings.TrimPrefix(r.url, "https://")
	for version, want := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
		if (err == nil) != want {
			t.Errorf("%s: %v", tls.VersionName(version), err)
			continue
		}
		if err != nil {
			continue
		}
		if s := conn.ConnectionState(); version == tls.VersionTLS12 && s.CipherSuite != tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 {
			t.Errorf("%s", tls.CipherSuiteName(s.CipherSuite))
		}
		conn.Close()
	}
	if !strings.Contains(r.log.String(), "ECDHE-RSA-AES256-SHA384") {
		t.Error("the cipher that is not offered is not logged")
	}
}
