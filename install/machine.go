package install

import (
	"cmp"
	"maps"

	"coen/install/admin"
	"coen/install/command"
	"coen/install/proc"
	"coen/install/shell"
	"coen/tree"
)

// newMachine makes the world that maintainer scripts run in.
func newMachine(t *tree.Tree, o Options) *proc.Machine {
	return &proc.Machine{
		Tree:     t,
		Commands: map[string]proc.Func{},
		Builtin:  map[string]bool{},
		Arch:     o.Arch,
		Hostname: cmp.Or(o.Hostname, "localhost"),
		Kernel:   o.Kernel,
		Memo:     o.Cache,
	}
}

// models fills the machine's table of commands.
func (in *installation) models(m *proc.Machine) {
	shell.New(m)
	for _, table := range []map[string]proc.Func{
		command.Table(),
		admin.Commands(),
		in.db.Table(),
	} {
		maps.Copy(m.Commands, table)
	}
}
