package receiver_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSample starts from the configuration and the templates that come with the program.
func TestSample(t *testing.T) {
	r := furnish(t)
	r.settings = "templates: {upload: testdata/jinja/upload.html, result: testdata/jinja/result.html, email: testdata/jinja/email.txt}"
	r.serve(r.configuration(r.listClient(), ""))
	good, _ := requests(t)
	c := r.as(&r.client)
	if code, page := r.do(c, "GET", "/upload", "text/html", "", nil); code != 200 || !strings.Contains(page, `action="/upload"`) {
		t.Errorf("%d %s", code, page)
	}
	code, page := r.send(c, "text/html", "a<b>.xml", good)
	want := []string{
		"{&#39;status&#39;: &#39;OK&#39;, &#39;message&#39;: &#39;KSR with id ksr-2030-q1 loaded successfully&#39;}",
		"a&lt;b&gt;.xml", "O=Test/CN=Zone \\&lt;Maintainer\\&gt;", fingerprint(r.client), "127.0.0.1",
	}
	for _, w := range want {
		if code != 200 || !strings.Contains(page, w) {
			t.Errorf("%d, no %s in\n%s", code, w, page)
		}
	}
}

func TestRefusedConfigurations(t *testing.T) {
	r := furnish(t)
	r.put("page.html", []byte("<p>\n{{ result | upper }}"))
	r.put("place.html", []byte("<script>var x = {{ filename }}"+"{% if log %}\"{% endif %}</script>"))
	usual := r.configuration(r.listClient(), "")
	for name, test := range map[string]struct{ text, want string }{
		"no section":     {"ksr: {}", "missing tls"},
		"no certificate": {strings.Replace(usual, "server.pem", "nothing.pem", 1), "is not a file"},
		"wrong key":      {strings.Replace(usual, "server.key", "client.key", 1), "private key does not match"},
		"not a CA":       {strings.Replace(usual, "ca.pem", "client.key", 1), "there is no CERTIFICATE"},
		"fingerprint":    {r.configuration("  client_whitelist: [abc]", ""), "not a SHA-256 fingerprint"},
		"unknown cipher": {r.configuration("  ciphers: [ROT13]", ""), `unknown cipher "ROT13"`},
		"old ciphers":    {r.configuration("  ciphers: [AES128-SHA]", ""), "none of"},
		"size":           {r.configuration("", "  max_size: 0"), "ksr.max_size"},
		"no folder":      {r.configuration("", "  upload_path: /nonexistent"), "folder of uploads"},
		"filter":         {usual + "\ntemplates: {result: " + r.path("page.html") + "}", "page.html: line 2:"},
		"place":          {usual + "\ntemplates: {result: " + r.path("place.html") + "}", "templates.result"},
		"no template":    {usual + "\ntemplates: {upload: /nonexistent}", "is not a file"},
		"mail":           {usual + "\nnotify: {from: a@example.com}", "missing to"},
		"address":        {usual + "\nnotify: {from: \"a@example.com\\r\\nBcc: x@y\", to: a@b, subject: s, smtp_server: h}", "characters"},
		"clear password": {usual + "\nnotify: {from: a@b, to: a@b, subject: s, smtp_server: h, username: u, password_file: " + r.path("ca.pem") + "}", "only sent with"},
		"broken list":    {r.configuration("  crl: "+r.path("client.pem"), ""), "there is no X509 CRL"},
	} {
		if _, err := r.open(test.text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

// TestWarnings reads what is lawful but ignored.
func TestWarnings(t *testing.T) {
	r := furnish(t)
	if _, err := r.open(r.configuration("  colour: red", "  prefix: /var/spool/ksr.")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"tls.colour", "ksr.prefix", "lets anybody in", "No previous SKR"} {
		if !strings.Contains(r.log.String(), want) {
			t.Errorf("no word of %s", want)
		}
	}
}

// TestRemnants leaves what a killed program leaves.
func TestRemnants(t *testing.T) {
	r := furnish(t)
	for _, name := range []string{".OLD.part", ".NEW.part", "kept.xml", ".mine"} {
		r.put(filepath.Join("upload", name), []byte("x"))
	}
	old := r.now.AddDate(-10, 0, 0)
	if err := os.Chtimes(r.path("upload/.OLD.part"), old, old); err != nil {
		t.Fatal(err)
	}
	if _, err := r.open(r.configuration("", "")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{".OLD.part": false, ".NEW.part": true, "kept.xml": true, ".mine": true} {
		if _, err := os.Stat(filepath.Join(r.path("upload"), name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
