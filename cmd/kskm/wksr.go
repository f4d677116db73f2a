package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"coen/internal/commandline"
	"coen/ksk/config"
	"coen/ksk/receiver"
)

// receiveOptions are the options of wksr.
type receiveOptions struct {
	config, hostname string
	port             uint16
	debug, json      bool
}

func (p *program) wksr() *cobra.Command {
	var o receiveOptions
	c := &cobra.Command{
		Use:   "wksr",
		Short: "Receive key signing requests over HTTPS",
		Long: headline("KSR receiver") + `

Requests are taken from clients whose certificates the configuration lets in, judged by the checks of
ksrsigner, kept in a folder if they pass, and reported to the sender and by mail. A signal ends the
program when what has begun is done; a second one at once.

The log goes to standard error. doc/wksr.md describes configuration and deployment.

Exit codes:

  0  ended by a signal
  1  the address cannot be used; the server failed
  2  command line; configuration
  3  no configuration file`,
		Example: "  kskm wksr --config /etc/wksr/wksr.yaml --hostname 0.0.0.0 --port 8443",
		Args:    commandline.Args(cobra.NoArgs),
		RunE:    func(*cobra.Command, []string) error { return p.receive(o) },
	}
	f := c.Flags()
	f.StringVar(&o.config, "config", "wksr.yaml", "`FILE` with the configuration")
	f.StringVar(&o.hostname, "hostname", "127.0.0.1", "name or `ADDRESS` to listen on")
	f.Uint16Var(&o.port, "port", 8443, "`PORT` to listen on; 0: any that is free")
	f.BoolVar(&o.debug, "debug", false, "log details")
	f.BoolVar(&o.json, "json", false, "log as JSON")
	return c
}

func (p *program) receive(o receiveOptions) error {
	if p.catch != nil {
		p.ctx = p.catch(p.ctx)
	}
	log := p.receiverLog(o)
	r, err := p.openReceiver(o, log)
	if err != nil {
		log.Error("Configuration error, program stopped", "error", err)
		if errors.Is(err, os.ErrNotExist) && !regularFile(o.config) {
			return commandline.Exit(exitFatal)
		}
		return commandline.Exit(exitUsage)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(o.hostname, strconv.Itoa(int(o.port))))
	if err == nil {
		err = r.Serve(p.ctx, listener)
	}
	if err != nil {
		log.Error("Server failed", "error", err)
		return commandline.Exit(exitRejected)
	}
	return nil
}

func (p *program) receiverLog(o receiveOptions) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	if o.debug {
		options.Level = slog.LevelDebug
	}
	if o.json {
		return slog.New(slog.NewJSONHandler(p.stderr, options))
	}
	return slog.New(slog.NewTextHandler(p.stderr, options))
}

func (p *program) openReceiver(o receiveOptions, log *slog.Logger) (*receiver.Receiver, error) {
	text, err := readBounded(o.config, maxConfig)
	if err != nil {
		return nil, err
	}
	c, err := config.LoadReceiver(text, config.Host{Getenv: os.Getenv, RegularFile: regularFile})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.config, err)
	}
	log.Info("Loaded configuration", "file", o.config, "checksum", checksum(text))
	return receiver.New(c, receiver.Host{
		Log: log, Now: p.now, Signer: func() (*config.Config, error) { return receiverPolicy(c.KSR.SignerConfig) },
	})
}

// receiverPolicy loads the signer's configuration for its policy. The variables that name modules of tokens need
// not be set where no token is, and PINs are dropped.
func receiverPolicy(path string) (*config.Config, error) {
	if path == "" {
		return config.Default(), nil
	}
	text, err := readBounded(path, maxConfig)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	module := func(string) string { return "none" }
	c, err := config.Load(text, config.Host{Getenv: module, RegularFile: regularFile})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, h := range c.HSM {
		clear(h.PIN)
	}
	return c, nil
}
