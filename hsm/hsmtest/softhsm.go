// Package hsmtest makes tokens for tests: SoftHSM ones in temporary folders, with keys from
// fixed PKCS#8 files so that RSA signatures are the same every time, and libraries that
// fail on demand.
//
// SoftHSM (Debian packages softhsm2 and libsofthsm2) is an oracle in the sense of package
// internal/oracle: without it tests skip, or fail if REQUIRE_ORACLES=1.
package hsmtest

import (
	"os"
	"path/filepath"
	"testing"

	"coen/internal/oracle"
)

// UserPIN and OfficerPIN are those of all tokens.
const (
	UserPIN    = "123456"
	OfficerPIN = "1234567890"
)

// Module returns the path of SoftHSM's PKCS#11 module.
func Module(t testing.TB) string {
	t.Helper()
	for _, pattern := range []string{
		os.Getenv("SOFTHSM2_MODULE"), "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/*/softhsm/libsofthsm2.so",
		"/usr/lib64/pkcs11/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so",
	} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[0]
		}
	}
	oracle.Missing(t, "libsofthsm2.so is not installed")
	return ""
}

// Folder makes an empty folder for tokens and points SoftHSM to it for the rest of the test. It
// also sets SOFTHSM2_MODULE, which configurations refer to.
func Folder(t testing.TB) string {
	t.Helper()
	module := Module(t)
	oracle.Need(t, "softhsm2-util")
	folder := t.TempDir()
	tokens := filepath.Join(folder, "tokens")
	if err := os.Mkdir(tokens, 0o700); err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(folder, "softhsm2.conf")
	text := "directories.tokendir = " + tokens + "\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n"
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", conf)
	t.Setenv("SOFTHSM2_MODULE", module)
	return folder
}

// Token initializes a token with this label in the folder.
func Token(t testing.TB, label string) {
	t.Helper()
	oracle.Run(t, "softhsm2-util", "--init-token", "--free", "--label", label, "--pin", UserPIN, "--so-pin", OfficerPIN)
}

// Import puts a private key from a PKCS#8 file, and its public half, into a token. The
// identifier is in hexadecimal.
func Import(t testing.TB, token, file, label, id string) {
	t.Helper()
	oracle.Run(t, "softhsm2-util", "--import", file, "--token", token, "--label", label, "--id", id, "--pin", UserPIN)
}

// ImportExtractable is Import for a key that can be wrapped, as those that kskm makes.
func ImportExtractable(t testing.TB, token, file, label, id string) {
	t.Helper()
	Import(t, token, file, label, id)
	tool := func(args ...string) {
		t.Helper()
		oracle.Run(t, "pkcs11-tool", append([]string{"--module", Module(t), "--token-label", token, "--login", "--pin", UserPIN, "--type", "privkey", "--label", label}, args...)...)
	}
	tool("--delete-object")
	tool("--write-object", file, "--id", id, "--extractable", "--sensitive", "--usage-sign", "--usage-decrypt")
}
