package main

import (
	"encoding/json"
	"fmt"
	"os"

	"coen/ceremony/media"
	"coen/internal/commandline"
)

// showManifest prints the root hash of a drive and does with the manifest what
// was asked for.
func (p *program) showManifest(o *hashing, args []string) error {
	dir, m, err := p.readDrive(args, hsmfd)
	if err != nil {
		return err
	}
	if o.list == "-" {
		_, err := p.stdout.Write(m.Bytes())
		return err
	}
	files, size := m.Files()
	if o.json {
		return json.NewEncoder(p.stdout).Encode(map[string]any{
			"folder": dir, "files": files, "bytes": size, "root": fmt.Sprintf("%x", m.Root()), "old": fmt.Sprintf("%x", m.Old),
		})
	}
	fmt.Fprintf(p.stdout, `%s
Files:      %d, %d bytes
Root hash of names, sizes, modes and contents:
%sOld digest (contents only, without names):
%s`, dir, files, size, twoLines(m.Root()), twoLines(m.Old))
	if o.list != "" {
		if err := save(o.list, m.Bytes()); err != nil {
			return err
		}
	}
	if o.against == "" {
		return nil
	}
	return p.compareWith(o.against, dir, m)
}

// compareWith compares a drive with a manifest that was written before.
func (p *program) compareWith(name, dir string, m *media.Manifest) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	want, err := media.Parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	differences := media.Compare(want, m)
	if len(differences) == 0 {
		fmt.Fprintf(p.stdout, "%s is as %s says\n", dir, name)
		return nil
	}
	fmt.Fprintf(p.stdout, "ERROR: %s differs from %s:\n", dir, name)
	p.showDifferences(dir, differences)
	return commandline.Exit(exitFailed)
}
