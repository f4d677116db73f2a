package main

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"coen/dnssec"
	"coen/internal/oracle"
	"coen/internal/qemu"
	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/skr"
)

// TestBootAfternoon plays a ceremony in the desktop image, from the words on the boot
// screen to the check of the log on another machine. What people do is typed into
// the two tabs; the serial console only looks on and does what happens outside.
func TestBootAfternoon(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a machine")
	}
	iso := shippedISO(t, desktopRecipe)
	a := newAfternoon(t)
	c := qemu.Config{Image: iso, Memory: 3072, Args: a.console.args()}
	v := start(t, c, desktopRecipe, "coen", serialArguments...)
	measured(t, v, sha256sum(t, iso))
	a.desktop = &desktop{vm: v}
	v.lookAtDesktop("before the ceremony")
	a.prepare()
	a.openHSMFD()
	a.beginRecording()
	a.signRequest()
	a.printLog()
	a.close()
	a.copyDrive()
	a.desktop.healthy() // later the kernel complains of the drive that is pulled out
	a.pullCopy()
	v.photograph("after the ceremony")
	a.leave()
	a.verifyElsewhere()
}

// An afternoon is a ceremony in a machine, and what is brought to it.
type afternoon struct {
	t             *testing.T
	desktop       *desktop
	console       *hsmConsole
	hsmfd, ksrfd  string   // images of drives
	copies        []string // likewise, empty at first
	files         map[string]string
	checkpoint    string
	requestDigest [32]byte
}

// pin is that of the token in the machine.
const pin = "123456"

func newAfternoon(t *testing.T) *afternoon {
	request := ksr.Format(ksrtest.Request(t, ksrtest.Plan(t)))
	a := &afternoon{t: t, console: newHSMConsole(t), requestDigest: sha256.Sum256(request)}
	a.files = map[string]string{
		"ksrsigner.yaml": signerConfiguration(t),
		// Large enough that a copy takes as long as somebody needs to pull it out.
		"earlier.log": strings.Repeat("what was recorded at earlier ceremonies\n", 1<<19),
	}
	a.hsmfd = flashDrive(t, "HSMFD", a.files)
	a.ksrfd = flashDrive(t, "KSRFD", map[string]string{"ksr.xml": string(request)})
	for i := range 3 {
		file := filepath.Join(t.TempDir(), fmt.Sprintf("copy%d", i))
		oracle.Run(t, "truncate", "-s", "64M", file)
		a.copies = append(a.copies, file)
	}
	return a
}

// signerConfiguration is for one key in a token, which signs all bundles.
func signerConfiguration(t *testing.T) string {
	public := ksrtest.Key(t, "ksk-1", dnssec.RSASHA256).Public()
	record := dnssec.Key{Flags: dnssec.FlagsKSK, Protocol: 3, Algorithm: dnssec.RSASHA256, PublicKey: public}
	var b strings.Builder
	fmt.Fprintf(&b, `hsm:
  softhsm: {module: /usr/lib/softhsm/libsofthsm2.so, pin: '%s'}
keys:
  ksk: {description: key of the afternoon, label: Kafternoon, algorithm: RSASHA256, rsa_size: 2048, rsa_exponent: 65537, key_tag: %d, ds_sha256: %s, valid_from: 2020-01-01T00:00:00+00:00}
ksk_policy: {ttl: 172800, publish_safety: P10D, retire_safety: P10D, max_signature_validity: P21D, min_signature_validity: P21D, max_validity_overlap: P16D, min_validity_overlap: P9D}
schemas:
  normal:
`, pin, record.Tag(), record.DSHex())
	for n := 1; n <= 9; n++ {
		fmt.Fprintf(&b, "    %d: {publish: [ksk], sign: [ksk]}\n", n)
	}
	return b.String()
}

// prepare sets the clock, as the room reads it from the wall, and makes the
// token that stands for the HSM.
func (a *afternoon) prepare() {
	a.t.Helper()
	d := a.desktop
	d.key("alt-2")
	now := ksrtest.Start.AddDate(0, 0, -30)
	d.do("date -u -s '" + now.Format("2006-01-02 15:04:05") + "'")
	d.check(check{"date -u +%F", now.Format(time.DateOnly)})
	key := base64.StdEncoding.EncodeToString(ksrtest.PEM(a.t, "ksk-1"))
	for line := range strings.SplitSeq(fold(key), "\n") {
		d.run("echo " + line + " >>/run/ksk.b64")
	}
	d.check(
		check{"softhsm2-util --init-token --free --label afternoon --pin " + pin + " --so-pin " + pin, `initialized`},
		check{"base64 -d /run/ksk.b64 >/run/ksk.pem; softhsm2-util --import /run/ksk.pem --token afternoon --label Kafternoon --id 01 --pin " + pin, `imported`},
		check{"rm /run/ksk.*; ls /run/ksk.*", `No such file`},
	)
}

// fold breaks a text into lines that a terminal takes.
func fold(s string) string {
	return strings.TrimSuffix(regexp.MustCompile(`.{1,512}`).ReplaceAllString(s, "$0\n"), "\n")
}

// plug puts a drive in and waits for its device, which it returns.
func (a *afternoon) plug(id, image string) string {
	a.t.Helper()
	d := a.desktop
	before := d.run("ls /dev/sd?; true")
	if err := d.Monitor.Plug(a.t.Context(), id, image); err != nil {
		a.t.Fatal(err)
	}
	for range 60 {
		for _, device := range strings.Fields(d.run("ls /dev/sd?; true")) {
			if strings.HasPrefix(device, "/dev/sd") && !strings.Contains(before, device) {
				d.run("udevadm settle")
				return device
			}
		}
		time.Sleep(time.Second)
	}
	a.t.Fatalf("drive %s does not appear", id)
	return ""
}

// openHSMFD mounts the HSM's drive and compares its hash with the paper of the
// last ceremony: find, sort, cat and sha256sum.
func (a *afternoon) openHSMFD() {
	a.t.Helper()
	d := a.desktop
	a.plug("hsmfd", a.hsmfd)
	d.do("ceremony mount --write HSMFD")
	sum := sha256.Sum256([]byte(a.files["earlier.log"] + a.files["ksrsigner.yaml"]))
	d.do("hsmfd-hash -c >/run/hash")
	d.check(check{"cat /run/hash", fmt.Sprintf(`SHA-256: +%x`, sum)})
}

// beginRecording starts both recorders, and the HSM says something.
func (a *afternoon) beginRecording() {
	a.t.Helper()
	d := a.desktop
	d.key("alt-1")
	time.Sleep(time.Second)
	d.typed("cd /media/HSMFD; ttyaudit /dev/ttyS1\n")
	d.check(check{waitFor("ls /media/HSMFD/ttyaudit-ttyS1-*.log"), `ttyaudit-ttyS1-`})
	d.key("alt-2")
	time.Sleep(time.Second)
	d.typed("cd /media/HSMFD; ceremony record\n")
	d.check(check{waitFor("ls /media/HSMFD/script-*.log"), `script-`})
	a.console.say("Keyper 9860 ready\r\nCards 2 of 7: ")
	d.check(check{waitFor("grep 'Keyper 9860 ready' /media/HSMFD/ttyaudit-ttyS1-*.log"), `\tttyS1\tKeyper 9860 ready`})
}

// waitFor is a shell command that waits until another succeeds.
func waitFor(command string) string {
	return "for i in $(seq 120); do " + command + " >/dev/null 2>&1 && break; sleep 1; done; " + command
}

// signRequest signs what the root zone's maintainer brought, and gives it back.
func (a *afternoon) signRequest() {
	a.t.Helper()
	d := a.desktop
	a.plug("ksrfd", a.ksrfd)
	d.do("ceremony mount KSRFD")
	d.check(check{"findmnt -n -o OPTIONS /media/KSRFD", `^ro,.*noexec`})
	d.do("cp /media/KSRFD/ksr.xml .")
	d.typed("kskm-ksrsigner ksr.xml skr.xml; echo $? >/run/signed\n")
	d.check(check{waitFor("grep -h 'Sign KSR' /media/HSMFD/script-*.log"), `Sign KSR`})
	d.check(check{"cat /media/HSMFD/script-*.log", fmt.Sprintf("SHA-256 HEX: +%x", a.requestDigest)})
	d.photograph("before the signature")
	d.typed("Yes\n")
	d.check(check{waitFor("test -s /run/signed") + "; cat /run/signed", `(?m)^0`})
	d.do("ceremony mount --write KSRFD")
	d.do("cp skr.xml /media/KSRFD/")
	d.do("ceremony unmount KSRFD")
	d.takeOut("ksrfd")
}

// printLog prints the log of the signer to a printer that keeps its pages.
func (a *afternoon) printLog() {
	a.t.Helper()
	d := a.desktop
	d.printer()
	d.do("printlog -P paper kskm-ksrsigner-*.log")
	text := oracle.Run(a.t, "pdftotext", "-layout", d.page("signer log"), "-")
	for _, want := range []string{"kskm-ksrsigner-", "Page 1 of", "Kafternoon", "Generated SKR:"} {
		if !strings.Contains(text, want) {
			a.t.Errorf("the page has no %q:\n%s", want, text)
		}
	}
}

// close notes the end, takes the last checkpoint and ends the recorders.
func (a *afternoon) close() {
	a.t.Helper()
	d := a.desktop
	d.do("ceremony note 'KSR signed, no exceptions'")
	d.do("ceremony checkpoint >/run/checkpoint")
	out := d.run("cat /run/checkpoint")
	m := regexp.MustCompile(`SHA-256: +([0-9a-f]{64})`).FindStringSubmatch(out)
	if m == nil {
		a.t.Fatalf("no checkpoint in %q", out)
	}
	a.checkpoint = m[1]
	d.typed("exit\n")
	d.check(check{waitFor("! pgrep -f 'ceremony record'") + "; echo ended", `ended`})
	d.key("alt-1")
	time.Sleep(time.Second)
	d.key("ctrl-c")
	d.check(check{waitFor("! pgrep -x ttyaudit") + "; echo ended", `ended`})
	d.do("cd")
	d.key("alt-2")
	time.Sleep(time.Second)
}

// copyDrive makes two copies of the HSM's drive, and proves them.
func (a *afternoon) copyDrive() {
	a.t.Helper()
	d := a.desktop
	first, second := a.plug("copy0", a.copies[0]), a.plug("copy1", a.copies[1])
	d.typed("copy-hsmfd --verbose " + first + " " + second + "; echo $? >/run/copied\n")
	time.Sleep(10 * time.Second) // for the question
	d.photograph("before the copies")
	d.typed("ERASE\n")
	d.check(check{waitFor("test -s /run/copied") + "; cat /run/copied", `(?m)^0`})
	d.photograph("after the copies")
	d.takeOut("copy0")
	d.takeOut("copy1")
}

// pullCopy pulls a drive out while it is written to: that copy is not good.
func (a *afternoon) pullCopy() {
	a.t.Helper()
	d := a.desktop
	device := a.plug("copy2", a.copies[2])
	d.typed("copy-hsmfd --verbose " + device + "; echo $? >/run/pulled\n")
	time.Sleep(10 * time.Second)
	d.typed("ERASE\n")
	written := "test $(awk '{print $7}' /sys/block/" + filepath.Base(device) + "/stat) -gt 4096"
	d.check(check{waitFor(written) + " && echo written", `written`})
	if err := d.Monitor.Unplug(a.t.Context(), "copy2"); err != nil {
		a.t.Fatal(err)
	}
	d.check(check{waitFor("test -s /run/pulled") + "; cat /run/pulled", `(?m)^1`})
	d.photograph("a copy pulled out")
}

// leave takes the HSM's drive out, and the machine is switched off.
func (a *afternoon) leave() {
	a.t.Helper()
	d := a.desktop
	d.do("cd; ceremony unmount HSMFD")
	d.takeOut("hsmfd")
	_ = d.Close()
}

// verifyElsewhere looks at the drives without the image: the copies, the
// response, and whether the log holds.
func (a *afternoon) verifyElsewhere() {
	a.t.Helper()
	kept := contents(a.t, a.hsmfd)
	for i, image := range a.copies[:2] {
		oracle.Run(a.t, "diff", "-r", kept, contents(a.t, image))
		a.t.Logf("copy %d is good", i)
	}
	oracle.Run(a.t, "cmp", filepath.Join(kept, "skr.xml"), filepath.Join(contents(a.t, a.ksrfd), "skr.xml"))
	text, err := os.ReadFile(filepath.Join(kept, "skr.xml"))
	if err != nil {
		a.t.Fatal(err)
	}
	if response, err := skr.Parse(text); err != nil || len(response.Bundles) != 9 {
		a.t.Errorf("the response: %v", err)
	}
	a.verifyLog(kept)
}

// verifyLog runs the program of another machine on the log, and on one that
// somebody changed.
func (a *afternoon) verifyLog(dir string) {
	a.t.Helper()
	program := filepath.Join(a.t.TempDir(), "ceremony")
	oracle.Run(a.t, "go", "build", "-o", program, "../ceremony")
	logs, err := filepath.Glob(filepath.Join(dir, "ceremony-*.log"))
	if err != nil || len(logs) != 1 {
		a.t.Fatalf("ceremony logs: %v, %v", logs, err)
	}
	oracle.Run(a.t, program, "verify", "--files", dir, "--checkpoint", a.checkpoint, logs[0])
	text, err := os.ReadFile(logs[0])
	if err != nil {
		a.t.Fatal(err)
	}
	changed := filepath.Join(a.t.TempDir(), filepath.Base(logs[0]))
	if err := os.WriteFile(changed, []byte(strings.Replace(string(text), "no exceptions", "so exceptions", 1)), 0o644); err != nil {
		a.t.Fatal(err)
	}
	if out, err := exec.Command(program, "verify", changed).CombinedOutput(); err == nil {
		a.t.Errorf("a changed log is taken:\n%s", out)
	}
}

// contents copies what is on the image of a drive into a folder.
func contents(t *testing.T, image string) string {
	t.Helper()
	dir := t.TempDir()
	oracle.Run(t, "mcopy", "-i", image, "-s", "-n", "::", dir)
	return dir
}

// An hsmConsole is the serial console of an HSM, the second serial port of the
// machine.
type hsmConsole struct {
	t      *testing.T
	socket string
}

func newHSMConsole(t *testing.T) *hsmConsole {
	return &hsmConsole{t, filepath.Join(t.TempDir(), "hsm")}
}

func (c *hsmConsole) args() []string {
	return []string{"-chardev", "socket,id=hsm,server=on,wait=off,path=" + c.socket, "-device", "isa-serial,chardev=hsm"}
}

func (c *hsmConsole) say(text string) {
	c.t.Helper()
	conn, err := net.Dial("unix", c.socket)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { conn.Close() })
	if _, err := conn.Write([]byte(text)); err != nil {
		c.t.Fatal(err)
	}
}
