package console

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/ceremony/chain"
	"coen/ceremony/recorder"
)

// flood is how long TestFlood floods. A whole minute is for releases: go test -flood 1m.
var flood = flag.Duration("flood", 3*time.Second, "how long TestFlood sends 1 MB/s")

// TestFlood sends lines at 1 MB/s while the drive goes away and comes back.
func TestFlood(t *testing.T) {
	c := plug(t, "ttyV5")
	s := c.source()
	b := audit(t, s)
	hsm, err := os.OpenFile(c.hsm, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer hsm.Close()
	var sent strings.Builder
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for n := 0; n < int(*flood/(10*time.Millisecond)); n++ {
		var chunk strings.Builder
		for i := 0; chunk.Len() < 10000; i++ {
			fmt.Fprintf(&chunk, "%06d %03d %s\r\n", n, i, strings.Repeat("x", 40+(n+i)%50))
		}
		if _, err := hsm.WriteString(chunk.String()); err != nil {
			t.Fatal(err)
		}
		sent.WriteString(chunk.String())
		switch n {
		case 50:
			err = os.Rename(b.drive, b.drive+"-away")
		case 200:
			err = os.Rename(b.drive+"-away", b.drive)
		}
		if err != nil {
			t.Fatal(err)
		}
		<-tick.C
	}
	fmt.Fprintln(hsm, "that was it")
	b.wait("that was it", 1)
	if got := b.end(s.Tag); got != sent.String()+"that was it\n" {
		t.Errorf("%d bytes of %d", len(got), sent.Len()+12)
	}
}

// TestMain lets the test program be an audit that is killed.
func TestMain(m *testing.M) {
	if ram := os.Getenv("CONSOLE_TEST_RAM"); ram != "" {
		if err := victim(ram, os.Getenv("CONSOLE_TEST_DRIVE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	os.Exit(m.Run())
}

func victim(ram, drive string) error {
	log, err := chain.Open(filepath.Join(ram, "ceremony.log"), time.Now)
	if err != nil {
		return err
	}
	r, err := recorder.New(log, drive, func(string) {})
	if err != nil {
		return err
	}
	a := Audit{Recorder: r, Now: time.Now, Tell: func(string) {}, Show: func(record []byte) { os.Stdout.Write(record) }}
	return a.Run(context.Background(), []Source{Exec("i=0; while :; do i=$((i+1)); echo line $i; printf 'half of a '; done")})
}

// TestKilled kills an audit in the middle of lines. What it had shown is on the drive, and the log goes on.
func TestKilled(t *testing.T) {
	for round := range 2 {
		ram, drive := t.TempDir(), t.TempDir()
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CONSOLE_TEST_RAM="+ram, "CONSOLE_TEST_DRIVE="+drive)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		shown := ""
		lines := bufio.NewReader(out)
		for range 100 + 300*round {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			shown += line
		}
		cmd.Process.Kill()
		cmd.Wait()
		onDrive := readGlob(t, filepath.Join(drive, "ttyaudit-*.log"))
		if !strings.HasPrefix(onDrive, shown) {
			t.Errorf("%d bytes were shown, %d are on the drive", len(shown), len(onDrive))
		}
		if !strings.HasPrefix(readGlob(t, filepath.Join(ram, "ttyaudit-*.log")), onDrive) {
			t.Error("the drive has what RAM has not")
		}
		checkSurvivor(t, filepath.Join(ram, "ceremony.log"), shown)
	}
}

func readGlob(t *testing.T, pattern string) string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) != 1 {
		t.Fatalf("%s: %v, %v", pattern, paths, err)
	}
	content, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// checkSurvivor has the next writer go on with the log of one that was killed.
func checkSurvivor(t *testing.T, path, shown string) {
	t.Helper()
	log, err := chain.Open(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if _, err := log.Append("note", chain.F("text", "goes on")); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records := ""
	if _, err := chain.Scan(f, func(e chain.Entry, _ []byte) error {
		switch e.Kind {
		case "console":
			records += string(appendRecord(nil, e.Get("tag"), Piece{e.Time, []byte(e.Get("text"))}))
		case "console-status":
			records += string(appendStatus(nil, e.Get("tag"), e.Time, e.Get("text")))
		}
		return nil
	}); err != nil {
		t.Errorf("the chain: %v", err)
	}
	if !strings.HasPrefix(records, shown) {
		t.Errorf("%d bytes were shown, %d are in the log", len(shown), len(records))
	}
}
