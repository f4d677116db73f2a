package transcript

import (
	_ "embed"
	"os"
	"path/filepath"
	"strings"
)

// bashrc has bash mark its commands.
//
//go:embed mark.bash
var bashrc string

// isBash reports whether a shell understands bashrc, by its name.
func isBash(shell string) bool { return filepath.Base(shell) == "bash" }

// writeBashrc writes a start file for one session into a folder.
func writeBashrc(dir, nonce string) (path string, err error) {
	f, err := os.CreateTemp(dir, "bashrc-")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(strings.ReplaceAll(bashrc, "NONCE", nonce))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}
