package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"coen/hsm/pkcs11"
	"coen/ksk/outfile"
)

func main() {
	if err := keepSecrets(); err != nil {
		fmt.Fprintln(os.Stderr, "kskm:", err)
		os.Exit(exitFatal)
	}
	runtime.LockOSThread() // vendors' PKCS#11 libraries may keep state per thread
	p := &program{
		ctx: context.Background(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		now: time.Now, load: pkcs11.Load, create: outfile.New, catch: catchSignals,
	}
	p.askPIN = func(prompt string) ([]byte, error) { return askTerminal(p.ctx, prompt) }
	os.Exit(p.run(os.Args))
}

// catchSignals returns a context that the first signal ends. The second one ends the program,
// whatever a token is doing.
func catchSignals(parent context.Context) context.Context {
	ctx, stop := signal.NotifyContext(parent, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop)
	return ctx
}
