package shell_test

import (
	"path/filepath"
	"testing"

	"coen/install/shell"
)

// FuzzScript runs arbitrary scripts: none may panic, hang or run out of memory.
func FuzzScript(f *testing.F) {
	for _, dir := range []string{"dash", "bash"} {
		files, err := filepath.Glob("testdata/" + dir + "/*.txtar")
		must(f, err)
		for _, file := range files {
			for _, sn := range snippets(f, file) {
				f.Add(sn.script, dir == "bash")
			}
		}
	}
	f.Fuzz(func(t *testing.T, script string, bash bool) {
		m, in := machine(t)
		in.MaxSteps = 5000
		program := "sh"
		if bash {
			program = "bash"
		}
		runIn(m, "/tmp", program, "-c", script, "snippet", "one", "two words", "")
	})
}

// FuzzPrintf holds the models that take apart their arguments.
func FuzzPrintf(f *testing.F) {
	f.Add("%5.3d|%-s\\n", "7", "x")
	f.Add("%*b%q", "3", "\\0101")
	f.Fuzz(func(t *testing.T, format, a, b string) {
		m, _ := machine(t)
		m.Commands["echo"] = shell.Printf
		runIn(m, "/tmp", "echo", format, a, b)
		m.Commands["echo"] = shell.Test
		runIn(m, "/tmp", "echo", format, a, b)
		m.Commands["echo"] = shell.Echo
		runIn(m, "/tmp", "echo", format, a, b)
	})
}
