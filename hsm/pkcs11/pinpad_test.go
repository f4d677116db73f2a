package pkcs11_test

import (
	"path/filepath"
	"strings"
	"testing"

	"coen/hsm"
	"coen/hsm/officer"
	"coen/hsm/pkcs11"
	"coen/internal/oracle"
)

// TestPINPad has a module that takes PINs from its own pad only, and tells what others do not.
func TestPINPad(t *testing.T) {
	module := filepath.Join(t.TempDir(), "pinpad.so")
	oracle.Run(t, "gcc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", module, "testdata/pinpad.c")
	library, err := pkcs11.Load(module)
	if err != nil {
		t.Fatal(err)
	}
	defer library.Close()
	tokens, err := officer.List(library)
	if err != nil || len(tokens) != 1 {
		t.Fatalf("%v, %v", tokens, err)
	}
	pad := tokens[0]
	want := hsm.TokenInfo{Initialized: true, UserPINSet: true, PINPad: true, MinPIN: 4, MaxPIN: 8, Officer: hsm.Tries{Final: true}}
	got := pad.Info
	got.Label, got.Manufacturer, got.Model, got.Serial = "", "", "", ""
	if pad.Label() != "pad" || got != want {
		t.Errorf("%+v", pad.Info)
	}
	for _, role := range []hsm.Role{hsm.User, hsm.Officer} {
		login, err := pad.Login(role, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := login.SetPIN(nil, nil); err != nil {
			t.Error(err)
		}
		if _, err := pad.Login(role, []byte("1234")); err == nil {
			t.Error("the module takes a PIN that was sent: this tests nothing")
		}
	}
	if err := pad.Initialize(nil, "new"); err != nil {
		t.Error(err)
	}
	s := hsm.Spec{Name: "pad", Module: module, PIN: func() ([]byte, error) {
		t.Error("the PIN is asked for")
		return nil, nil
	}}
	opened, err := hsm.Open([]hsm.Spec{s}, hsm.Options{Load: pkcs11.Load})
	if err != nil {
		t.Fatal(err)
	}
	opened.Close()
	for pin, says := range map[string]string{"": "empty", "123": "wants 4 to 8", "123456789": "wants 4 to 8", "12\t45": "cannot be typed", "12345": ""} {
		if err := pad.CheckPIN([]byte(pin)); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", pin, err)
		}
	}
	for label, good := range map[string]bool{"": false, " x": false, "x\n": false, strings.Repeat("x", 33): false, "two words": true} {
		if err := officer.CheckLabel(label); (err == nil) != good {
			t.Errorf("%q: %v", label, err)
		}
	}
}
