package qemu

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"coen/internal/oracle"
)

// machineTimeout is for a host that does other things, too.
const machineTimeout = 2 * time.Minute

// sector makes a disk image that starts with the given code.
func sector(t *testing.T, code []byte) string {
	t.Helper()
	disk := make([]byte, 1<<20)
	copy(disk, code)
	disk[510], disk[511] = 0x55, 0xAA
	name := filepath.Join(t.TempDir(), "a disk, with a comma")
	if err := os.WriteFile(name, disk, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// hello writes K to the first serial port, and everything it reads from there,
// until that is Q. Then it powers off.
var hello = []byte{
	0xFA,             // cli
	0xBA, 0xF8, 0x03, // mov dx, 0x3f8
	0xB0, 'K', // mov al, 'K'
	0xEE, // out dx, al
	// wait:
	0xBA, 0xFD, 0x03, // mov dx, 0x3fd
	0xEC,       // in al, dx
	0xA8, 0x01, // test al, 1
	0x74, 0xF8, // jz wait
	0xBA, 0xF8, 0x03, // mov dx, 0x3f8
	0xEC,      // in al, dx
	0xEE,      // out dx, al
	0x3C, 'Q', // cmp al, 'Q'
	0x75, 0xEF, // jne wait
	0xBA, 0x04, 0x06, // mov dx, 0x604: the power management of q35
	0xB8, 0x00, 0x20, // mov ax, 0x2000
	0xEF, // out dx, ax
	0xF4, // hlt
}

func boot(t *testing.T, c Config) *Machine {
	t.Helper()
	if err := c.Missing(); err != nil {
		oracle.Missing(t, "%v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), machineTimeout)
	t.Cleanup(cancel)
	m, err := Start(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(m.dir); err == nil {
			t.Errorf("%s is left", m.dir)
		}
	})
	return m
}

func TestMachine(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a machine")
	}
	m := boot(t, Config{Image: sector(t, hello), Medium: USB, Memory: 64, CPUs: 1})
	ctx, cancel := context.WithTimeout(t.Context(), machineTimeout)
	defer cancel()
	if _, err := m.Console.Expect(ctx, regexp.MustCompile("K")); err != nil {
		t.Fatal(err)
	}
	if err := m.Console.Send("abc"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Console.Expect(ctx, regexp.MustCompile("abc\r")); err != nil {
		t.Fatal(err)
	}
	if picture, err := m.Monitor.Screen(ctx); err != nil || picture.Bounds().Dx() != 720 {
		t.Errorf("no picture of the screen: %v", err)
	}
	if text, err := m.Monitor.Text(ctx); err != nil || !strings.Contains(text, "SeaBIOS") {
		t.Errorf("the screen reads %q (%v)", text, err)
	}
	stick := sector(t, hello)
	if err := m.Monitor.Plug(ctx, "stick", stick); err != nil {
		t.Error(err)
	}
	if err := m.Monitor.Unplug(ctx, "stick"); err != nil {
		t.Error(err)
	}
	if err := m.Monitor.SendKey(ctx, "ctrl-alt-f2"); err != nil {
		t.Error(err)
	}
	if err := m.Monitor.SendKey(ctx, "nosuchkey"); err == nil {
		t.Error("pressed a key that is not there")
	}
	if err := m.Console.Send("Q"); err != nil {
		t.Fatal(err)
	}
	if err := m.Wait(ctx); err != nil {
		t.Error(err)
	}
}

// TestKill ends a machine with its context.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a machine")
	}
	c := Config{Image: sector(t, []byte{0xEB, 0xFE}), Memory: 64}
	if err := c.Missing(); err != nil {
		oracle.Missing(t, "%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	m, err := Start(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	cancel()
	if err := m.Wait(t.Context()); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("error %v", err)
	}
	if _, err := m.Console.Expect(t.Context(), regexp.MustCompile("x")); !errors.Is(err, ErrEnded) {
		t.Errorf("error %v", err)
	}
}

func TestStartFails(t *testing.T) {
	c := Config{Image: filepath.Join(t.TempDir(), "missing")}
	if err := c.Missing(); err != nil {
		oracle.Missing(t, "%v", err)
	}
	if m, err := Start(t.Context(), c); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("error %v", err)
		m.Close()
	}
	if _, err := Start(t.Context(), Config{}); err == nil || !strings.Contains(err.Error(), "no image") {
		t.Errorf("error %v", err)
	}
}

func TestArguments(t *testing.T) {
	c := Config{Image: "a,b.iso", Medium: CDROM, Drives: []string{"x,y"}, Args: []string{"-extra"}}
	args, err := c.arguments(t.TempDir(), []string{"-accel", "tcg"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"if=none,id=medium,format=raw,readonly=on,file=a,,b.iso,media=cdrom",
		"if=none,id=drive0,format=raw,file=x,,y",
		"usb-storage,bus=usb.0,drive=drive0,removable=on",
		"2048", "q35", "tcg", "-extra",
	} {
		if !slices.Contains(args, want) {
			t.Errorf("%q lacks %q", args, want)
		}
	}
}
