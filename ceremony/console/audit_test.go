package console

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"coen/ceremony/chain"
	"coen/ceremony/recorder"
	"coen/ceremony/serial"
	"coen/internal/oracle"
)

// A bench is an audit under test.
type bench struct {
	t          *testing.T
	ram, drive string
	stop       context.CancelFunc
	done       chan error

	mu    sync.Mutex
	shown bytes.Buffer
	told  []string
}

// audit starts recording sources.
func audit(t *testing.T, sources ...Source) *bench {
	t.Helper()
	b := &bench{t: t, ram: t.TempDir(), drive: filepath.Join(t.TempDir(), "drive"), done: make(chan error, 1)}
	if err := os.Mkdir(b.drive, 0o700); err != nil {
		t.Fatal(err)
	}
	log, err := chain.Open(filepath.Join(b.ram, "ceremony.log"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	tell := func(text string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.told = append(b.told, text)
	}
	r, err := recorder.New(log, b.drive, tell)
	if err != nil {
		t.Fatal(err)
	}
	a := Audit{Recorder: r, Now: time.Now, Tell: tell, Show: func(record []byte) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.shown.Write(record)
	}}
	ctx, stop := context.WithCancel(t.Context())
	b.stop = stop
	go func() {
		err := a.Run(ctx, sources)
		if closed := r.Close(); err == nil {
			err = closed
		}
		log.Close()
		b.done <- err
	}()
	t.Cleanup(stop)
	return b
}

// wait waits until what is shown contains text, n times.
func (b *bench) wait(text string, n int) {
	b.t.Helper()
	for range 1000 {
		b.mu.Lock()
		enough := strings.Count(b.shown.String(), text) >= n
		b.mu.Unlock()
		if enough {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.t.Fatalf("%q was not shown: %q", text, b.shown.String())
}

// end stops the audit and returns what came from the console with that tag, by the ceremony log. It
// fails unless everything is consistent.
func (b *bench) end(tag string) string {
	b.t.Helper()
	b.stop()
	if err := <-b.done; err != nil {
		b.t.Error(err)
	}
	return b.received(tag)
}

func (b *bench) received(tag string) string {
	b.t.Helper()
	logs, err := filepath.Glob(filepath.Join(b.drive, "ceremony-*.log"))
	if err != nil || len(logs) != 1 {
		b.t.Fatalf("copies of the log: %v, %v", logs, err)
	}
	equal(b.t, filepath.Join(b.ram, "ceremony.log"), logs[0])
	var text, records strings.Builder
	name := ""
	f, err := os.Open(logs[0])
	if err != nil {
		b.t.Fatal(err)
	}
	defer f.Close()
	if _, err := chain.Scan(f, func(e chain.Entry, _ []byte) error {
		switch {
		case e.Get("tag") == tag && e.Kind == "console":
			text.WriteString(e.Get("text"))
			records.WriteString(ended([]byte(e.Get("text"))))
		case e.Get("tag") == tag && e.Kind == "console-open":
			name = e.Get("file")
		}
		return nil
	}); err != nil {
		b.t.Errorf("the chain: %v", err)
	}
	equal(b.t, filepath.Join(b.ram, name), filepath.Join(b.drive, name))
	if got := published(b.t, filepath.Join(b.drive, name)); got != records.String() {
		b.t.Errorf("%s holds %d bytes, the log %d", name, len(got), text.Len())
	}
	return text.String()
}

// published reads the records of a file back to what was received, with LF for line ends.
func published(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for line := range strings.Lines(string(content)) {
		words := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		if len(words) != 3 {
			t.Fatalf("record %q", line)
		}
		if strings.HasPrefix(words[2], `\# `) {
			continue
		}
		text, whole := decode(t, words[2])
		if all = append(all, text...); whole {
			all = append(all, '\n')
		}
	}
	return string(all)
}

func equal(t *testing.T, a, b string) {
	t.Helper()
	x, errX := os.ReadFile(a)
	y, errY := os.ReadFile(b)
	if errX != nil || errY != nil || !bytes.Equal(x, y) {
		t.Errorf("%s (%d bytes, %v) is not %s (%d bytes, %v)", a, len(x), errX, b, len(y), errY)
	}
}

// A cable is a pair of pseudo-terminals made by socat.
type cable struct {
	t         *testing.T
	here, hsm string
	cmd       *exec.Cmd
}

func plug(t *testing.T, name string) *cable {
	t.Helper()
	dir := t.TempDir()
	c := &cable{t: t, here: filepath.Join(dir, name), hsm: filepath.Join(dir, "hsm")}
	c.plug()
	t.Cleanup(c.pull)
	return c
}

func (c *cable) plug() {
	c.t.Helper()
	end := func(link string) string { return "pty,rawer,link=" + link }
	c.cmd = exec.Command(oracle.Need(c.t, "socat"), end(c.here), end(c.hsm))
	if err := c.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	for range 500 {
		_, errA := os.Stat(c.here)
		_, errB := os.Stat(c.hsm)
		if errA == nil && errB == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	c.t.Fatal("socat made no terminals")
}

// pull ends socat, which takes its terminals away.
func (c *cable) pull() {
	c.cmd.Process.Signal(os.Interrupt)
	c.cmd.Wait()
}

func (c *cable) say(text string) {
	c.t.Helper()
	if err := os.WriteFile(c.hsm, []byte(text), 0); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cable) source() Source {
	c.t.Helper()
	s, err := Device(c.here, serial.Settings{Speed: 115200, DataBits: 8, Parity: 'N', StopBits: 1})
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

func TestSerialLine(t *testing.T) {
	c := plug(t, "ttyV0")
	s := c.source()
	b := audit(t, s)
	b.wait("open", 1)
	c.say("Keyper ready\r\nlogin: ")
	b.wait(`login: \`, 1)
	c.say("root\r\n")
	b.wait("\troot\n", 1)
	c.pull()
	b.wait("closed", 1)
	c.plug()
	b.wait("open", 2)
	c.say("again\r\n")
	b.wait("again", 1)
	c.say("half")
	b.wait("half", 1)
	if got := b.end(s.Tag); got != "Keyper ready\r\nlogin: root\r\nagain\r\nhalf" {
		t.Errorf("%q", got)
	}
}

func TestSeveralSources(t *testing.T) {
	one, two := plug(t, "ttyV1"), plug(t, "ttyV2")
	listen, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	dial, err := TCP(server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b := audit(t, one.source(), two.source(), listen, dial, Exec("echo from a program; printf part"))
	one.say("from one\n")
	two.say("from two\n")
	for range 2 { // connections end and are made again
		conn, err := net.Dial("tcp", strings.TrimPrefix(listen.Name, "listen "))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(conn, "from a client")
		conn.Close()
		if conn, err = server.Accept(); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(conn, "from a server")
		conn.Close()
	}
	b.wait("from one", 1)
	b.wait("from two", 1)
	b.wait("from a client", 2)
	b.wait("from a server", 2)
	b.wait(`part\`, 1)
	b.stop()
	if err := <-b.done; err != nil {
		t.Error(err)
	}
	for tag, want := range map[string]string{
		one.source().Tag: "from one\n", two.source().Tag: "from two\n", "exec-echo": "from a program\npart",
		listen.Tag: "from a client\nfrom a client\n", dial.Tag: "from a server\nfrom a server\n",
	} {
		if got := b.received(tag); got != want {
			t.Errorf("%s: %q", tag, got)
		}
	}
}

func TestFailingProgram(t *testing.T) {
	b := audit(t, Exec("echo said; exit 3"))
	if err := <-b.done; err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("%v", err)
	}
	if got := b.received("exec-echo"); got != "said\n" {
		t.Errorf("%q", got)
	}
}

// TestDriveAway takes the folder away while lines come in.
func TestDriveAway(t *testing.T) {
	c := plug(t, "ttyV3")
	s := c.source()
	b := audit(t, s)
	c.say("before\n")
	b.wait("before", 1)
	if err := os.Rename(b.drive, b.drive+"-away"); err != nil {
		t.Fatal(err)
	}
	c.say("without\n")
	b.wait("without", 1)
	if err := os.Rename(b.drive+"-away", b.drive); err != nil {
		t.Fatal(err)
	}
	c.say("after\n")
	b.wait("after", 1)
	if got := b.end(s.Tag); got != "before\nwithout\nafter\n" {
		t.Errorf("%q", got)
	}
	log, err := os.ReadFile(filepath.Join(b.ram, "ceremony.log"))
	if err != nil || !bytes.Contains(log, []byte(" copy-lost folder=")) || !bytes.Contains(log, []byte(" copy-back folder=")) {
		t.Errorf("the log does not tell of the drive: %s", log)
	}
	if len(b.told) < 2 {
		t.Errorf("told: %q", b.told)
	}
}

func TestDriveStaysAway(t *testing.T) {
	b := audit(t, Exec("echo said; sleep 1"))
	b.wait("said", 1)
	if err := os.Rename(b.drive, b.drive+"-away"); err != nil {
		t.Fatal(err)
	}
	if err := <-b.done; err == nil || !strings.Contains(err.Error(), b.ram) {
		t.Errorf("%v does not say where the files are", err)
	}
}

// TestNoise sends every kind of byte.
func TestNoise(t *testing.T) {
	c := plug(t, "ttyV4")
	s := c.source()
	b := audit(t, s)
	noise := filepath.Join(t.TempDir(), "noise")
	oracle.Run(t, "sh", "-c", `openssl enc -aes-128-ctr -K 00 -iv 00 </dev/zero 2>/dev/null | head -c 200000 >"$0"`, noise)
	want, err := os.ReadFile(noise)
	if err != nil {
		t.Fatal(err)
	}
	c.say(string(want) + "\nthat was it\n")
	b.wait("that was it", 1)
	if got := b.end(s.Tag); got != string(want)+"\nthat was it\n" {
		t.Errorf("%d bytes came of %d", len(got), len(want)+13)
	}
}
