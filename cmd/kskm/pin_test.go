package main

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"coen/hsm"
	"coen/hsm/hsmtest"
	"coen/hsm/pkcs11"
	"coen/internal/oracle"
)

// keypad types answers to questions without echo, and lines to others.
type keypad struct {
	pins, lines []string
	asked       []string
}

// pinTool runs kskm pin with somebody at the keypad.
func pinTool(t *testing.T, k *keypad, args ...string) outcome {
	t.Helper()
	o := inRoom(t, func(p *program) {
		p.stdin = strings.NewReader(strings.Join(k.lines, ""))
		p.askPIN = func(prompt string) ([]byte, error) {
			k.asked = append(k.asked, prompt)
			if len(k.asked) > len(k.pins) {
				return nil, errors.New("nobody is there")
			}
			return []byte(k.pins[len(k.asked)-1]), nil
		}
	}, append([]string{"kskm", "pin"}, args...)...)
	for _, pin := range k.pins {
		if pin != "" && strings.Contains(o.log+o.stdout+o.stderr, pin) {
			t.Errorf("%q shows a PIN", args)
		}
	}
	return o
}

// opens reports whether a token takes a user's PIN.
func opens(t *testing.T, token, pin string) bool {
	t.Helper()
	_, _, err := oracle.Try(t, "pkcs11-tool", "--module", hsmtest.Module(t), "--token-label", token, "--login", "--pin", pin, "--list-objects")
	return err == nil
}

const (
	newPIN     = "correct horse"
	officerPIN = hsmtest.OfficerPIN
)

func TestPINChange(t *testing.T) {
	enterEmptyRoom(t)
	for _, c := range []struct {
		name string
		pins []string
		args []string
		code int
		says string
	}{
		{"wrong", []string{"999999"}, nil, exitRejected, "CKR_PIN_INCORRECT"},
		{"mismatch", []string{hsmtest.UserPIN, newPIN, newPIN + "!"}, nil, exitRejected, "twice in the same way"},
		{"too short", []string{hsmtest.UserPIN, "abc"}, nil, exitRejected, "wants 4 to 255"},
		{"control character", []string{hsmtest.UserPIN, "abcd\x7f"}, nil, exitRejected, "cannot be typed"},
		{"nobody", nil, nil, exitRejected, "nobody is there"},
		{"no such token", nil, []string{"--token", "other"}, exitFatal, "No such token"},
		{"no such slot", nil, []string{"--slot", "77"}, exitFatal, "No such token"},
	} {
		o := pinTool(t, &keypad{pins: c.pins}, append([]string{"change", "--token", "room"}, c.args...)...)
		if o.code != c.code || !strings.Contains(o.stderr, c.says) {
			t.Errorf("%s: exit code %d\n%s", c.name, o.code, o.stderr)
		}
		if !opens(t, "room", hsmtest.UserPIN) {
			t.Fatalf("%s: the PIN is another one", c.name)
		}
	}
	k := &keypad{pins: []string{hsmtest.UserPIN, newPIN, newPIN}}
	o := pinTool(t, k, "change", "--token", "room")
	if o.code != exitOK || opens(t, "room", hsmtest.UserPIN) || !opens(t, "room", newPIN) || !strings.Contains(o.log, "which this may have made wrong") {
		t.Errorf("exit code %d\n%s", o.code, o.log)
	}
	if want := `Enter current USER PIN for token "room": `; k.asked[0] != want {
		t.Errorf("asked %q", k.asked)
	}
}

// TestPINOfficer: the officer's PIN is changed, then sets that of a user who has forgotten it.
func TestPINOfficer(t *testing.T) {
	enterEmptyRoom(t)
	if o := pinTool(t, &keypad{pins: []string{officerPIN, "87654321", "87654321"}}, "change", "--officer", "--token", "room"); o.code != exitOK {
		t.Fatal(o.stderr)
	}
	if o := pinTool(t, &keypad{pins: []string{officerPIN}}, "unblock", "--token", "room"); o.code != exitRejected {
		t.Errorf("the old SO PIN is taken: exit code %d", o.code)
	}
	if o := pinTool(t, &keypad{pins: []string{"87654321", newPIN, newPIN}}, "unblock", "--token", "room"); o.code != exitOK || !opens(t, "room", newPIN) {
		t.Errorf("exit code %d\n%s", o.code, o.stderr)
	}
}

func TestPINInit(t *testing.T) {
	enterEmptyRoom(t)
	status := pinTool(t, &keypad{}, "status")
	found := regexp.MustCompile(`(?m)^Slot (\d+): token "room", serial "([0-9a-f]+)"\n.*\n  USER PIN ready, SO PIN ready$`).FindStringSubmatch(status.stdout)
	free := regexp.MustCompile(`(?m)^Slot (\d+): token "", serial ""\n.*\n  not initialized$`).FindStringSubmatch(status.stdout)
	if found == nil || free == nil {
		t.Fatal(status.stdout)
	}
	phrase := "room " + found[2]
	if o := inRoom(t, nil, "kskm", "keymaster", "keygen", "--token", "room", "--algorithm", "ECDSAP256SHA256", "--label", "Klost"); o.code != exitOK {
		t.Fatal(o.stderr)
	}
	for _, c := range []struct {
		name string
		k    keypad
		args []string
		code int
	}{
		{"no label", keypad{}, []string{"--token", "room"}, exitUsage},
		{"several tokens", keypad{}, []string{"--label", "x"}, exitFatal},
		{"long label", keypad{}, []string{"--token", "room", "--label", strings.Repeat("x", 33)}, exitUsage},
		{"label alone", keypad{lines: []string{"room\n"}}, []string{"--token", "room", "--label", "x"}, exitFatal},
		{"yes", keypad{lines: []string{"Yes\n"}}, []string{"--token", "room", "--label", "x"}, exitFatal},
		{"end of input", keypad{}, []string{"--token", "room", "--label", "x"}, exitRejected},
		{"wrong officer", keypad{lines: []string{phrase + "\n"}, pins: []string{"99999999"}}, []string{"--token", "room", "--label", "x"}, exitRejected},
	} {
		o := pinTool(t, &c.k, append([]string{"init"}, c.args...)...)
		if o.code != c.code {
			t.Errorf("%s: exit code %d\n%s%s", c.name, o.code, o.stdout, o.stderr)
		}
		if list := inRoom(t, nil, "kskm", "keybackup", "list", "--token", "room"); !strings.Contains(list.stdout, `"Klost"`) {
			t.Fatalf("%s: the key is gone\n%s", c.name, list.stdout)
		}
	}
	o := pinTool(t, &keypad{lines: []string{phrase + "\n"}, pins: []string{officerPIN, newPIN, newPIN}}, "init", "--token", "room", "--label", "again")
	if o.code != exitOK || !strings.Contains(o.stdout, `has the key "Klost"`) || !opens(t, "again", newPIN) {
		t.Errorf("exit code %d\n%s%s", o.code, o.stdout, o.stderr)
	}
	k := &keypad{lines: []string{"slot " + free[1] + "\n"}, pins: []string{officerPIN, officerPIN, newPIN, newPIN}}
	o = pinTool(t, k, "init", "--slot", free[1], "--label", "second")
	if o.code != exitOK || !opens(t, "second", newPIN) {
		t.Errorf("a new token: exit code %d, asked %q\n%s%s", o.code, k.asked, o.stdout, o.stderr)
	}
}

// TestPINPad: a token with a PIN pad gets no PIN from the program, neither here nor when keys are used.
func TestPINPad(t *testing.T) {
	enterEmptyRoom(t)
	for _, c := range []struct {
		args []string
		pins []string
	}{
		{[]string{"pin", "change", "--token", "room"}, []string{hsmtest.UserPIN, hsmtest.UserPIN, newPIN}},
		{[]string{"pin", "unblock", "--token", "room"}, []string{officerPIN, hsmtest.UserPIN}},
		{[]string{"keymaster", "inventory", "--token", "room"}, []string{hsmtest.UserPIN}},
	} {
		pad := &hsmtest.PINPad{T: t, PINs: c.pins}
		o := inRoom(t, func(p *program) { p.load = pad.Load(pkcs11.Load) }, append([]string{"kskm"}, c.args...)...)
		if o.code != exitOK || len(pad.PINs) != 0 {
			t.Errorf("%q: exit code %d, %d PINs left\n%s", c.args, o.code, len(pad.PINs), o.stderr)
		}
	}
}

// TestPINTries: SoftHSM tells of a wrong PIN, and nothing more; others tell the rest.
func TestPINTries(t *testing.T) {
	enterEmptyRoom(t)
	pinTool(t, &keypad{pins: []string{"999999"}}, "change", "--token", "room")
	if o := pinTool(t, &keypad{}, "status", "--token", "room"); !strings.Contains(o.stdout, "USER PIN with a wrong try before, SO PIN ready") {
		t.Error(o.stdout)
	}
	for _, c := range []struct {
		set  func(*hsm.TokenInfo)
		says string
		code int
	}{
		{func(s *hsm.TokenInfo) { s.User.Final = true }, "USER PIN WITH ONE TRY LEFT", exitRejected},
		{func(s *hsm.TokenInfo) { s.User.Locked = true }, "USER PIN LOCKED", exitFatal},
	} {
		o := inRoom(t, func(p *program) { p.load = hsmtest.Tell(pkcs11.Load, c.set) }, "kskm", "pin", "change", "--token", "room")
		if o.code != c.code || !strings.Contains(o.stdout, c.says) {
			t.Errorf("exit code %d\n%s%s", o.code, o.stdout, o.stderr)
		}
	}
}
