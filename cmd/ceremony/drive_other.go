//go:build !linux

package main

import "github.com/spf13/cobra"

// driveCommands are none: drives are those of the image, which runs Linux.
func (p *program) driveCommands() []*cobra.Command { return nil }
