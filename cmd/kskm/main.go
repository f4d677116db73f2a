package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"coen/hsm/pkcs11"
	"coen/ksk/outfile"
)

func main() {
	runtime.LockOSThread() // vendors' PKCS#11 libraries may keep state per thread
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	p := &program{
		ctx: ctx, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		now: time.Now, load: pkcs11.Load, create: outfile.New, askPIN: askTerminal,
	}
	os.Exit(p.run(os.Args))
}
