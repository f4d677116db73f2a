package pam_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"coen/install/debconf"
	"coen/install/internal/treetest"
	"coen/install/pam"
)

// rc keeps the real program away from the host's debconf database.
const rc = `Config: config
Templates: templates

Name: config
Driver: File
Filename: %[1]s/config.dat

Name: templates
Driver: File
Filename: %[1]s/templates.dat
`

func TestCases(t *testing.T) {
	commands := debconf.Commands()
	commands["pam-auth-update"] = pam.Update
	databases := map[string]string{} // by root: the database lives as long as the case
	treetest.Suite{
		Commands: commands,
		Real: func(t *testing.T, root string, args []string) []string {
			conf := databases[root]
			if conf == "" {
				dir := t.TempDir()
				conf = filepath.Join(dir, "debconf.conf")
				if err := os.WriteFile(conf, fmt.Appendf(nil, rc, dir), 0o600); err != nil {
					t.Fatal(err)
				}
				databases[root] = conf
			}
			return append([]string{"env", "DEBCONF_SYSTEMRC=" + conf, "DEBIAN_FRONTEND=noninteractive",
				args[0], "--root", root}, args[1:]...)
		},
		Ignore: []string{"/var/cache"},
		Silent: true, // debconf wraps its messages and heads them with a title
	}.Run(t, "testdata/*.txtar")
}
