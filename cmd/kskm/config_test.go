package main

import (
	"os"
	"strings"
	"testing"

	"coen/ksk/config"
)

func TestConfigCheck(t *testing.T) {
	enterRoom(t)
	for name, c := range map[string]struct {
		old, new string
		code     int
		says     string
	}{
		"lawful":       {"", "", exitOK, "Nothing dangerous was found."},
		"octal PIN":    {"pin: 123456", "pin: 0123456", exitRejected, "octal"},
		"unknown key":  {"schemas:\n", "schemas:\n  odd:\n    1: {publish: kcurrent, sign: kabsent}\n", exitRejected, `no key "kabsent"`},
		"unknown name": {"hsm:", "hmm: {}\nhsm:", exitRejected, `unknown key "hmm"`},
	} {
		put(t, "changed.yaml", strings.Replace(read(t, "ksrsigner.yaml"), c.old, c.new, 1))
		o := inRoom(t, nil, "kskm", "config", "check", "changed.yaml")
		if o.code != c.code || !strings.Contains(o.stdout+o.stderr, c.says) {
			t.Errorf("%s: exit code %d\n%s%s", name, o.code, o.stdout, o.stderr)
		}
		if strings.Contains(o.stdout+o.stderr, "123456") {
			t.Errorf("%s: the PIN is shown", name)
		}
	}
	if o := inRoom(t, nil, "kskm", "config", "check", "absent.yaml"); o.code != exitFatal {
		t.Errorf("absent: exit code %d", o.code)
	}
}

// TestConfigConvert converts files of the legacy tools and signs with what comes out.
func TestConfigConvert(t *testing.T) {
	enterRoom(t)
	want := mustSign(t, "--schema", "rollover", "ksr.xml", "skr.xml")
	put(t, "soft.hsmconfig", "SOFTHSM2_CONF="+os.Getenv("SOFTHSM2_CONF")+"\nPKCS11_LIBRARY_PATH=$SOFTHSM2_MODULE\n")
	put(t, "kskschedule.json", schedule())
	hsms := inRoom(t, nil, "kskm", "config", "convert", "soft.hsmconfig")
	schemas := inRoom(t, nil, "kskm", "config", "convert", "--config", "ksrsigner.yaml", "kskschedule.json")
	if hsms.code != exitOK || schemas.code != exitOK {
		t.Fatal(hsms.stderr, schemas.stderr)
	}
	t.Setenv("SOFTHSM2_CONF", "/nonexistent")
	text := read(t, "ksrsigner.yaml")
	keys := text[strings.Index(text, "keys:"):strings.Index(text, "schemas:")]
	put(t, "pin.txt", "123456\n")
	put(t, "ksrsigner.yaml", strings.Replace(hsms.stdout, "    env:\n", "    pin_file: pin.txt\n    env:\n", 1)+keys+schemas.stdout)
	if _, err := config.Load([]byte(read(t, "ksrsigner.yaml")), config.Host{Getenv: os.Getenv}); err != nil {
		t.Fatal(err)
	}
	got := mustSign(t, "--schema", "rollover", "ksr.xml", "skr2.xml")
	if read(t, "skr.xml") != read(t, "skr2.xml") || len(got.Bundles) != len(want.Bundles) {
		t.Error("the converted configuration gives another response")
	}
	if o := inRoom(t, nil, "kskm", "config", "convert", "ksr.xml"); o.code != exitRejected {
		t.Errorf("neither kind of file: exit code %d", o.code)
	}
	if o := inRoom(t, nil, "kskm", "config", "convert", "--output", "out.yaml", "kskschedule.json"); o.code != exitOK || !strings.Contains(read(t, "out.yaml"), "'Kcurrent'") {
		t.Errorf("without a configuration: exit code %d", o.code)
	}
}

// schedule is the schema "rollover" of the room in the form of the legacy tool.
func schedule() string {
	var b strings.Builder
	b.WriteString(`{"schedules": {"rollover": {"1": {"publish": ["Kcurrent", "Knext"], "sign": "Kcurrent"}`)
	for n := '2'; n <= '9'; n++ {
		b.WriteString(`, "` + string(n) + `": {"publish": ["Kcurrent", "Knext"], "sign": ["Knext"]}`)
	}
	b.WriteString("}}}")
	return b.String()
}
