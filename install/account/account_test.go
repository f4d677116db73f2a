package account_test

import (
	"testing"

	"coen/install/account"
	"coen/install/internal/treetest"
)

// TestShadow runs the shadow suite's cases through the models and through the
// host's programs, which take another root.
func TestShadow(t *testing.T) {
	treetest.Suite{
		Commands: account.Commands(),
		Real: func(t *testing.T, root string, args []string) []string {
			flag := "-R"
			if args[0] == "gpasswd" {
				flag = "-Q"
			}
			return append([]string{args[0], flag, root}, args[1:]...)
		},
	}.Run(t, "testdata/shadow/*.txtar")
}

// TestAdduser runs cases whose expectations were taken from adduser itself, in
// a chroot of Debian 13; adduser has no option for another root.
func TestAdduser(t *testing.T) {
	treetest.Suite{Commands: account.Commands()}.Run(t, "testdata/adduser/*.txtar")
}
