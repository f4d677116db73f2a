package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"coen/internal/oracle"
	"coen/internal/qemu"
)

const desktopRecipe = "../../recipes/coen.yaml"

// serialArguments put a shell on the serial port, a second way to see what
// happened on the desktop.
var serialArguments = []string{"console=tty0", "console=ttyS0,115200"}

// TestBootDesktop starts the shipped desktop image by UEFI from a stick and by BIOS
// from a disc, looks at the screen, and works on it with the keyboard as an
// operator does: token, inventory, flash drive, paper. The medium is not measured
// here: the console's test does that.
func TestBootDesktop(t *testing.T) {
	if testing.Short() {
		t.Skip("boots machines")
	}
	iso := shippedISO(t, desktopRecipe)
	t.Run("UEFI stick", func(t *testing.T) {
		v := start(t, qemu.Config{Image: iso, Firmware: qemu.UEFI, Medium: qemu.USB, Memory: 3072}, desktopRecipe, "quick", serialArguments...)
		v.expect(`root@coen:~# `)
		v.lookAtDesktop("desktop by UEFI")
		d := &desktop{vm: v}
		d.tabs()
		d.token()
		d.flashDrive()
		d.paper()
		d.screenshot()
		d.hashOnScreen()
		v.photograph("after the work")
		v.healthy()
	})
	t.Run("BIOS disc", func(t *testing.T) {
		v := start(t, qemu.Config{Image: iso, Memory: 3072}, desktopRecipe, "quick", serialArguments...)
		v.expect(`root@coen:~# `)
		v.lookAtDesktop("desktop by BIOS")
		v.healthy()
	})
}

// healthy asks the system how it is.
func (v *vm) healthy() {
	v.t.Helper()
	v.check(
		check{"systemctl is-system-running --wait", `(?m)^running`},
		check{"systemctl --failed --no-legend --plain | cat", `^\s*$`},
		check{"journalctl -b -p err -o short --no-pager -q | cat", `^\s*$`},
		check{"dpkg --audit | wc -l", `(?m)^0`},
		check{"DISPLAY=:0 XAUTHORITY=$(echo /run/lightdm/root/:0) xrandr | grep '[*]' | cat", `1024x768`},
	)
}

// A desktop is a machine whose terminal with two tabs is on the screen.
type desktop struct {
	*vm
	typedCommands int
}

// do types a command into the tab in front and waits, by way of the serial
// console, until it has ended well.
func (d *desktop) do(command string) {
	d.t.Helper()
	d.typedCommands++
	done := fmt.Sprintf("/run/typed-%d", d.typedCommands)
	d.typed(command + "; echo $? >" + done + "\n")
	if out := d.run("for i in $(seq 300); do test -s " + done + " && break; sleep 1; done; cat " + done); strings.TrimSpace(out) != "0" {
		d.photograph(fmt.Sprintf("command %d", d.typedCommands))
		d.t.Errorf("%s\nends with %q", command, out)
	}
}

// tabs asks the shell in each tab which terminal it has, and leaves the second
// one, "Commands", in front.
func (d *desktop) tabs() {
	d.t.Helper()
	d.check(check{"ps -C xfce4-terminal -o args= | cat", `--maximize --title=HSM Output --tab --title=Commands`})
	for _, tab := range []string{"1", "2"} {
		d.key("alt-" + tab)
		time.Sleep(time.Second)
		d.do("tty >/run/tab-" + tab)
	}
	d.check(check{"sort -u /run/tab-1 /run/tab-2 | wc -l", `(?m)^2`}, check{"cat /run/tab-2", `^/dev/pts/[0-9]`})
}

// token makes a token of SoftHSM.
func (d *desktop) token() {
	d.t.Helper()
	d.do("softhsm2-util --init-token --free --label ceremony --pin 123456 --so-pin 123456")
}

// flashDrive plugs a drive in, mounts it as udisks offers it, has kskm use the
// configuration on it and takes it out unchanged.
func (d *desktop) flashDrive() {
	d.t.Helper()
	stick := flashDrive(d.t, "KSRFD", map[string]string{
		"ksrsigner.yaml": "hsm:\n  softhsm:\n    module: /usr/lib/softhsm/libsofthsm2.so\n    pin: '123456'\n",
		"run.sh":         "#!/bin/sh\necho it ran\n",
	})
	before := sha256sum(d.t, stick)
	if err := d.Monitor.Plug(d.t.Context(), "ksrfd", stick); err != nil {
		d.t.Fatal(err)
	}
	d.check(
		check{"for i in $(seq 60); do test -e /dev/disk/by-label/KSRFD && break; sleep 1; done; readlink -f /dev/disk/by-label/KSRFD", `/dev/sd`},
		check{"sleep 5; findmnt -n /media/KSRFD; echo not by itself", `^not by itself`},
		check{waitFor("journalctl -u ceremony-guard -o cat | grep 'mount KSRFD'"), `to read it: ceremony mount KSRFD`},
		check{"tail -n 1 /run/ceremony/ceremony.log", `drive-inserted purpose=KSRFD`},
	)
	d.photograph("a drive is plugged in")
	d.do("udisksctl mount -b /dev/disk/by-label/KSRFD")
	d.check(
		check{"findmnt -n -o OPTIONS /media/KSRFD", `^ro,.*noexec`},
		check{"touch /media/KSRFD/new", `Read-only file system`},
		check{"/media/KSRFD/run.sh", `Permission denied`},
	)
	d.do("kskm keymaster --config /media/KSRFD/ksrsigner.yaml keygen --algorithm ECDSAP256SHA256 --label Kdesktop")
	d.do("kskm keymaster --config /media/KSRFD/ksrsigner.yaml inventory")
	d.check(check{"grep -h -A 20 'Key inventory' kskm-keymaster-*.log", `Kdesktop`})
	d.do("udisksctl unmount -b /dev/disk/by-label/KSRFD")
	d.takeOut("ksrfd")
	d.check(check{"for i in $(seq 60); do test -e /dev/disk/by-label/KSRFD || break; sleep 1; done; ls /media", `^\s*$`})
	if sha256sum(d.t, stick) != before {
		d.t.Error("the drive was written to")
	}
}

// takeOut takes a drive out that is not used, as a person does: a few seconds after
// it may be, when nothing looks at what is on it any more.
func (d *desktop) takeOut(id string) {
	d.t.Helper()
	d.run("udevadm settle; sleep 5")
	if err := d.Monitor.Unplug(d.t.Context(), id); err != nil {
		d.t.Fatal(err)
	}
}

// flashDrive makes the image of a drive with files on it.
func flashDrive(t *testing.T, label string, files map[string]string) string {
	t.Helper()
	image := filepath.Join(t.TempDir(), label)
	oracle.Run(t, "truncate", "-s", "64M", image)
	oracle.Run(t, "mkfs.vfat", "-n", label, image)
	for name, text := range files {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		oracle.Run(t, "mcopy", "-i", image, file, "::"+name)
	}
	return image
}

// backend is a printer of CUPS that keeps what it is given.
const backend = `#!/bin/sh
if [ $# = 0 ]; then echo 'direct keep "Unknown" "keeps pages"'; exit; fi
cat ${6:--} >/var/spool/cups/page.pdf.new && mv /var/spool/cups/page.pdf.new /var/spool/cups/page.pdf
`

// printer sets a queue up that wants PDF and keeps it.
func (d *desktop) printer() {
	d.t.Helper()
	encoded := base64.StdEncoding.EncodeToString([]byte(backend))
	d.run("echo " + encoded + " | base64 -d >/usr/lib/cups/backend/keep; chmod 700 /usr/lib/cups/backend/keep")
	d.check(check{"lpadmin -p paper -E -v keep:/ -m lsb/usr/cupsfilters/Generic-PDF_Printer-PDF.ppd 2>/dev/null; lpstat -p paper | cat", `enabled`})
}

// page waits for the page that was printed, and keeps it for people.
func (d *desktop) page(name string) string {
	d.t.Helper()
	d.run(waitFor("test -e /var/spool/cups/page.pdf"))
	file := filepath.Join(d.t.ArtifactDir(), name+".pdf")
	if err := os.WriteFile(file, d.file("/var/spool/cups/page.pdf"), 0o644); err != nil {
		d.t.Fatal(err)
	}
	d.run("rm /var/spool/cups/page.pdf")
	return file
}

// file reads a file of the machine.
func (v *vm) file(name string) []byte {
	v.t.Helper()
	out := v.run("base64 " + name)
	data, err := base64.StdEncoding.DecodeString(regexp.MustCompile(`\s`).ReplaceAllString(out, ""))
	if err != nil {
		v.t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return data
}

// paper prints the boot screen, and counts the lines on the page: the filter of
// CUPS that draws text leaves no way back from its glyphs to characters.
func (d *desktop) paper() {
	d.t.Helper()
	d.printer()
	d.do("lp -d paper /run/coen/boot-screen.txt")
	want := 0
	for line := range strings.Lines(d.run("cat /run/coen/boot-screen.txt")) {
		if strings.TrimSpace(line) != "" {
			want++
		}
	}
	picture := strings.TrimSuffix(d.page("page"), ".pdf")
	oracle.Run(d.t, "pdftoppm", "-png", "-r", "150", "-singlefile", picture+".pdf", picture)
	f, err := os.Open(picture + ".png")
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	page, err := png.Decode(f)
	if err != nil {
		d.t.Fatal(err)
	}
	if got := linesOfInk(page); got != want {
		d.t.Errorf("the page has %d lines, want %d", got, want)
	}
}

// screenshot has a picture of the screen taken and printed.
func (d *desktop) screenshot() {
	d.t.Helper()
	d.do("screencap-verify --dir /run --no-view -P paper")
	d.check(check{"ls /run/screencap-*.png", `screencap-[0-9]{8}-[0-9]{6}\.png`})
	text := oracle.Run(d.t, "pdftotext", "-layout", d.page("screenshot"), "-")
	sum := strings.Fields(d.run("sha256sum /run/screencap-*.png"))[0]
	if digits := regexp.MustCompile(`\s`).ReplaceAllString(text, ""); !strings.Contains(digits, sum) {
		d.t.Errorf("the page does not have the hash %s:\n%s", sum, text)
	}
}

// hashOnScreen shows a hash to the room: what is on the screen is the picture that
// the tool draws, one pixel for one.
func (d *desktop) hashOnScreen() {
	d.t.Helper()
	d.run("ceremony show-hash --png /run/shown.png /run/coen/boot-screen.txt")
	want, err := png.Decode(bytes.NewReader(d.file("/run/shown.png")))
	if err != nil {
		d.t.Fatal(err)
	}
	d.typed("ceremony show-hash --screen /run/coen/boot-screen.txt\n")
	ctx, cancel := d.patience()
	defer cancel()
	for ctx.Err() == nil {
		time.Sleep(5 * time.Second)
		got, err := d.Monitor.Screen(ctx)
		if err != nil {
			d.t.Fatal(err)
		}
		same := share(want, wholeScreen, func(x, y int) bool { return brightness(got, x, y) == brightness(want, x, y) })
		if same > 0.99 {
			break
		}
		d.t.Logf("the hash is not on the screen yet: %.4f of the pixels are as they should be", same)
	}
	d.photograph("a hash on the screen")
	if ctx.Err() != nil {
		d.t.Error("the hash is not on the screen")
	}
	d.key("alt-f4")
	d.check(check{waitFor("! pgrep -x ristretto") + "; echo closed", `closed`})
}
