package qemu

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

func lookProgram() (string, error) {
	path, err := exec.LookPath(Program)
	if err != nil {
		return "", fmt.Errorf("%s is not installed (Debian package qemu-system-x86): %w", Program, err)
	}
	return path, nil
}

// probeTimeout is ample: QEMU reaches its monitor in a fraction of a second.
const probeTimeout = 10 * time.Second

// acceleration returns the arguments for KVM if it works, and for emulation
// otherwise. A /dev/kvm may exist and yet not do: nested in another hypervisor,
// QEMU aborts when it sets the processor up.
var acceleration = sync.OnceValue(func() []string {
	kvm := []string{"-accel", "kvm", "-cpu", "host"}
	if works(kvm) {
		return kvm
	}
	// A processor of 2008 is enough for Debian, and emulated nearly twice as
	// fast as one with all that came later.
	return []string{"-accel", "tcg", "-cpu", "Nehalem"}
})

// works starts a machine with the given acceleration, asks its monitor to quit,
// and reports whether it did.
func works(accel []string) bool {
	program, err := lookProgram()
	if err != nil {
		return false
	}
	if f, err := os.OpenFile("/dev/kvm", os.O_RDWR, 0); err != nil {
		return false
	} else {
		f.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	args := append([]string{"-machine", "q35", "-nodefaults", "-display", "none", "-S", "-monitor", "stdio"}, accel...)
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = strings.NewReader("quit\n")
	return cmd.Run() == nil
}
