package install

import (
	"path"
	"slices"

	"coen/install/dpkg"
	"coen/install/proc"
)

// A Script is the journal's entry for a maintainer script that ran.
type Script struct {
	Package string   // "name version"
	Script  string   // "preinst", "postinst"
	Args    []string // "configure", ""
	Status  int
	Output  string // both streams, at most 64 KiB
	// Commands are the programs it ran, by path or, where the tree has none, by
	// name, each once, in the order of first use.
	Commands []string
	// Answered are the commands that a rule answered for.
	Answered []string
}

// A journal watches scripts through the machine's and the database's hooks.
type journal struct {
	db       *dpkg.Database
	rules    *rules
	scripts  []Script
	commands []string
	answered []string
	call     []string // the latest command
}

// before is the machine's hook.
func (j *journal) before(p *proc.Proc, file string) (status int, answered bool) {
	pkg, script := j.db.Running()
	j.call = slices.Clone(p.Args)
	if path.Dir(file) != "/var/lib/dpkg/info" && path.Dir(file) != "/var/lib/dpkg/tmp.ci" {
		j.commands = note(j.commands, file)
	}
	status, answered = j.rules.answer(pkg, script, p.Args, file)
	if answered {
		j.answered = note(j.answered, file)
	}
	return status, answered
}

func note(list []string, name string) []string {
	if slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

// ran is the database's hook.
func (j *journal) ran(r dpkg.Run) {
	j.scripts = append(j.scripts, Script{
		Package: r.Package.String(), Script: r.Script, Args: r.Args, Status: r.Status,
		Output: string(r.Output), Commands: j.commands, Answered: j.answered,
	})
	j.commands, j.answered = nil, nil
}
