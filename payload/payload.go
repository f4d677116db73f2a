// Package payload holds the programs that go into the image, compiled from this
// repository for linux/amd64 with the toolchain that go.mod pins. `make` puts
// them into bin, and their manual pages into man, before it builds coen, which embeds them; Go makes the same
// bytes on every host.
package payload

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed all:bin all:man
var files embed.FS

// names are the further names that programs answer to.
var names = map[string][]string{
	"ceremony": {
		"configure-printer", "copy-hsmfd", "hsmfd-hash", "print-script", "print-ttyaudit", "printlog", "screencap-verify", "ttyaudit",
	},
	"kskm": {"kskm-keymaster", "kskm-ksrsigner", "kskm-sha2wordlist", "kskm-trustanchor"},
}

// Program returns the program called name, "coen-init". It fails in a coen that
// was compiled by hand, without make.
func Program(name string) ([]byte, error) {
	data, err := files.ReadFile("bin/" + name)
	if err != nil {
		return nil, fmt.Errorf("this coen was built without the program %s of the image; build it with make", name)
	}
	return data, nil
}

// Names returns the further names that a program answers to when it is called
// by a link of that name.
func Names(program string) []string { return names[program] }

// Pages returns the manual pages of a program, gzip files of section 1 by name:
// "kskm.1.gz" and those of its subcommands.
func Pages(program string) (map[string][]byte, error) {
	entries, err := files.ReadDir("man")
	if err != nil {
		return nil, err
	}
	pages := map[string][]byte{}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".1.gz")
		if !ok || name != program && !strings.HasPrefix(name, program+"-") {
			continue
		}
		if pages[e.Name()], err = files.ReadFile("man/" + e.Name()); err != nil {
			return nil, err
		}
	}
	return pages, nil
}
