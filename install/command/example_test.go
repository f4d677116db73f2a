package command_test

import (
	"bytes"
	"fmt"

	"coen/install/command"
	"coen/install/proc"
	"coen/tree"
)

func ExampleTable() {
	root := tree.New(1735689600)
	root.MkdirAll("/usr/bin", 0o755)
	root.WriteFile("/usr/bin/sed", []byte("\x7fELF"), 0o755)
	root.WriteFile("/shells", []byte("/bin/sh\n/usr/bin/rbash\n"), 0o644)

	var out bytes.Buffer
	p := &proc.Proc{
		Machine: &proc.Machine{Tree: root, Commands: command.Table()},
		Args:    []string{"sed", "-n", `s,^/usr,,p`, "/shells"},
		Env:     map[string]string{"PATH": "/usr/bin"},
		Dir:     "/",
		Files:   map[int]*proc.File{1: {W: &out}},
	}
	status, err := p.Run()
	fmt.Print(status, err, " ", out.String())
	// Output: 0 <nil> /bin/rbash
}
