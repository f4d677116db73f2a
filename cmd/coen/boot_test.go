package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coen/boot/measure"
	"coen/internal/oracle"
	"coen/internal/qemu"
	"coen/pgpwords"
)

const consoleRecipe = "../../recipes/console.yaml"

// TestBootConsole starts the shipped console image from discs and sticks and looks
// around as an operator would. boot/loader's test starts a kernel in every way
// there is; here it is about what follows.
func TestBootConsole(t *testing.T) {
	if testing.Short() {
		t.Skip("boots machines")
	}
	iso := shippedISO(t, consoleRecipe)
	sum := sha256sum(t, iso)
	t.Run("disc by Secure Boot", func(t *testing.T) {
		v := start(t, qemu.Config{Image: iso, Firmware: qemu.SecureBoot}, consoleRecipe, "serial")
		measured(t, v, sum)
		lookAround(v, "1")
		v.check(
			check{"findmnt -n -o FSTYPE,SOURCE /run/coen/medium", `iso9660\s+/dev/sr0`},
			check{"test ! -e /run/coen/rehearsal && echo in earnest", `in earnest`},
		)
	})
	t.Run("stick taken out", func(t *testing.T) { takenOut(t, iso, sum) })
	t.Run("quick rehearsal", func(t *testing.T) { quickRehearsal(t, iso) })
	t.Run("check only", func(t *testing.T) { checkOnly(t, iso, sum) })
	t.Run("changed bit", func(t *testing.T) {
		at := flip(t, iso)
		v := start(t, qemu.Config{Image: iso}, consoleRecipe, "coen")
		screen := v.see(`Enter restarts`)
		for _, want := range []string{"COEN DOES NOT START", "DAMAGED OR WAS CHANGED",
			"1 of [0-9]+ blocks of the root file system", fmt.Sprintf("byte %d of the medium", at)} {
			if !regexp.MustCompile(want).MatchString(screen) {
				t.Errorf("the screen lacks %q:\n%s", want, screen)
			}
		}
		if strings.Contains(screen, "systemd") {
			t.Error("systemd was started")
		}
		v.photograph("changed bit")
	})
}

// sha256sum is the digest of a file as another machine in the room computes it.
func sha256sum(t *testing.T, file string) (digest [32]byte) {
	t.Helper()
	word, _, _ := strings.Cut(oracle.Run(t, "sha256sum", file), " ")
	sum, err := hex.DecodeString(word)
	if err != nil || len(sum) != len(digest) {
		t.Fatalf("sha256sum says %q", word)
	}
	return [32]byte(sum)
}

// measured waits for the boot screen on the serial console, compares it with what
// coen words says of the file, lets the start go on, and compares what the
// running system knows.
func measured(t *testing.T, v *vm, sum [32]byte) *measure.Record {
	t.Helper()
	screen := v.expect(`(?s)SHA-256 .*Space holds this screen`)[0]
	sameWords(t, screen, sum)
	v.photograph("boot screen")
	if err := v.Console.Send(""); err != nil {
		t.Fatal(err)
	}
	v.expect(`root@coen:~# `)
	r := v.record()
	if r.State != measure.Complete || r.SHA256 != sum {
		t.Errorf("the system knows %+v, want SHA-256 %x", r, sum)
	}
	v.check(
		check{"journalctl -b -t coen -o cat | cat", fmt.Sprintf("%x, %s", sum, r.Words())},
		check{"cat /run/coen/boot-screen.txt", "(?m)^29 " + strings.Fields(r.Words())[28] + " "},
	)
	return r
}

// sameWords looks for digits and numbered words on a screen.
func sameWords(t *testing.T, screen string, digest [32]byte) {
	t.Helper()
	screen = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]").ReplaceAllString(screen, "")
	digits := strings.Join(regexp.MustCompile(`\b[0-9a-f]{4}\b`).FindAllString(screen, -1), "")
	if !strings.Contains(digits, fmt.Sprintf("%x", digest)) {
		t.Errorf("the screen lacks the digits of %x:\n%s", digest, screen)
	}
	for i, word := range pgpwords.Words(digest[:]) {
		if !regexp.MustCompile(fmt.Sprintf(`\b%d %s\b`, i+1, word)).MatchString(screen) {
			t.Errorf("the screen lacks word %d, %s:\n%s", i+1, word, screen)
		}
	}
}

// lookAround checks what an operator would.
func lookAround(v *vm, secureBoot string) {
	v.t.Helper()
	v.check(
		check{"systemctl is-system-running --wait", `(?m)^running`},
		check{"systemctl --failed --no-legend --plain | cat", `^\s*$`},
		check{"findmnt -n -o FSTYPE,SOURCE /", `overlay\s+coen`},
		check{"findmnt -n -o FSTYPE,SOURCE /run/coen/image", `squashfs\s+/dev/dm-0`},
		check{"hostname", `(?m)^coen`},
		check{"for i in $(seq 90); do ip -o addr show eth0 | grep -q 192 && break; sleep 2; done; ip -o addr show eth0 | cat", `192\.168\.0\.1/24`},
		check{"getent hosts hsm", `192\.168\.0\.2`},
		check{"date +%Z; locale 2>/dev/null | grep LC_ALL", `UTC`},
		check{"softhsm2-util --init-token --free --label boot --pin 1234 --so-pin 5678", `initialized`},
		check{"pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so -L", `boot`},
		check{"openssl version", `OpenSSL 3`},
		check{"dpkg --audit | wc -l", `(?m)^0`},
		check{"od -An -t u1 -j 4 /sys/firmware/efi/efivars/SecureBoot-* 2>/dev/null || echo 0", `(?m)^\s*` + secureBoot + `\s*$`},
	)
}

// takenOut starts from a stick that is larger than the image and holds other
// things behind it, by way of memory, and takes the stick out.
func takenOut(t *testing.T, iso string, sum [32]byte) {
	stick := filepath.Join(t.TempDir(), "stick")
	oracle.Run(t, "cp", "--reflink=auto", iso, stick)
	f, err := os.OpenFile(stick, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.CopyN(f, rand.Reader, 5<<20+512); err != nil {
		t.Fatal(err)
	}
	v := start(t, qemu.Config{Image: stick, Medium: qemu.USB}, consoleRecipe, "serial", "coen.toram=yes")
	r := measured(t, v, sum)
	if !r.ToRAM || r.Device != "/dev/sda" {
		t.Errorf("the system runs from memory: %v, came from %s", r.ToRAM, r.Device)
	}
	if err := v.Monitor.Unplug(t.Context(), qemu.MediumID); err != nil {
		t.Fatal(err)
	}
	v.check(
		check{"for i in $(seq 60); do test -e /dev/sda || break; sleep 1; done; ls /dev/sda", "No such file"},
		check{"echo 3 >/proc/sys/vm/drop_caches; find / -xdev -type f -exec cat {} + | wc -c", `^[0-9]{8,}\s*$`},
		check{"systemctl is-system-running --wait", `(?m)^running`},
		check{"journalctl -b -k -p err -o cat --no-pager | grep -i -e verity -e 'i/o error' -e squashfs; echo quiet", `^quiet`},
	)
}

// quickRehearsal skips the measurement and plays.
func quickRehearsal(t *testing.T, iso string) {
	v := start(t, qemu.Config{Image: iso}, consoleRecipe, "quick", "coen.rehearsal=yes", "console=tty0", "console=ttyS0,115200")
	v.expect(`#### +##### +# +# +##### +### +#### +#### +### +#\s`)
	v.expect(`root@coen:~# `)
	if r := v.record(); r.State != measure.Skipped || !r.Rehearsal {
		t.Errorf("the system knows %+v", r)
	}
	v.check(check{"cat /run/coen/rehearsal", "rehearsal"})
	lookAround(v, "0")
}

// checkOnly measures and starts nothing. Enter ends the machine, which has been
// told not to start again.
func checkOnly(t *testing.T, iso string, sum [32]byte) {
	v := start(t, qemu.Config{Image: iso}, consoleRecipe, "check")
	screen := v.see(`Nothing was started`)
	sameWords(t, screen, sum)
	v.photograph("check only")
	v.key("ret")
	ctx, cancel := v.patience()
	defer cancel()
	if err := v.Wait(ctx); err != nil {
		t.Error(err)
	}
}

// flip changes one bit in the middle of the root file system of an ISO, and
// returns where the block begins.
func flip(t *testing.T, iso string) int64 {
	t.Helper()
	offset, size := rootPlace(t, iso)
	f, err := os.OpenFile(iso, os.O_RDWR, 0)
	okay(t, err)
	defer f.Close()
	const block = 4096
	at := offset + size/2/block*block
	one := make([]byte, 1)
	if _, err := f.ReadAt(one, at+1000); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte{one[0] ^ 0x10}, at+1000); err != nil {
		t.Fatal(err)
	}
	return at
}
