package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"coen/ceremony/media"
	"coen/internal/linux"
	"coen/internal/oracle"
	"coen/internal/qemu"
)

// patience is for one step in the machine, on a host that does other things too.
const patience = 4 * time.Minute

// A scene is a machine that runs the console image, with sticks to plug in.
type scene struct {
	t       *testing.T
	dir     string
	console *qemu.Console
	monitor *qemu.Monitor
}

// compile builds the programs that are tried, without C libraries, for any Linux.
func compile(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %q: %v\n%s", args, err, out)
	}
}

// consoleImage builds the shipped console image or, where its lock can no longer
// be fetched, one from a lock of today.
func consoleImage(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	coen, iso, lock := filepath.Join(dir, "coen"), filepath.Join(dir, "console.iso"), filepath.Join(dir, "today.lock")
	compile(t, "build", "-o", coen, "coen/cmd/coen")
	if out, err := exec.Command(coen, "build", "-r", "console", "-o", iso).CombinedOutput(); err != nil {
		t.Logf("the shipped lock cannot be built, one of today is taken: %v\n%s", err, out)
		oracle.Run(t, coen, "lock", "-r", "console", "-o", lock)
		oracle.Run(t, coen, "build", "-r", "console", "-l", lock, "-o", iso)
	}
	return iso
}

// stick makes an image of a drive with the files of a folder.
func (r *scene) stick(name, label string, megabytes int64, from string) {
	r.t.Helper()
	file := r.path(name)
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Truncate(file, megabytes<<20); err != nil {
		r.t.Fatal(err)
	}
	if label == "" {
		return
	}
	oracle.Run(r.t, "mkfs.vfat", "-n", label, file)
	entries, err := filepath.Glob(from + "/*")
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range entries {
		oracle.Run(r.t, "mcopy", "-s", "-m", "-i", file, e, "::/")
	}
}

func (r *scene) path(name string) string { return filepath.Join(r.dir, name+".img") }

// content makes the folder whose content the HSMFD has.
func (r *scene) content() string {
	dir := filepath.Join(r.dir, "content")
	write(r.t, dir+"/ksk/ksrsigner-20261122-133000-77.log", strings.Repeat("2026-11-22T13:30:00Z: [INFO] a [b] c\n", 3000))
	write(r.t, dir+"/ksk/skr-root-2026-q4-0.xml", "<SKR/>\n")
	write(r.t, dir+"/Empty File", "")
	write(r.t, dir+"/large.bin", strings.Repeat("0123456789abcdef", 300_000))
	return dir
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// manifest reads a folder as a drive that keeps no modes would hold it.
func (r *scene) manifest(dir string) *media.Manifest {
	r.t.Helper()
	m, err := media.Read(r.t.Context(), dir, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	for i := range m.Entries {
		m.Entries[i].Mode = media.NoMode
	}
	return m
}

// drives are the sticks' places in QEMU: honest ones, one whose writes get lost,
// one that has a bad place, one that is slow.
func (r *scene) drives() []string {
	raw := "driver=raw,node-name=%s,file.driver=file,file.filename=" + r.dir + "/%[1]s.img"
	var args []string
	for _, name := range []string{"tools", "hsmfd", "ksrfd", "other", "blank1", "blank2"} {
		args = append(args, "-blockdev", fmt.Sprintf(raw, name))
	}
	return append(args,
		"-blockdev", "driver=null-co,node-name=liar,size=67108864,read-zeroes=on",
		"-blockdev", fmt.Sprintf("driver=raw,node-name=bad,file.driver=blkdebug,file.image.driver=file,file.image.filename=%s,"+
			"file.inject-error.0.event=write_aio,file.inject-error.0.sector=4000,file.inject-error.0.errno=5", r.path("bad")),
		"-object", "throttle-group,id=slowly,x-bps-write=150000",
		"-blockdev", fmt.Sprintf("driver=throttle,node-name=slow,throttle-group=slowly,file.driver=raw,file.file.driver=file,file.file.filename=%s", r.path("slow")),
	)
}

func (r *scene) plug(name string) {
	r.t.Helper()
	_, err := r.monitor.Execute(r.t.Context(), "device_add", map[string]any{
		"driver": "usb-storage", "bus": "usb.0", "id": "stick-" + name, "drive": name, "removable": true, "serial": strings.ToUpper(name) + "-01",
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *scene) unplug(name string) {
	r.t.Helper()
	if _, err := r.monitor.Execute(r.t.Context(), "device_del", map[string]any{"id": "stick-" + name}); err != nil {
		r.t.Fatal(err)
	}
}

// run runs a command in the machine, which must end with the given status, and
// returns what it wrote.
func (r *scene) run(status int, command string) string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	out, got, err := r.console.Command(ctx, command)
	if err != nil {
		r.t.Fatal(err)
	}
	if got != status {
		r.t.Errorf("%s\nstatus %d, want %d\n%s", command, got, status, out)
	}
	return out
}

// says runs a command that must write what matches.
func (r *scene) says(status int, command, want string) {
	r.t.Helper()
	if out := r.run(status, command); !regexp.MustCompile(want).MatchString(out) {
		r.t.Errorf("%s\nsays %s\nwant %s", command, out, want)
	}
}

// until runs a command until it succeeds.
func (r *scene) until(command string) {
	r.t.Helper()
	r.says(0, "for i in $(seq 120); do "+command+" && echo ENOUGH && break; sleep 0.5; done", "ENOUGH")
}

// direct starts the image's kernel as its menu would, on the serial console and
// without measuring the medium, whatever else the menu offers.
func (r *scene) direct(iso string) []string {
	r.t.Helper()
	menu := r.extract(iso, "/isolinux/isolinux.cfg")
	text, err := os.ReadFile(menu)
	if err != nil {
		r.t.Fatal(err)
	}
	entry := regexp.MustCompile(`(?s)LABEL serial\n.*?LINUX (\S+)\n.*?INITRD (\S+)\n.*?APPEND ([^\n]+)`).FindStringSubmatch(string(text))
	if entry == nil {
		r.t.Fatalf("no entry for the serial port in\n%s", text)
	}
	return []string{"-kernel", r.extract(iso, entry[1]), "-initrd", r.extract(iso, entry[2]), "-append", entry[3] + " coen.check=no coen.pause=0"}
}

// extract copies a file out of an image.
func (r *scene) extract(iso, name string) string {
	r.t.Helper()
	out := filepath.Join(r.dir, filepath.Base(name))
	oracle.Run(r.t, "xorriso", "-osirrox", "on", "-indev", iso, "-extract", name, out)
	return out
}

// enter boots the machine from a USB stick and brings the tests of the copies into
// it. The guard of the image is replaced by one that mounts.
func enter(t *testing.T) *scene {
	t.Helper()
	for _, tool := range []string{"mkfs.vfat", "mcopy", "xorriso"} {
		oracle.Need(t, tool)
	}
	iso := consoleImage(t)
	r := &scene{t: t, dir: t.TempDir()}
	tools := t.TempDir()
	compile(t, "test", "-c", "-o", tools+"/clone", "coen/ceremony/clone")
	r.stick("tools", "TOOLS", 64, tools)
	r.stick("hsmfd", "HSMFD", 64, r.content())
	r.stick("ksrfd", "KSRFD", 40, r.dir+"/content/ksk")
	r.stick("other", "HOLIDAYS", 40, r.dir+"/content/ksk")
	for _, name := range []string{"blank1", "blank2", "bad", "slow"} {
		r.stick(name, "", 64, "")
	}
	config := qemu.Config{Image: iso, Medium: qemu.USB, Args: append(r.drives(), r.direct(iso)...)}
	if err := config.Missing(); err != nil {
		oracle.Missing(t, "%v", err)
	}
	linux.Turn(t)
	m, err := qemu.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	r.console, r.monitor = m.Console, m.Monitor
	r.expect(`root@coen:~# `)
	r.plug("tools")
	r.until("test -e /dev/disk/by-label/TOOLS")
	r.run(0, "mkdir -p /tmp/bin /tmp/tools && mount -o ro /dev/disk/by-label/TOOLS /tmp/tools && cp /tmp/tools/* /tmp/bin && umount /tmp/tools")
	r.unplug("tools")
	r.run(0, "PATH=/tmp/bin:$PATH; systemctl stop ceremony-guard")
	return r
}

func (r *scene) expect(pattern string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 2*patience)
	defer cancel()
	if _, err := r.console.Expect(ctx, regexp.MustCompile(pattern)); err != nil {
		r.t.Fatal(err)
	}
}

// TestBootRoom plays what happens with flash drives at a ceremony: in the booted
// console image they are plugged in, recognised, hashed, copied, pulled out too
// early, and lie; then this machine looks at the copies.
func TestBootRoom(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a machine")
	}
	r := enter(t)
	t.Run("copies on loop devices", r.loops)
	t.Run("guard", r.guard)
	t.Run("hash", r.hash)
	t.Run("refusals", r.refusals)
	t.Run("copy", r.copies)
	t.Run("lies", r.lies)
	t.Run("pulled out", r.pulledOut)
	t.Run("log", func(t *testing.T) {
		r.t = t
		r.run(0, "ceremony verify /run/ceremony/ceremony.log")
		r.says(0, "cut -d' ' -f4- /run/ceremony/ceremony.log", `(?s)drive-inserted purpose=HSMFD.*drive-hash folder=/media/HSMFD.*drive-copy.*good=true.*drive-copy.*good=false.*drive-removed`)
	})
}

// loops makes and spoils copies with every file system of this kernel.
func (r *scene) loops(t *testing.T) {
	r.t = t
	out := r.run(0, "cd /tmp && TMPDIR=/tmp clone -test.v -test.run 'Copy|Lies|Interrupt|Untouched'; cd")
	if strings.Contains(out, "FAIL") {
		t.Errorf("a test failed:\n%s", out)
	}
	for _, want := range []string{"PASS: TestCopy/vfat", "PASS: TestCopy/exfat", "PASS: TestCopy/ext4", "PASS: TestLies/vfat", "PASS: TestLies/exfat", "PASS: TestLies/ext4"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// guard plugs drives in and looks where they go.
func (r *scene) guard(t *testing.T) {
	r.t = t
	r.run(0, "ceremony guard >/tmp/guard 2>&1 & sleep 1")
	r.plug("hsmfd")
	r.until("grep -q 'mounted at /media/HSMFD, can be written' /tmp/guard")
	r.plug("ksrfd")
	r.until("grep -q 'mounted at /media/KSRFD, read-only' /tmp/guard")
	r.plug("other")
	r.until("grep -q HOLIDAYS /tmp/guard")
	r.says(0, "findmnt -n -o OPTIONS /media/KSRFD", `(?m)^ro,nosuid,nodev,noexec`)
	r.says(0, "findmnt -n -o OPTIONS /media/HSMFD", `(?m)^rw,nosuid,nodev,noexec,noatime,sync|^rw,sync`)
	r.says(0, "tail -n 14 /tmp/guard", `(?s)serial OTHER-01, 41.9 MB, vfat "HOLIDAYS".*not mounted.*MAY BE REMOVED NOW`)
	r.says(1, "touch /media/KSRFD/x", "Read-only file system")
	r.run(0, "ceremony mount --write KSRFD && touch /media/KSRFD/skr.xml && ceremony unmount KSRFD")
	r.unplug("ksrfd")
	r.unplug("other")
	r.until("test $(grep -c '>>> REMOVED' /tmp/guard) = 2")
}

// hash holds both digests to those of the folder that the drive was made of.
func (r *scene) hash(t *testing.T) {
	r.t = t
	m := r.manifest(r.dir + "/content")
	r.says(0, "hsmfd-hash -c", fmt.Sprintf(`^/media/HSMFD\nSHA-256:    %x\nPGP Words:  `, m.Old))
	root := m.Root()
	r.says(0, "hsmfd-hash --manifest", hex.EncodeToString(root[:]))
	r.says(1, "hsmfd-hash -m", "/media/HSMFD_ is not mounted")
}

func (r *scene) refusals(t *testing.T) {
	r.t = t
	r.says(1, "copy-hsmfd HSMFD-01", "it is the source; nothing was erased")
	r.says(1, "copy-hsmfd $(lsblk -dnpo NAME,FSTYPE | awk '$2 == \"iso9660\" {print $1}')", "the machine runs from it, or could start from it; nothing was erased")
	r.says(1, "copy-hsmfd NONE", `no drive "NONE" is plugged in; nothing was erased`)
	r.plug("blank1")
	r.until("ceremony drives | grep -q BLANK1")
	r.says(1, "echo erase | copy-hsmfd BLANK1-01", `not ERASE but "erase" was typed; nothing was erased`)
}

// copies makes two copies at a time, and reads them with mtools.
func (r *scene) copies(t *testing.T) {
	r.t = t
	r.plug("blank2")
	r.until("ceremony drives | grep -q BLANK2")
	r.says(0, "echo ERASE | copy-hsmfd --verbose BLANK1-01 BLANK2-01", "All 2 copies are good")
	r.until("test -d /media/HSMFD1 -a -d /media/HSMFD2")
	r.says(0, "hsmfd-hash -m", "SHA-256 hashes match")
	r.run(0, "ceremony unmount HSMFD1 HSMFD2")
	r.unplug("blank1")
	r.unplug("blank2")
	want := r.manifest(r.dir + "/content")
	for _, name := range []string{"blank1", "blank2"} {
		back := t.TempDir()
		oracle.Run(t, "mcopy", "-s", "-m", "-i", r.path(name), "::/", back)
		if list := media.Compare(want, r.manifest(back)); len(list) > 0 {
			t.Errorf("%s differs from what was copied: %v", name, list)
		}
		oracle.Run(t, "fsck.vfat", "-n", r.path(name))
		if label := oracle.Run(t, "mlabel", "-s", "-i", r.path(name), "::"); !strings.Contains(label, "HSMFD") {
			t.Errorf("%s: %s", name, label)
		}
	}
}

// lies copies to a drive that forgets all it is told, and to one that fails.
func (r *scene) lies(t *testing.T) {
	r.t = t
	for _, name := range []string{"liar", "bad"} {
		r.plug(name)
		serial := strings.ToUpper(name)
		r.until("ceremony drives | grep -q " + serial)
		r.says(1, "echo ERASE | copy-hsmfd --verbose "+serial+"-01", "(?s)COPY 1  NOT GOOD.*1 of 1 copies are NOT GOOD")
		r.unplug(name)
		r.until("! ceremony drives | grep -q " + serial)
	}
}

// pulledOut takes a copy away while it is written, interrupts another, and takes
// the HSMFD away while a program uses it.
func (r *scene) pulledOut(t *testing.T) {
	r.t = t
	r.plug("slow")
	r.until("ceremony drives | grep -q SLOW")
	r.run(0, "(echo ERASE | copy-hsmfd --verbose SLOW-01; echo status $?) >/tmp/slow 2>&1 & sleep 0.2")
	r.until("grep -q ': write' /tmp/slow")
	r.unplug("slow")
	r.until("grep -q 'status 1' /tmp/slow")
	r.says(0, "cat /tmp/slow", "NOT GOOD")
	r.run(0, "tail -f /media/HSMFD/large.bin >/dev/null & sleep 3")
	r.says(0, "tail -n 20 /tmp/guard", `DO NOT REMOVE: in use by .*tail`)
	r.unplug("hsmfd")
	r.until("grep -q 'PULLED OUT TOO EARLY: removed while in use by .*tail' /tmp/guard")
	r.plug("hsmfd")
	r.until("findmnt /media/HSMFD")
	m := r.manifest(r.dir + "/content")
	r.says(0, "kill %tail; hsmfd-hash -c", fmt.Sprintf("%x", m.Old))
}
