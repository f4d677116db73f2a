package bundle

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"strings"
)

// Source lists the source of COEN: the files of the newest commit of the git
// checkout in dir.
func Source(ctx context.Context, dir string) ([]Member, error) {
	out, err := output(exec.CommandContext(ctx, "git", "-C", dir, "archive", "--format=tar", "HEAD"))
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", dir, err)
	}
	var all []Member
	for r := tar.NewReader(bytes.NewReader(out)); ; {
		h, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("source %s: %w", dir, err)
		case h.Typeflag == tar.TypeDir || h.Typeflag == tar.TypeXGlobalHeader:
			continue
		case h.Typeflag != tar.TypeReg:
			return nil, fmt.Errorf("source %s: %s is not a plain file", dir, h.Name)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, fmt.Errorf("source %s: %w", dir, err)
		}
		m := bytesMember(path.Join(SourceDir, h.Name), data)
		m.Executable = h.Mode&0o111 != 0
		all = append(all, m)
	}
}

func inSource(name string) bool { return strings.HasPrefix(name, SourceDir+"/") }

// content reads the member of that path.
func content(members []Member, name string) ([]byte, error) {
	for _, m := range members {
		if m.Path != name {
			continue
		}
		r, err := m.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return io.ReadAll(r)
	}
	return nil, fmt.Errorf("there is no %s", name)
}

// output runs a program and returns what it prints; what it says of an error is
// part of the error.
func output(cmd *exec.Cmd) ([]byte, error) {
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("%s: %w: %s", cmd.Args[0], err, strings.TrimSpace(string(exit.Stderr)))
	}
	return out, err
}
