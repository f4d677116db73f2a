package printer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// run runs a program of CUPS and returns what it writes.
func run(ctx context.Context, stdin io.Reader, name string, args ...string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil { // administrators' programs are not in every PATH
		path = "/usr/sbin/" + name
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8") // what it says is read here
	cmd.Stdin = stdin
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("%s is not installed (package cups-client)", name)
	}
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(errs.String()))
	}
	return out.String(), nil
}
