package main

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestReceiverFlood has many clients at the same time, while others send as slowly as they can and still others
// hang up. FLOOD in the environment is the number of uploads.
func TestReceiverFlood(t *testing.T) {
	uploads := 60
	if n, err := strconv.Atoi(os.Getenv("FLOOD")); err == nil {
		uploads = n
	}
	path := binary(t)
	enterOffice(t)
	o := startReceiver(t, path)
	loris(t, o.url, uploads/10)
	text, bad := []byte(read(t, "ksr.xml")), []byte(strings.Replace(read(t, "ksr.xml"), "<SignatureData>", "<SignatureData>AAAA", 1))
	start := time.Now()
	var all sync.WaitGroup
	for i := range uploads {
		content, want := append(bytes.Clone(text), bytes.Repeat([]byte("\n"), i)...), http.StatusOK
		switch i % 10 {
		case 8:
			content, want = bad, http.StatusUnprocessableEntity
		case 9:
			content, want = make([]byte, 3<<19), http.StatusRequestEntityTooLarge
		}
		c := httpClient(t) // with a connection of its own
		all.Go(func() { insist(t, c, o.url, content, want) })
	}
	all.Wait()
	accepted, _ := filepath.Glob("upload/*.xml")
	rejected, _ := filepath.Glob("upload/rejected/*.xml")
	remnants, _ := filepath.Glob("upload/.*.part")
	if len(accepted) != uploads*8/10 || len(rejected) != 1 || len(remnants) != 0 {
		t.Errorf("%d accepted, %d rejected, %d remnants", len(accepted), len(rejected), len(remnants))
	}
	const most = 256 << 10 // KiB
	used := peak(t, o.cmd.Process.Pid)
	if used > most {
		t.Errorf("%d KiB of memory", used)
	}
	t.Logf("%d uploads in %v, %d KiB of memory at most", uploads, time.Since(start), used)
}

// insist uploads until the receiver is not busy. That what is far too large may be cut off before its answer
// is read is in the nature of TCP.
func insist(t *testing.T, c *http.Client, url string, content []byte, want int) {
	for {
		code, err := postKSR(c, url, content)
		if code == http.StatusServiceUnavailable {
			continue
		}
		if err != nil && want != http.StatusRequestEntityTooLarge || err == nil && code != want {
			t.Errorf("%d %v, want %d", code, err, want)
		}
		return
	}
}

// loris opens connections that never send all of their headers, and ones that hang up in the middle.
func loris(t *testing.T, url string, n int) {
	t.Helper()
	pair, err := tls.LoadX509KeyPair("client.pem", "client.key")
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		conn, err := tls.Dial("tcp", strings.TrimPrefix(url, "https://"), &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{pair}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		fmt.Fprint(conn, "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n")
		if i%2 == 0 {
			fmt.Fprint(conn, "Content-Length: 1000000\r\n\r\n--x\r\n")
			conn.Close()
		}
	}
}

// peak returns the most memory that a program had, in KiB.
func peak(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("no /proc")
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
