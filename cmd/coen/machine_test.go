package main

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"coen/boot/measure"
	"coen/internal/linux"
	"coen/internal/oracle"
	"coen/internal/qemu"
	"coen/recipe"
)

// bootTime is how long a machine may take to its prompt under emulation, on a
// host that does other things too.
const bootTime = 15 * time.Minute

// shippedISO builds the image of a recipe, from the shipped lock or, where that can
// no longer be fetched, from a lock of today.
func shippedISO(t *testing.T, recipe string) string {
	t.Helper()
	iso := filepath.Join(t.TempDir(), "shipped.iso")
	ctx := t.Context()
	if run(ctx, []string{"build", "-r", recipe, "-o", iso}) == 0 {
		return iso
	}
	lock := filepath.Join(t.TempDir(), "today.lock")
	if status := run(ctx, []string{"lock", "-r", recipe, "-o", lock}); status != 0 {
		t.Fatalf("coen lock: status %d", status)
	}
	if status := run(ctx, []string{"build", "-r", recipe, "-l", lock, "-o", iso}); status != 0 {
		t.Fatalf("coen build: status %d", status)
	}
	return iso
}

// A vm is a machine that a test uses as people would: it looks at the screen and
// the serial console and presses keys.
type vm struct {
	*qemu.Machine
	t *testing.T
}

// start starts a machine and chooses an entry of the recipe's boot menu, adding
// arguments for the kernel.
func start(t *testing.T, c qemu.Config, recipeFile, entry string, arguments ...string) *vm {
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
	v := &vm{m, t}
	menu := parsedRecipe(t, recipeFile).Boot.Entries
	at := slices.IndexFunc(menu, func(e recipe.Entry) bool { return e.ID == entry })
	v.expect(regexp.QuoteMeta(menu[len(menu)-1].Title))
	for range at {
		v.menuKey("down")
	}
	switch {
	case len(arguments) == 0:
		v.menuKey("ret")
	case c.Firmware == qemu.BIOS:
		v.menuKey("tab")
		v.typed(" " + strings.Join(arguments, " ") + "\n")
	default: // GRUB's editor: the line of the kernel is the third
		for _, key := range []string{"e", "down", "down", "ctrl-e"} {
			v.menuKey(key)
		}
		v.typed(" " + strings.Join(arguments, " "))
		v.menuKey("ctrl-x")
	}
	return v
}

// menuKey presses a key in a boot menu, which polls the keyboard.
func (v *vm) menuKey(keys string) {
	v.t.Helper()
	time.Sleep(300 * time.Millisecond)
	v.key(keys)
}

// patience is the context of one thing that the machine is waited for.
func (v *vm) patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(v.t.Context(), bootTime)
}

// expect waits for something on the serial console.
func (v *vm) expect(pattern string) []string {
	v.t.Helper()
	ctx, cancel := v.patience()
	defer cancel()
	match, err := v.Console.Expect(ctx, regexp.MustCompile(pattern))
	if err != nil {
		v.t.Fatal(err)
	}
	return match
}

// see waits for something on a screen in text mode, and returns what is there.
func (v *vm) see(pattern string) string {
	v.t.Helper()
	ctx, cancel := v.patience()
	defer cancel()
	re := regexp.MustCompile(pattern)
	for {
		text, err := v.Monitor.Text(ctx)
		if err != nil {
			v.t.Fatalf("wait for %q on the screen: %v; there is\n%s", pattern, err, text)
		}
		if re.MatchString(text) {
			return text
		}
		time.Sleep(500 * time.Millisecond)
	}
}

func (v *vm) key(keys string) {
	v.t.Helper()
	if err := v.Monitor.SendKey(v.t.Context(), keys); err != nil {
		v.t.Fatal(err)
	}
}

func (v *vm) typed(text string) {
	v.t.Helper()
	if err := v.Monitor.Type(v.t.Context(), text); err != nil {
		v.t.Fatal(err)
	}
}

// run runs a command in the shell on the serial console.
func (v *vm) run(command string) string {
	v.t.Helper()
	ctx, cancel := v.patience()
	defer cancel()
	out, _, err := v.Console.Command(ctx, command)
	if err != nil {
		v.t.Fatal(err)
	}
	return out
}

// A check is a command and what its output has to match.
type check struct{ command, want string }

func (v *vm) check(checks ...check) {
	v.t.Helper()
	for _, c := range checks {
		if out := v.run(c.command); !regexp.MustCompile(c.want).MatchString(out) {
			v.t.Errorf("%s\nsays %q, want %s", c.command, out, c.want)
		}
	}
}

// record reads what the running system knows of its medium.
func (v *vm) record() *measure.Record {
	v.t.Helper()
	r, err := measure.ParseRecord(strings.NewReader(v.run("cat /run/coen/measured")))
	if err != nil {
		v.t.Fatal(err)
	}
	return r
}

// photograph keeps a picture of the screen for people.
func (v *vm) photograph(name string) {
	v.t.Helper()
	picture, err := v.Monitor.Screen(v.t.Context())
	if err != nil {
		v.t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(v.t.ArtifactDir(), name+".png"))
	if err != nil {
		v.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, picture); err != nil {
		v.t.Fatal(err)
	}
}
