package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/hsm/hsmtest"
	"coen/ksk/ksrtest"
)

// TestTwoModules has two keys behind two modules, each with an environment of its own. The second
// module is a copy of the first one's file, which the dynamic linker takes for another library.
func TestTwoModules(t *testing.T) {
	dir := t.TempDir()
	var confs []string
	for i, name := range []string{"ksk-1", "ksk-2"} {
		hsmtest.Folder(t)
		label := kskKeys[i].label
		hsmtest.Token(t, "token-"+label)
		hsmtest.Import(t, "token-"+label, ksrtest.File(t, name), label, "01")
		confs = append(confs, os.Getenv("SOFTHSM2_CONF"))
	}
	library, err := os.ReadFile(hsmtest.Module(t))
	if err != nil {
		t.Fatal(err)
	}
	second := filepath.Join(dir, "libsecond.so")
	if err := os.WriteFile(second, library, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", "/nonexistent")
	t.Chdir(t.TempDir())
	putRequest(t, "ksr.xml", ksrtest.Plan(t))
	text := configuration(t, "{}")
	entry := func(name, module, conf string) string {
		return "  " + name + ": {module: '" + module + "', pin: '" + hsmtest.UserPIN + "', env: {SOFTHSM2_CONF: '" + conf + "'}}\n"
	}
	hsms := "hsm:\n" + entry("first", hsmtest.Module(t), confs[0]) + entry("second", second, confs[1])
	put(t, "ksrsigner.yaml", hsms+text[strings.Index(text, "keys:"):])
	believe(t, mustSign(t, "--schema", "rollover", "ksr.xml", "skr.xml"))
	if o := sign(t, "--hsm", "second", "--schema", "rollover", "ksr.xml", "skr2.xml"); o.code != exitUsage || !strings.Contains(o.log, "Key 'kcurrent' not found") {
		t.Errorf("one module alone: exit code %d\n%s", o.code, o.log)
	}
	if got := os.Getenv("SOFTHSM2_CONF"); got != "/nonexistent" {
		t.Errorf("SOFTHSM2_CONF is left at %q", got)
	}
}
