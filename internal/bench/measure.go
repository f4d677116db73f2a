package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// A measure is what a program took.
type measure struct {
	CPU    time.Duration // user and system, with all the programs it ran
	Wall   time.Duration
	Memory int64 // largest resident set of a process, in bytes
	Size   int64 // of the result, in bytes
	Load   string
}

// command runs a program and measures it. Its output goes to standard error.
func command(ctx context.Context, args []string, env ...string) (measure, error) {
	load, _ := os.ReadFile("/proc/loadavg") // for the reader; without it the line is empty
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	begin := time.Now()
	err := cmd.Run()
	m := measure{Wall: time.Since(begin), Load: fmt.Sprintf("%.4s", load)}
	if err != nil {
		return m, err
	}
	m.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.Memory = usage.Maxrss << 10
	}
	return m, nil
}

// sized adds the size of the result.
func (m measure) sized(file string) (measure, error) {
	info, err := os.Stat(file)
	if err == nil {
		m.Size = info.Size()
	}
	return m, err
}

func (b *bench) results() string { return filepath.Join(b.dir, "results.json") }

func (b *bench) load() (map[string]measure, error) {
	results := map[string]measure{}
	data, err := os.ReadFile(b.results())
	if errors.Is(err, fs.ErrNotExist) {
		return results, nil
	}
	if err != nil {
		return nil, err
	}
	return results, json.Unmarshal(data, &results)
}

func (b *bench) save(results map[string]measure) error {
	data, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(b.results(), append(data, '\n'), 0o644)
}
