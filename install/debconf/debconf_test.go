package debconf_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"coen/install/debconf"
	"coen/install/internal/treetest"
)

// rc is a debconf.conf for a database below another root.
const rc = `Config: configdb
Templates: templatedb

Name: config
Driver: File
Mode: 644
Reject-Type: password
Filename: %[1]s/var/cache/debconf/config.dat

Name: passwords
Driver: File
Mode: 600
Backup: false
Required: false
Accept-Type: password
Filename: %[1]s/var/cache/debconf/passwords.dat

Name: configdb
Driver: Stack
Stack: config, passwords

Name: templatedb
Driver: File
Mode: 644
Filename: %[1]s/var/cache/debconf/templates.dat
`

func TestCases(t *testing.T) {
	treetest.Suite{
		Commands: debconf.Commands(),
		Real: func(t *testing.T, root string, args []string) []string {
			conf := filepath.Join(t.TempDir(), "debconf.conf")
			if err := os.WriteFile(conf, fmt.Appendf(nil, rc, root), 0o600); err != nil {
				t.Fatal(err)
			}
			return append([]string{"env", "DEBCONF_SYSTEMRC=" + conf, "DEBIAN_FRONTEND=noninteractive"}, args...)
		},
	}.Run(t, "testdata/*.txtar")
}
