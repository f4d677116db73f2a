package commandline_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/spf13/cobra"

	"coen/internal/commandline"
)

// tools is a program with a tool for each way to end.
func tools() *cobra.Command {
	root := &cobra.Command{Use: "tools", Args: commandline.Args(cobra.NoArgs), RunE: func(*cobra.Command, []string) error { return nil }}
	for name, err := range map[string]error{
		"good": nil, "bad": errors.New("bad luck"), "done": fmt.Errorf("told: %w", commandline.Exit(3)),
		"odd": commandline.Faultf("--%s is odd", "x"), "wrapped": fmt.Errorf("line 1: %w", commandline.Fault(errors.New("odd"))),
	} {
		root.AddCommand(&cobra.Command{Use: name, Args: commandline.Args(cobra.NoArgs), RunE: func(*cobra.Command, []string) error { return err }})
	}
	old := &cobra.Command{Use: "old", RunE: func(*cobra.Command, []string) error { return nil }, Annotations: map[string]string{commandline.OldStatus: "1"}}
	old.Flags().Bool("needed", false, "")
	_ = old.MarkFlagRequired("needed")
	root.AddCommand(old)
	return root
}

func TestRun(t *testing.T) {
	for _, test := range []struct {
		args   []string
		status int
		said   string
	}{
		{nil, commandline.OK, ""},
		{[]string{"good"}, commandline.OK, ""},
		{[]string{"bad"}, commandline.Failed, "tools bad: bad luck\n"},
		{[]string{"done"}, 3, ""},
		{[]string{"odd"}, commandline.Usage, "tools odd: --x is odd\nTry 'tools odd --help'.\n"},
		{[]string{"wrapped"}, commandline.Usage, "tools wrapped: line 1: odd\nTry 'tools wrapped --help'.\n"},
		{[]string{"absent"}, commandline.Usage, "tools: unknown command \"absent\" for \"tools\"\nTry 'tools --help'.\n"},
		{[]string{"good", "more"}, commandline.Usage, "tools good: unknown command \"more\" for \"tools good\"\nTry 'tools good --help'.\n"},
		{[]string{"good", "--no-such"}, commandline.Usage, "tools good: unknown flag: --no-such\nTry 'tools good --help'.\n"},
		{[]string{"old"}, commandline.Failed, "tools old: required flag(s) \"needed\" not set\nTry 'tools old --help'.\n"},
	} {
		var said bytes.Buffer
		root := tools()
		root.SetErr(&said)
		root.SetOut(&said)
		if status := commandline.Run(t.Context(), root, test.args); status != test.status || said.String() != test.said {
			t.Errorf("%q: status %d, %q", test.args, status, said.String())
		}
	}
}
