package systemd

import (
	"coen/install/proc"
)

// Commands returns the models by name.
func Commands() map[string]proc.Func {
	return map[string]proc.Func{
		"systemctl":          systemctl,
		"deb-systemd-helper": debSystemdHelper,
		"deb-systemd-invoke": debSystemdInvoke,
		"update-rc.d":        updateRCD,
		"systemd-sysusers":   systemdSysusers,
		"systemd-tmpfiles":   systemdTmpfiles,
	}
}
