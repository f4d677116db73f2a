package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"coen/internal/manpage"
	"coen/internal/oracle"
)

// TestManual: every command has a page that says what it does and how it ends, and a real formatter has no complaint.
func TestManual(t *testing.T) {
	p, _, _ := testProgram(t, "")
	root := p.tree("kskm")
	dir := t.TempDir()
	for _, page := range manpage.Pages(root, "COEN") {
		file := filepath.Join(dir, page.Name)
		if err := os.WriteFile(file, page.Text, 0o600); err != nil {
			t.Fatal(err)
		}
		out, complaints, err := oracle.Try(t, "groff", "-man", "-ww", "-z", "-Tutf8", file)
		if err != nil || out+complaints != "" {
			t.Errorf("%s: %v\n%s%s", page.Name, err, out, complaints)
		}
	}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if c.IsAvailableCommand() && !c.HasAvailableSubCommands() && c.Long == "" && c.Name() != "help" && !strings.Contains(short, c.CommandPath()) {
			t.Errorf("%s says no more than %q", c.CommandPath(), c.Short)
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
}

// short are the commands whose headline says all.
const short = "kskm keybackup list, kskm keybackup show, kskm pin status, kskm pin change, kskm pin unblock"
