package main

import (
	"errors"
	"fmt"
	"net"
	"os"

	"coen/attest/key"

	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/term"
)

// openKey reads a private key, or asks the agent for that of a public one.
func openKey(name string) (key.Signer, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if public, err := key.ParsePublic(string(data)); err == nil {
		socket := os.Getenv("SSH_AUTH_SOCK")
		if socket == "" {
			return nil, fmt.Errorf("%s is a public key, and there is no SSH agent that could have the private one", name)
		}
		conn, err := net.Dial("unix", socket)
		if err != nil {
			return nil, fmt.Errorf("SSH agent: %w", err)
		}
		return key.FromAgent(agent.NewClient(conn), public)
	}
	s, err := key.ParsePrivate(data, func() ([]byte, error) { return passphrase(name) })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// passphrase asks whoever sits at the terminal.
func passphrase(name string) ([]byte, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, errors.New("the key has a passphrase, and there is no terminal to ask for it")
	}
	defer tty.Close()
	fmt.Fprintf(tty, "Passphrase of %s: ", name)
	pass, err := term.ReadPassword(int(tty.Fd()))
	fmt.Fprintln(tty)
	return pass, err
}
