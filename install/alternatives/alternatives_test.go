package alternatives_test

import (
	"testing"

	"coen/install/alternatives"
	"coen/install/internal/treetest"
	"coen/install/proc"
)

func TestCases(t *testing.T) {
	treetest.Suite{
		Commands: map[string]proc.Func{"update-alternatives": alternatives.Command},
		Real: func(t *testing.T, root string, args []string) []string {
			return append([]string{args[0], "--root", root, "--log", "/dev/null"}, args[1:]...)
		},
		Ignore: []string{"/dev"}, // the log
	}.Run(t, "testdata/*.txtar")
}
