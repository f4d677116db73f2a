package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/ceremony/drive"
	"coen/internal/oracle"
	"coen/pgpwords"
)

// sums are the two lines of a hash.
func sums(content string) string {
	sum := sha256.Sum256([]byte(content))
	return fmt.Sprintf("SHA-256:    %x\nPGP Words:  %s\n", sum, pgpwords.String(sum[:]))
}

// begun returns a room in which a ceremony is going on.
func begun(t *testing.T) *testRoom {
	t.Helper()
	r := newRoom(t)
	r.must(0, "ceremony", "note", "begun")
	return r
}

// TestHash holds hsmfd-hash to what it always printed, and to its exit statuses.
func TestHash(t *testing.T) {
	r := begun(t)
	one, two, three, empty := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	write(t, one+"/1", "AB")
	write(t, one+"/2", "CD")
	write(t, two+"/1", "AB")
	write(t, two+"/2", "CD")
	write(t, three+"/0x", "A")
	write(t, three+"/9evil", "BCD")
	if got, want := r.must(0, "hsmfd-hash", "-c", one), one+"\n"+sums("ABCD"); got != want {
		t.Errorf("-c says %q, want %q", got, want)
	}
	same := fmt.Sprintf("SHA-256 %s : %x\n", one, sha256.Sum256([]byte("ABCD")))
	if got := r.must(0, "hsmfd-hash", "-m", one, two); !strings.HasPrefix(got, same) || !strings.HasSuffix(got, "SHA-256 hashes match\n") {
		t.Errorf("-m says %q", got)
	}
	got := r.must(1, "hsmfd-hash", "-m", one, three)
	for _, want := range []string{"hashes match, but the drives differ", three + "/0x: additional", three + "/1: missing"} {
		if !strings.Contains(got, want) {
			t.Errorf("-m of drives with one digest says %q, not %q", got, want)
		}
	}
	write(t, two+"/1", "xx")
	if got := r.must(1, "hsmfd-hash", "-m", one, two); !strings.Contains(got, "ERROR: SHA-256 hashes do not match, try to format the "+two+" and copy again\n") {
		t.Errorf("-m of different drives says %q", got)
	}
	out, errs, status := r.run("hsmfd-hash", "-c", empty)
	if out != empty+"\n"+sums("") || !strings.Contains(errs, "is EMPTY") || status != 0 {
		t.Errorf("an empty drive: %d, %q, %q", status, out, errs)
	}
	for _, args := range [][]string{{}, {"-x"}, {"-c", "-p"}, {"-c", one, two}, {"-m", one}, {"-c", "--list", "x"}, {"-c", t.TempDir() + "/none"}} {
		r.must(1, append([]string{"hsmfd-hash"}, args...)...)
	}
	if log := r.read(r.log()); !strings.Contains(log, fmt.Sprintf(" drive-hash folder=%s root=", one)) {
		t.Errorf("the log says\n%s", log)
	}
}

// TestNotMounted does not take a folder for a drive.
func TestNotMounted(t *testing.T) {
	if mount, err := drive.Host.MountedAt(hsmfd); err != nil || mount != nil {
		t.Skip("an HSMFD is mounted")
	}
	r := newRoom(t)
	for _, args := range [][]string{{"hsmfd-hash", "-c"}, {"hsmfd-hash", "-m"}, {"hsmfd-hash", "--manifest"}, {"copy-hsmfd"}} {
		if out, errs, status := r.run(args...); status != 1 || !strings.Contains(errs, "/media/HSMFD is not mounted") {
			t.Errorf("%q: %d, %q, %q", args, status, out, errs)
		}
	}
}

// TestManifest writes a manifest and compares with it.
func TestManifest(t *testing.T) {
	r := newRoom(t)
	dir, list := t.TempDir(), filepath.Join(t.TempDir(), "list")
	write(t, dir+"/ksk/a b.log", "hi\n")
	shown := r.must(0, "hsmfd-hash", "--manifest", "--list", list, dir)
	if !strings.Contains(shown, "modes and contents:\n"+sums(r.read(list))) || !strings.Contains(shown, "(contents only, without names):\n"+sums("hi\n")) {
		t.Errorf("--manifest says\n%s", shown)
	}
	if got := r.must(0, "hsmfd-hash", "--manifest", "--list", "-", dir); got != r.read(list) {
		t.Errorf("--list - writes %q", got)
	}
	root := sha256.Sum256([]byte(r.read(list)))
	if got := r.must(0, "hsmfd-hash", "--manifest", "--json", dir); !strings.Contains(got, fmt.Sprintf(`"root":"%x"`, root)) {
		t.Errorf("--json writes %q", got)
	}
	r.must(0, "hsmfd-hash", "--manifest", "--against", list, dir)
	write(t, dir+"/ksk/a b.log", "HI\n")
	if got := r.must(1, "hsmfd-hash", "--manifest", "--against", list, dir); !strings.Contains(got, "ksk/a b.log: content differs") {
		t.Errorf("--against says %q", got)
	}
	write(t, list, "nonsense")
	r.must(1, "hsmfd-hash", "--manifest", "--against", list, dir)
}

// TestPrintToFile holds what printlog and its like would print to the text.
func TestPrintToFile(t *testing.T) {
	r := newRoom(t)
	t.Setenv("SOURCE_DATE_EPOCH", "1763812800")
	dir := t.TempDir()
	pdf := dir + "/paper.pdf"
	log := dir + "/ksrsigner-20261122-133000-77.log"
	write(t, log, "2026-11-22T13:30:00Z: [INFO] Slot [0] is [KSK]\n2026-11-22T13:30:01Z: [INFO] done\nplain\n")
	script := dir + "/script-20261122-133000.log"
	write(t, script, "\x1b[01;32mroot@coen\x1b[00m:~# ls\r\nksr.xml\r\n\x07\r\n")
	tty := dir + "/ttyaudit-ttyS0-20261122-133000.log"
	write(t, tty, "2026-11-22T13:30:00+0000\tttyS0\tREADY\n")
	for _, c := range []struct {
		args  []string
		want  []string
		never string
	}{
		{[]string{"printlog", log, "3"}, []string{"Slot [0] is [KSK]", "\n  done", "plain", filepath.Base(log), "Page 1 of 1"}, "INFO"},
		{[]string{"print-script", script}, []string{"root@coen:~# ls\n", "ksr.xml\n", "<07>", "without 2 changes of looks"}, "<1B>"},
		{[]string{"print-script", "--raw", script}, []string{"<1B>[01;32mroot", "<0D>"}, "changes"},
		{[]string{"print-ttyaudit", tty}, []string{"2026-11-22T13:30:00+0000", "READY"}, "<09>"},
		{[]string{"hsmfd-hash", "-p", dir}, []string{"HSMFD SHA-256 HASH", "2025/11/22", "xargs -0 cat | sha256sum"}, "Page"},
	} {
		r.must(0, append(c.args, "--pdf", pdf, "--paper", "a4")...)
		text := oracle.Run(t, "pdftotext", "-layout", pdf, "-")
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%q: no %q in\n%s", c.args, want, text)
			}
		}
		if strings.Contains(text, c.never) {
			t.Errorf("%q: %q in\n%s", c.args, c.never, text)
		}
		if err := os.Remove(pdf); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"printlog"}, {"printlog", dir + "/none"}, {"printlog", log, "0"}, {"printlog", log, "x"}, {"printlog", log, "--paper", "A3", "--pdf", pdf}} {
		r.must(1, args...)
	}
	write(t, log, strings.Repeat("x\n", 100_000))
	if _, errs, status := r.run("printlog", log, "--pdf", pdf); status != 1 || !strings.Contains(errs, "would have") {
		t.Errorf("a log of a thousand pages: %d, %q", status, errs)
	}
	if _, err := os.Stat(pdf); err == nil {
		t.Error("something is left of it")
	}
}

func TestShowHash(t *testing.T) {
	r := begun(t)
	dir := t.TempDir()
	write(t, dir+"/skr.xml", "hi\n")
	if got := r.must(0, "ceremony", "show-hash", dir+"/skr.xml"); got != sums("hi\n") {
		t.Errorf("a pipe gets %q", got)
	}
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte("hi\n")))
	if got := r.must(0, "ceremony", "show-hash", "--sha256", strings.ToUpper(digest[:32])+" "+digest[32:]); got != sums("hi\n") {
		t.Errorf("a given hash becomes %q", got)
	}
	r.must(0, "ceremony", "show-hash", dir+"/skr.xml", "--png", dir+"/hash.png", "--html", dir+"/hash.html", "--pdf", dir+"/hash.pdf")
	f, err := os.Open(dir + "/hash.png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if img, err := png.DecodeConfig(f); err != nil || img.Width != 1024 || img.Height != 768 {
		t.Errorf("%+v, %v", img, err)
	}
	if !strings.Contains(r.read(dir+"/hash.html"), "skr.xml") {
		t.Error("the page does not name the file")
	}
	if got := r.must(0, "ceremony", "show-hash", "--big", dir+"/skr.xml"); strings.Count(got, "\n") < 100 || !strings.Contains(got, "32 ") {
		t.Errorf("block letters: %q", got)
	}
	for status, args := range map[int][]string{2: {"show-hash"}, 1: {"show-hash", dir + "/none"}} {
		r.must(status, append([]string{"ceremony"}, args...)...)
	}
	r.must(2, "ceremony", "show-hash", "--sha256", "abc")
	if log := r.read(r.log()); !strings.Contains(log, " hash-shown title=skr.xml sha256="+digest) {
		t.Errorf("the log says\n%s", log)
	}
}

// TestScreencap prints a picture that there is; taking one needs the desktop.
func TestScreencap(t *testing.T) {
	r := newRoom(t)
	dir := t.TempDir()
	write(t, dir+"/file", "x")
	r.must(0, "ceremony", "show-hash", dir+"/file", "--png", dir+"/screen.png")
	got := r.must(0, "screencap-verify", "--file", dir+"/screen.png", "--pdf", dir+"/screen.pdf")
	want := dir + "/screen.png\n" + sums(r.read(dir+"/screen.png"))
	if got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	text := oracle.Run(t, "pdftotext", "-layout", dir+"/screen.pdf", "-")
	if sum := sha256.Sum256([]byte(r.read(dir + "/screen.png"))); !strings.Contains(text, fmt.Sprintf("%x", sum)) || !strings.Contains(text, "screen.png") {
		t.Errorf("the paper says\n%s", text)
	}
	if images := oracle.Run(t, "pdfimages", "-list", dir+"/screen.pdf"); !strings.Contains(images, "1024   768") {
		t.Errorf("the paper has the pictures\n%s", images)
	}
	write(t, dir+"/screen.png", "no picture")
	r.must(1, "screencap-verify", "--file", dir+"/screen.png", "--pdf", dir+"/screen.pdf")
}

func TestDrives(t *testing.T) {
	r := newRoom(t)
	if _, err := os.Stat("/sys/block"); err != nil {
		t.Skip("no sysfs")
	}
	var list []drive.Drive
	if err := json.Unmarshal([]byte(r.must(0, "ceremony", "drives", "--json")), &list); err != nil {
		t.Error(err)
	}
	r.must(1, "ceremony", "unmount", "/etc")
	r.must(1, "ceremony", "unmount", "NONE")
	r.must(1, "ceremony", "mount", "NO-SUCH-DRIVE")
}
