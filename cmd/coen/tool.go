package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"coen/attest"
	"coen/payload"
)

// thisTool describes the running program.
func thisTool() (attest.Tool, error) {
	tool := attest.Tool{
		Go:       runtime.Version(),
		Modules:  sha256.Sum256([]byte(modules())),
		Programs: sha256.Sum256([]byte(payload.List())),
	}
	path, err := os.Executable()
	if err != nil {
		return tool, err
	}
	f, err := os.Open(path)
	if err != nil {
		return tool, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return tool, err
	}
	h.Sum(tool.SHA256[:0])
	return tool, nil
}

// modules lists what the program is made from besides this repository, one line
// each, sorted.
func modules() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	var lines []string
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		lines = append(lines, fmt.Sprintf("%s %s %s\n", m.Path, m.Version, m.Sum))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
