//go:build linux

package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"coen/hsm/hsmtest"
)

// smallDisk runs commands in a room that lies on a disk of its own with so many KiB. The script gets the folder of
// the room as $ROOM and the program as $KSKM; the disk is the current folder.
func smallDisk(t *testing.T, kib int, program, script string) string {
	t.Helper()
	room, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	disk := t.TempDir()
	cmd := exec.Command("unshare", "--user", "--map-root-user", "--mount", "sh", "-euc",
		fmt.Sprintf("mount -t tmpfs -o size=%dk tmpfs %s; cd %[2]s; %s", kib, disk, script))
	cmd.Env = append(os.Environ(), "ROOM="+room, "KSKM="+program)
	out, err := cmd.CombinedOutput()
	if strings.Contains(string(out), "unshare") || strings.Contains(string(out), "mount:") {
		t.Skipf("no disk of our own here: %s", out)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// TestDiskFull signs, and makes a backup, onto disks that are full at different moments: what was there before stays as it was, nothing
// half-written is left, and the exit code says so. With enough room it is done.
func TestDiskFull(t *testing.T) {
	program := binary(t)
	enterVault(t)
	put(t, "ksrsigner.yaml", configuration(t, "{signature_check_expire_horizon: false}"))
	must(t, "", "wrapping-key", "create")
	const script = `
echo former >skr.xml; echo former >k.backup
head -c 1000000000 /dev/zero >filler 2>/dev/null || true; truncate -s -%dk filler
status=0; $KSKM ksrsigner --config $ROOM/ksrsigner.yaml --force $ROOM/ksr.xml skr.xml || status=$?
echo "sign=$status skr=$(head -c 6 skr.xml)"; rm -f kskm-*.log
status=0; $KSKM keybackup export --config $ROOM/ksrsigner.yaml --output k.backup Kcurrent Knext >/dev/null || status=$?
echo "export=$status backup=$(head -c 6 k.backup)"; ls -A | grep '\.new$' || true`
	for _, c := range []struct {
		free     int // KiB
		sign, up string
	}{
		{0, "sign=1 skr=former", "export=1 backup=former"},
		{8, "sign=1 skr=former", ""},
		{32, "sign=1 skr=former", ""},
		{256, "sign=0 skr=<?xml ", "export=0 backup=coen-k"},
	} {
		out := smallDisk(t, 1024, program, fmt.Sprintf(script, c.free))
		if !strings.Contains(out, c.sign) || !strings.Contains(out, c.up) || strings.Contains(out, ".new\n") {
			t.Errorf("%d KiB free:\n%s", c.free, out)
		}
		if strings.Contains(out, "export=0 backup=former") || strings.Contains(out, "export=1 backup=coen") {
			t.Errorf("%d KiB free: the exit code lies:\n%s", c.free, out)
		}
	}
}

// TestSizeLimit is TestDiskFull with a limit to the size of files, at which the kernel sends a signal.
func TestSizeLimit(t *testing.T) {
	program := binary(t)
	enterRoom(t)
	put(t, "ksrsigner.yaml", configuration(t, "{signature_check_expire_horizon: false}"))
	put(t, "skr.xml", "former")
	cmd := exec.Command("bash", "-c", `ulimit -f 12; exec "$0" ksrsigner --force ksr.xml skr.xml`, program)
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != exitRejected || !strings.Contains(string(out), "SKR not written") {
		t.Errorf("%v\n%s", err, out)
	}
	if got := read(t, "skr.xml"); got != "former" {
		t.Error("the former response is gone")
	}
	if left, _ := filepath.Glob(".*new"); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// TestSyslog has a syslog daemon's socket receive what the log file has, a datagram a record.
func TestSyslog(t *testing.T) {
	daemon, err := net.ListenPacket("udp", "localhost:514")
	if err != nil {
		t.Skipf("no syslog socket here: %v", err)
	}
	defer daemon.Close()
	enterRoom(t)
	o := inRoom(t, nil, "kskm", "ksrsigner", "--syslog", "--force", "--config", "ksrsigner.yaml", "ksr.xml", "skr.xml")
	if o.code != exitOK {
		t.Fatal(o.stderr)
	}
	records := regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}: `).Split(o.log, -1)[1:]
	severities := map[string]string{"DEBUG": "<15>", "INFO": "<14>", "WARNING": "<12>", "ERROR": "<11>", "CRITICAL": "<10>"}
	buffer := make([]byte, 1<<16)
	for _, record := range records {
		daemon.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, _, err := daemon.ReadFrom(buffer)
		if err != nil {
			t.Fatalf("for %q: %v", record, err)
		}
		level := strings.Fields(record)[1]
		if want := severities[level] + strings.TrimSuffix(record, "\n") + "\x00"; string(buffer[:n]) != want {
			t.Fatalf("%q came, want %q", buffer[:n], want)
		}
	}
	if !strings.Contains(o.log, "WARNING") || strings.Contains(o.log, hsmtest.UserPIN) {
		t.Error("the log has no warning, or the PIN")
	}
}
