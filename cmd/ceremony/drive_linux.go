package main

import "github.com/spf13/cobra"

// driveCommands are those that mount, format and watch drives.
func (p *program) driveCommands() []*cobra.Command {
	return []*cobra.Command{
		p.guardCommand(),
		p.drivesCommand(),
		p.mountCommand(),
		p.unmountCommand(),
		p.hsmfdHash(),
		p.copyHSMFD(),
	}
}
