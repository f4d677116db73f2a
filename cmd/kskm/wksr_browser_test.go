package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/internal/oracle"
)

// browser is Debian's Chromium without a screen, spoken to by the DevTools protocol over a pipe.
type browser struct {
	t       *testing.T
	to      io.Writer
	answers chan map[string]json.RawMessage
	session string
	last    int
}

// startBrowser starts it with a client certificate in its store, which a policy picks for the receiver. Both are
// in folders of the test: the policy's is mounted over the usual one where only the browser sees it.
func startBrowser(t *testing.T, url string) *browser {
	t.Helper()
	chromium := oracle.Need(t, "chromium")
	home := t.TempDir()
	store := "sql:" + filepath.Join(home, ".pki/nssdb")
	policies := filepath.Join(home, "etc/policies/managed")
	for _, folder := range []string{filepath.Join(home, ".pki/nssdb"), policies} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	choice := fmt.Sprintf(`{"pattern":%q,"filter":{}}`, url)
	put(t, filepath.Join(policies, "certificate.json"), fmt.Sprintf(`{"AutoSelectCertificateForUrls": [%q]}`, choice))
	oracle.Run(t, "openssl", "pkcs12", "-export", "-in", "client.pem", "-inkey", "client.key", "-passout", "pass:", "-out", "client.p12")
	oracle.Run(t, "certutil", "-N", "-d", store, "--empty-password")
	oracle.Run(t, "certutil", "-A", "-d", store, "-n", "Office CA", "-t", "CT,,", "-i", "ca.pem")
	oracle.Run(t, "pk12util", "-i", "client.p12", "-d", store, "-W", "")
	script := `mount --bind "$1" /etc/chromium; shift; exec "$@"`
	cmd := exec.Command(oracle.Need(t, "unshare"), "--user", "--map-root-user", "--mount", "sh", "-euc", script, "sh", filepath.Join(home, "etc"),
		chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--user-data-dir="+filepath.Join(home, "profile"), "--remote-debugging-pipe", "about:blank")
	cmd.Env = append(os.Environ(), "HOME="+home)
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirIn.Close()
	theirOut.Close()
	b := &browser{t: t, to: ourOut, answers: make(chan map[string]json.RawMessage, 1000)}
	go b.read(ourIn)
	t.Cleanup(func() {
		fmt.Fprint(ourOut, `{"id":1000000,"method":"Browser.close"}`+"\x00")
		kill := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		kill.Stop()
	})
	var target struct{ TargetID, SessionID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session = target.SessionID
	b.call("Page.enable", nil, nil)
	b.call("DOM.enable", nil, nil)
	b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
	return b
}

func (b *browser) read(r io.Reader) {
	defer close(b.answers)
	for messages := bufio.NewReader(r); ; {
		text, err := messages.ReadBytes(0)
		if err != nil {
			return
		}
		var m map[string]json.RawMessage
		if json.Unmarshal(text[:len(text)-1], &m) == nil {
			b.answers <- m
		}
	}
}

// next returns the next message that the condition wants.
func (b *browser) next(what string, wanted func(map[string]json.RawMessage) bool) map[string]json.RawMessage {
	b.t.Helper()
	for late := time.After(time.Minute); ; {
		select {
		case m, ok := <-b.answers:
			if !ok {
				b.t.Fatalf("the browser has ended before %s", what)
			}
			if wanted(m) {
				return m
			}
		case <-late:
			b.t.Fatalf("no %s", what)
		}
	}
}

func (b *browser) post(method string, parameters map[string]any) int {
	b.t.Helper()
	b.last++
	text, err := json.Marshal(map[string]any{"id": b.last, "method": method, "params": parameters, "sessionId": b.session})
	if err != nil {
		b.t.Fatal(err)
	}
	if b.session == "" {
		text = []byte(strings.Replace(string(text), `,"sessionId":""`, "", 1))
	}
	if _, err := b.to.Write(append(text, 0)); err != nil {
		b.t.Fatal(err)
	}
	return b.last
}

// call makes a call and fills the result.
func (b *browser) call(method string, parameters map[string]any, result any) {
	b.t.Helper()
	id := fmt.Sprint(b.post(method, parameters))
	m := b.next(method, func(m map[string]json.RawMessage) bool { return string(m["id"]) == id })
	if m["error"] != nil {
		b.t.Fatalf("%s: %s", method, m["error"])
	}
	if result != nil {
		if err := json.Unmarshal(m["result"], result); err != nil {
			b.t.Fatal(err)
		}
	}
}

// loaded waits for a page after do.
func (b *browser) loaded(do func()) {
	b.t.Helper()
	do()
	b.next("page", func(m map[string]json.RawMessage) bool { return string(m["method"]) == `"Page.loadEventFired"` })
}

func (b *browser) open(url string) {
	b.t.Helper()
	b.loaded(func() { b.post("Page.navigate", map[string]any{"url": url}) })
}

// find returns the node that a selector names.
func (b *browser) find(selector string) int {
	b.t.Helper()
	var document struct{ Root struct{ NodeID int } }
	b.call("DOM.getDocument", nil, &document)
	var node struct{ NodeID int }
	b.call("DOM.querySelector", map[string]any{"nodeId": document.Root.NodeID, "selector": selector}, &node)
	if node.NodeID == 0 {
		b.t.Fatalf("there is no %s on the page:\n%s", selector, b.html())
	}
	return node.NodeID
}

func (b *browser) html() string {
	b.t.Helper()
	var document struct{ Root struct{ NodeID int } }
	b.call("DOM.getDocument", nil, &document)
	var text struct{ OuterHTML string }
	b.call("DOM.getOuterHTML", map[string]any{"nodeId": document.Root.NodeID}, &text)
	return text.OuterHTML
}

// click presses the mouse in the middle of an element.
func (b *browser) click(selector string) {
	b.t.Helper()
	var box struct{ Model struct{ Content []float64 } }
	b.call("DOM.getBoxModel", map[string]any{"nodeId": b.find(selector)}, &box)
	c := box.Model.Content
	at := map[string]any{"x": (c[0] + c[4]) / 2, "y": (c[1] + c[5]) / 2, "button": "left", "clickCount": 1}
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		at["type"] = kind
		b.post("Input.dispatchMouseEvent", at)
	}
}

// picture keeps what is on the screen, if SCREENSHOTS in the environment names a folder for it; and fails if
// the page is wider than the screen.
func (b *browser) picture(name string, width int) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
	var layout struct{ CSSContentSize struct{ Width float64 } }
	b.call("Page.getLayoutMetrics", nil, &layout)
	if layout.CSSContentSize.Width > float64(width) {
		b.t.Errorf("%s: %v wide on a screen of %d", name, layout.CSSContentSize.Width, width)
	}
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	var shot struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// send chooses a file and presses the button.
func (b *browser) send(file string) string {
	b.t.Helper()
	path, err := filepath.Abs(file)
	if err != nil {
		b.t.Fatal(err)
	}
	b.call("DOM.setFileInputFiles", map[string]any{"nodeId": b.find("input[type=file]"), "files": []string{path}}, nil)
	b.loaded(func() { b.click("button") })
	return b.html()
}

// TestReceiverBrowser uploads as a person does: with a client certificate, a mouse, and without scripts.
func TestReceiverBrowser(t *testing.T) {
	path := binary(t)
	enterOffice(t)
	put(t, "bad.xml", strings.Replace(read(t, "ksr.xml"), "<SignatureData>", "<SignatureData>AAAA", 1))
	o := startReceiver(t, path)
	b := startBrowser(t, o.url)
	const desk, phone = 1000, 360
	b.open(o.url + "/")
	if page := b.html(); !strings.Contains(page, "O=Office/CN=client") {
		t.Fatalf("not the form:\n%s", page)
	}
	b.picture("form", desk)
	b.picture("form-phone", phone)
	if page := b.send("ksr.xml"); !strings.Contains(page, "Request accepted") || !strings.Contains(page, "KSR-POLICY-KEYS") {
		t.Errorf("good request:\n%s", page)
	}
	b.picture("accepted", desk)
	b.picture("accepted-phone", phone)
	b.open(o.url + "/upload")
	if page := b.send("bad.xml"); !strings.Contains(page, "Request rejected") || !strings.Contains(page, "KSR-BUNDLE-POP") {
		t.Errorf("bad request:\n%s", page)
	}
	b.picture("rejected", desk)
	b.picture("rejected-phone", phone)
	b.loaded(func() { b.click(`a[href="/upload"]`) })
	b.find("input[type=file]")
	b.open(o.url + "/nothing")
	b.picture("refused-phone", phone)
	if files, _ := filepath.Glob("upload/*.xml"); len(files) != 1 {
		t.Errorf("files: %q", files)
	}
}
