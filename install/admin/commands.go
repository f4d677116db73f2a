package admin

import (
	"maps"

	"coen/install/account"
	"coen/install/alternatives"
	"coen/install/debconf"
	"coen/install/generate/depmod"
	"coen/install/pam"
	"coen/install/proc"
	"coen/install/systemd"
)

// Commands returns the models of all administration commands, by name or, for
// programs outside PATH, by absolute path.
func Commands() map[string]proc.Func {
	table := map[string]proc.Func{
		"update-alternatives": alternatives.Command,
		"pam-auth-update":     pam.Update,

		"ldconfig":     ldconfig,
		"systemd-hwdb": systemdHwdb,
		"journalctl":   journalctl,
		"depmod":       depmod.Command,
		"perl":         perl,
		"python3":      python,
		"python3.13":   python,

		"linux-run-hooks":       linuxRunHooks,
		"linux-update-symlinks": linuxUpdateSymlinks,
		"linux-version":         linuxVersion,

		"update-xmlcatalog":       updateXMLCatalog,
		"update-catalog":          updateCatalog,
		"update-desktop-database": updateDesktopDatabase,
		"update-mime-database":    updateMimeDatabase,

		"helpztags":   helpztags,
		"iconv":       iconv,
		"mkfontscale": mkfontscale,
		"setcap":      setcap,
		"getcap":      getcap,
		"openssl":     openssl,
		"c_rehash":    openssl,

		"systemd-machine-id-setup": machineIDSetup,
		"systemd-detect-virt":      detectVirt,
		"udevadm":                  udevadm,
		"stty":                     stty,
		"lpstat":                   lpstat,
	}
	for _, triple := range []string{"x86_64-linux-gnu", "aarch64-linux-gnu"} {
		table["/usr/lib/"+triple+"/glib-2.0/glib-compile-schemas"] = compileSchemas
		table["/usr/lib/"+triple+"/glib-2.0/gio-querymodules"] = queryModules
		table["/usr/lib/"+triple+"/gdk-pixbuf-2.0/gdk-pixbuf-query-loaders"] = queryLoaders
		table["/usr/lib/"+triple+"/libgtk-3-0t64/gtk-query-immodules-3.0"] = queryIMModules
	}
	for name := range Nothing {
		table[name] = nothing
	}
	for _, more := range []map[string]proc.Func{account.Commands(), debconf.Commands(), systemd.Commands()} {
		maps.Copy(table, more)
	}
	return table
}
