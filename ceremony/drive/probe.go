package drive

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// blkid asks blkid(8) what is on a device. A device that it cannot read, on which
// it knows nothing, or which has signs of several file systems, has none: one
// broken drive must not hide the others.
func blkid(ctx context.Context, device string) (fileSystem, label string, err error) {
	out, err := exec.CommandContext(ctx, "/usr/sbin/blkid", "-p", "-o", "export", "-s", "TYPE", "-s", "LABEL", device).Output()
	var status *exec.ExitError
	if errors.As(err, &status) {
		return "", "", ctx.Err()
	}
	if err != nil {
		return "", "", fmt.Errorf("blkid %s: %w", device, err)
	}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		switch name {
		case "TYPE":
			fileSystem = printable(value)
		case "LABEL":
			label = printable(unquote(value))
		}
	}
	return fileSystem, label, nil
}

// unquote removes the backslashes that blkid puts before what a shell would
// take for its own.
func unquote(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
