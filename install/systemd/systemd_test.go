package systemd_test

import (
	"strings"
	"testing"

	"coen/install/internal/treetest"
	"coen/install/systemd"
)

func TestSysusers(t *testing.T) {
	treetest.Suite{
		Commands: systemd.Commands(),
		Real: func(t *testing.T, root string, args []string) []string {
			return append([]string{args[0], "--root=" + root}, args[1:]...)
		},
	}.Run(t, "testdata/sysusers/*.txtar")
}

func TestTmpfiles(t *testing.T) {
	treetest.Suite{
		Commands: systemd.Commands(),
		Real: func(t *testing.T, root string, args []string) []string {
			return append([]string{args[0], "--root=" + root}, args[1:]...)
		},
	}.Run(t, "testdata/tmpfiles/*.txtar")
}

func TestSystemctl(t *testing.T) {
	treetest.Suite{
		Commands: systemd.Commands(),
		Real: func(t *testing.T, root string, args []string) []string {
			return append([]string{args[0], "--root=" + root}, args[1:]...)
		},
	}.Run(t, "testdata/systemctl/*.txtar")
}

// TestHelper runs Debian's Perl helpers, which take another root from the
// environment.
func TestHelper(t *testing.T) {
	treetest.Suite{
		Commands: systemd.Commands(),
		Real: func(t *testing.T, root string, args []string) []string {
			if strings.HasPrefix(args[0], "deb-systemd-invoke") {
				return nil
			}
			return append([]string{"env", "DPKG_ROOT=" + root}, args...)
		},
	}.Run(t, "testdata/helper/*.txtar")
}
