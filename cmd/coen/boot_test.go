package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"coen/fsimage/iso9660"
	"coen/internal/linux"
	"coen/internal/oracle"
	"coen/internal/qemu"
)

const consoleRecipe = "../../recipes/console.yaml"

// bootTime is how long a machine may take to its prompt under emulation, on a
// host that does other things too.
const bootTime = 8 * time.Minute

// consoleISO builds the console image, from the shipped lock or, where that can
// no longer be fetched, from a lock of today.
func consoleISO(t *testing.T) string {
	t.Helper()
	iso := filepath.Join(t.TempDir(), "console.iso")
	ctx := t.Context()
	if run(ctx, []string{"build", "-r", consoleRecipe, "-o", iso}) == 0 {
		return iso
	}
	lock := filepath.Join(t.TempDir(), "console.lock")
	if status := run(ctx, []string{"lock", "-r", consoleRecipe, "-o", lock}); status != 0 {
		t.Fatalf("coen lock: status %d", status)
	}
	if status := run(ctx, []string{"build", "-r", consoleRecipe, "-l", lock, "-o", iso}); status != 0 {
		t.Fatalf("coen build: status %d", status)
	}
	return iso
}

// TestBoot starts the shipped console image in every way a machine can start
// it, logs in on the serial console and looks around; and starts it once from a
// medium with a changed bit.
func TestBoot(t *testing.T) {
	if testing.Short() {
		t.Skip("boots machines")
	}
	iso := consoleISO(t)
	for _, way := range []struct {
		firmware qemu.Firmware
		medium   qemu.Medium
	}{
		{qemu.BIOS, qemu.CDROM}, {qemu.BIOS, qemu.USB},
		{qemu.UEFI, qemu.CDROM}, {qemu.UEFI, qemu.USB},
		{qemu.SecureBoot, qemu.CDROM},
	} {
		t.Run(fmt.Sprint(way.firmware, " ", way.medium), func(t *testing.T) {
			console := start(t, qemu.Config{Image: iso, Firmware: way.firmware, Medium: way.medium})
			expect(t, console, `root@coen:~# `)
			lookAround(t, console, way.firmware)
		})
	}
	t.Run("changed bit", func(t *testing.T) {
		flip(t, iso)
		console := start(t, qemu.Config{Image: iso, Medium: qemu.USB})
		expect(t, console, `THE MEDIUM IS DAMAGED OR WAS CHANGED`)
		if strings.Contains(console.Output(), "Welcome to") {
			t.Error("systemd was started")
		}
	})
}

// start starts a machine and chooses the menu's entry for the serial port, the
// fourth.
func start(t *testing.T, c qemu.Config) *qemu.Console {
	t.Helper()
	if err := c.Missing(); err != nil {
		oracle.Missing(t, "%v", err)
	}
	linux.Turn(t)
	m, err := qemu.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	expect(t, m.Console, "serial port")
	for _, key := range []string{"down", "down", "down", "ret"} {
		time.Sleep(300 * time.Millisecond) // menus poll the keyboard
		if err := m.Monitor.SendKey(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	return m.Console
}

func expect(t *testing.T, c *qemu.Console, pattern string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bootTime)
	defer cancel()
	if _, err := c.Expect(ctx, regexp.MustCompile(pattern)); err != nil {
		t.Fatal(err)
	}
}

// lookAround checks what an operator would.
func lookAround(t *testing.T, c *qemu.Console, firmware qemu.Firmware) {
	t.Helper()
	secure := "0"
	if firmware == qemu.SecureBoot {
		secure = "1"
	}
	for _, check := range []struct{ command, want string }{
		{"systemctl is-system-running --wait", `(?m)^running`},
		{"systemctl --failed --no-legend --plain | cat", `^\s*$`},
		{"findmnt -n -o FSTYPE,SOURCE /", `overlay\s+coen`},
		{"findmnt -n -o FSTYPE,SOURCE /run/coen/image", `squashfs\s+/dev/dm-0`},
		{"hostname", `(?m)^coen`},
		{"for i in $(seq 90); do ip -o addr show eth0 | grep -q 192 && break; sleep 2; done; ip -o addr show eth0 | cat", `192\.168\.0\.1/24`},
		{"getent hosts hsm", `192\.168\.0\.2`},
		{"date +%Z; locale 2>/dev/null | grep LC_ALL", `UTC`},
		{"softhsm2-util --init-token --free --label boot --pin 1234 --so-pin 5678", `initialized`},
		{"pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so -L", `boot`},
		{"openssl version", `OpenSSL 3`},
		{"dpkg --audit | wc -l", `(?m)^0`},
		{"od -An -t u1 -j 4 /sys/firmware/efi/efivars/SecureBoot-* 2>/dev/null || echo 0", `(?m)^\s*` + secure + `\s*$`},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), bootTime)
		out, _, err := c.Command(ctx, check.command)
		cancel()
		if err != nil {
			t.Fatalf("%s: %v", check.command, err)
		}
		if !regexp.MustCompile(check.want).MatchString(out) {
			t.Errorf("%s\nsays %q, want %s", check.command, out, check.want)
		}
	}
}

// flip changes one bit in the middle of the root file system of an ISO.
func flip(t *testing.T, iso string) {
	t.Helper()
	f, err := os.OpenFile(iso, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	r, err := iso9660.NewReader(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	root, err := r.Open("live/root.squashfs")
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	block := make([]byte, 4096)
	stat, err := root.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := root.(io.ReaderAt).ReadAt(block, stat.Size()/2/4096*4096); err != nil {
		t.Fatal(err)
	}
	at := find(t, f, info.Size(), block)
	block[1000] ^= 0x10
	if _, err := f.WriteAt(block, at); err != nil {
		t.Fatal(err)
	}
}

// find returns the offset of a block in a file.
func find(t *testing.T, f io.ReaderAt, size int64, block []byte) int64 {
	t.Helper()
	candidate := make([]byte, len(block))
	for at := int64(0); at+int64(len(block)) <= size; at += 2048 {
		if _, err := f.ReadAt(candidate, at); err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(candidate, block) {
			return at
		}
	}
	t.Fatal("the root file system is not in the ISO")
	return 0
}
