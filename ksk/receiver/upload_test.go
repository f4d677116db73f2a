package receiver_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"coen/ksk/report"
)

// answerJSON is what programs read.
type answerJSON struct {
	Status, Message, Check, Stored, SHA256 string
	Duplicate                              bool
	Report                                 *report.Report
}

const wantJSON = "application/json"

func (r *room) sendJSON(c *http.Client, filename string, content []byte) (int, answerJSON) {
	r.t.Helper()
	code, text := r.send(c, wantJSON, filename, content)
	var a answerJSON
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		r.t.Fatalf("%v in %s", err, text)
	}
	return code, a
}

func TestAccepted(t *testing.T) {
	r := furnish(t)
	r.serve(r.configuration(r.listClient(), ""))
	good, _ := requests(t)
	code, a := r.sendJSON(r.as(&r.client), "../../etc/ksr <1>.xml", good)
	if code != http.StatusOK || a.Status != "OK" || a.Message != "KSR with id ksr-2030-q1 loaded successfully" {
		t.Fatalf("%d %+v", code, a)
	}
	if !regexp.MustCompile(`^_etc_ksr_1_xml_\d{8}_\d{6}_\d{6}\.xml$`).MatchString(a.Stored) {
		t.Errorf("stored as %q", a.Stored)
	}
	kept, err := os.ReadFile(filepath.Join(r.path("upload"), a.Stored))
	if err != nil || !bytes.Equal(kept, good) {
		t.Errorf("not what was sent: %v", err)
	}
	digest := sha256.Sum256(good)
	if a.SHA256 != hex.EncodeToString(digest[:]) || a.Report == nil || !a.Report.Passed || len(a.Report.Checks) < 10 {
		t.Errorf("report: %+v", a.Report)
	}
	// The same again is the same file.
	code, again := r.sendJSON(r.as(&r.client), "other.xml", good)
	if code != http.StatusOK || again.Stored != a.Stored || !again.Duplicate || len(r.stored("upload")) != 1 {
		t.Errorf("sent again: %d %+v, files %q", code, again, r.stored("upload"))
	}
}

func TestRejected(t *testing.T) {
	r := furnish(t)
	r.serve(r.configuration(r.listClient(), ""))
	c := r.as(&r.client)
	good, bad := requests(t)
	code, a := r.sendJSON(c, "ksr.xml", bad)
	if code != http.StatusUnprocessableEntity || a.Status != "ERROR" || a.Check != "KSR-BUNDLE-POP" || a.Report.Passed || a.Stored != "" {
		t.Errorf("bad signature: %d %+v", code, a)
	}
	for _, content := range [][]byte{nil, []byte("<KSR"), good[:len(good)-100], []byte("\x00\xff")} {
		if code, a := r.sendJSON(c, "ksr.xml", content); code != http.StatusUnprocessableEntity || a.Check != "" || a.Message == "" || a.Report.Passed {
			t.Errorf("%.20q: %d %+v", content, code, a)
		}
	}
	if accepted, rejected := r.stored("upload"), r.stored("upload/rejected"); len(accepted) != 0 || len(rejected) != 5 {
		t.Errorf("accepted %q, rejected %q", accepted, rejected)
	}
	code, page := r.send(c, "text/html", "<script>.xml", bad)
	if code != http.StatusUnprocessableEntity || !strings.Contains(page, "KSR-BUNDLE-POP") || strings.Contains(page, "<script>") || !strings.Contains(page, "Zone") {
		t.Errorf("%d %s", code, page)
	}
}

func TestForms(t *testing.T) {
	r := furnish(t)
	r.serve(r.configuration(r.listClient(), "  max_size: 100000"))
	c := r.as(&r.client)
	good, _ := requests(t)
	post := func(name, kind string, content []byte, change func(string) string) int {
		body, formKind := form(t, name, "ksr.xml", kind, content)
		text, _ := io.ReadAll(body)
		if change != nil {
			text = []byte(change(string(text)))
		}
		code, _ := r.do(c, http.MethodPost, "/upload", wantJSON, formKind, bytes.NewReader(text))
		return code
	}
	for name, test := range map[string]struct{ got, want int }{
		"browser's type": {post("ksr", "text/xml; charset=utf-8", good, nil), 200},
		"wrong field":    {post("file", "application/xml", good, nil), 422},
		"wrong type":     {post("ksr", "text/plain", good, nil), 415},
		"largest":        {post("ksr", "application/xml", bytes.Repeat([]byte("x"), 100000), nil), 422},
		"too large":      {post("ksr", "application/xml", bytes.Repeat([]byte("x"), 100001), nil), 413},
		"far too large":  {post("ksr", "application/xml", make([]byte, 2<<20), nil), 413},
		"cut off":        {post("ksr", "application/xml", good, func(s string) string { return s[:len(s)-60] }), 400},
		"cut at the end": {post("ksr", "application/xml", good, func(s string) string { return s[:len(s)-6] }), 400},
		"twice": {post("ksr", "application/xml", good, func(s string) string {
			first, _, _ := strings.Cut(s, "\r\n")
			return strings.TrimSuffix(s, first+"--\r\n") + s
		}), 400},
	} {
		if test.got != test.want {
			t.Errorf("%s: %d, want %d", name, test.got, test.want)
		}
	}
	for _, test := range []struct {
		method, path, kind string
		want               int
	}{
		{"GET", "/upload", "", 200}, {"HEAD", "/upload", "", 200}, {"GET", "/", "", 200}, {"GET", "/health", "", 200},
		{"PUT", "/upload", "", 405}, {"DELETE", "/upload", "", 405}, {"POST", "/upload", "application/xml", 415},
		{"GET", "/docs", "", 404}, {"GET", "/upload/../../etc/passwd", "", 404}, {"POST", "/", "", 404},
	} {
		if code, text := r.do(c, test.method, test.path, "text/html", test.kind, nil); code != test.want {
			t.Errorf("%s %s: %d, want %d: %s", test.method, test.path, code, test.want, text)
		}
	}
}

// TestUnknownLength sends more than is allowed without saying so before.
func TestUnknownLength(t *testing.T) {
	r := furnish(t)
	r.serve(r.configuration(r.listClient(), "  max_size: 1000"))
	body, kind := form(t, "ksr", "x", "application/xml", make([]byte, 4<<20))
	if code, _ := r.do(r.as(&r.client), http.MethodPost, "/upload", wantJSON, kind, io.MultiReader(body)); code != 413 {
		t.Errorf("%d", code)
	}
}

func TestForeignPage(t *testing.T) {
	r := furnish(t)
	r.serve(r.configuration(r.listClient(), ""))
	good, _ := requests(t)
	body, kind := form(t, "ksr", "ksr.xml", "application/xml", good)
	q, _ := http.NewRequest(http.MethodPost, r.url+"/upload", body)
	q.Header.Set("Content-Type", kind)
	q.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err := r.as(&r.client).Do(q)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusForbidden || len(r.stored("upload")) != 0 {
		t.Errorf("%d", answer.StatusCode)
	}
	for _, name := range []string{"Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy"} {
		if answer.Header.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
}

func TestRate(t *testing.T) {
	r := furnish(t)
	r.serve(r.configuration(r.listClient(), "  uploads_per_minute: 2"))
	for i, want := range []int{422, 422, 429} {
		if code, _ := r.sendJSON(r.as(&r.client), "x", []byte("x")); code != want {
			t.Errorf("upload %d: %d, want %d", i, code, want)
		}
	}
}

// TestTogether sends different requests at the same time: each is kept once.
func TestTogether(t *testing.T) {
	r := furnish(t)
	r.serve(r.configuration(r.listClient(), "  uploads_per_minute: 0"))
	good, _ := requests(t)
	const different, times = 12, 3
	c := r.as(&r.client)
	var all sync.WaitGroup
	for i := range different * times {
		all.Go(func() {
			// Blanks after the document make another file of the same request.
			code, a := r.sendJSON(c, "ksr.xml", append(bytes.Clone(good), bytes.Repeat([]byte("\n"), i%different)...))
			if code != http.StatusOK || a.Stored == "" {
				t.Errorf("%d %+v", code, a)
			}
		})
	}
	all.Wait()
	if n := len(r.stored("upload")); n != different {
		t.Errorf("%d files, want %d", n, different)
	}
}

// TestOwnFaults breaks what the receiver needs after it has started.
func TestOwnFaults(t *testing.T) {
	r := furnish(t)
	r.serve(r.configuration(r.listClient(), ""))
	good, _ := requests(t)
	r.put("ksrsigner.yaml", []byte("nonsense: 1\n"))
	if code, a := r.sendJSON(r.as(&r.client), "ksr.xml", good); code != http.StatusServiceUnavailable || a.Status != "ERROR" || strings.Contains(a.Message, "nonsense") {
		t.Errorf("%d %+v", code, a)
	}
	if code, text := r.do(r.as(nil), "GET", "/health", "", "", nil); code != http.StatusServiceUnavailable {
		t.Errorf("health: %d %s", code, text)
	}
	if n := len(r.stored("upload")) + len(r.stored("upload/rejected")); n != 0 {
		t.Errorf("%d files", n)
	}
	if !strings.Contains(r.log.String(), "nonsense") {
		t.Error("the log does not say why")
	}
}

// TestPreviousIsJudged gives a previous response that the checks refuse.
func TestPreviousIsJudged(t *testing.T) {
	r := furnish(t)
	r.put("skr.xml", []byte("<KSR>"))
	r.put("ksrsigner.yaml", []byte("filenames: {previous_skr: "+r.path("skr.xml")+"}\n"))
	r.serve(r.configuration(r.listClient(), ""))
	good, _ := requests(t)
	if code, _ := r.sendJSON(r.as(&r.client), "ksr.xml", good); code != http.StatusServiceUnavailable {
		t.Errorf("%d", code)
	}
}
