package admin

import "coen/install/proc"

// Nothing names the programs that are called and do nothing, with the reason
// why the image is right without what they would do.
var Nothing = map[string]string{
	"update-initramfs":  "the image boots from an initramfs of our own; Debian's would be a second, unused one",
	"invoke-rc.d":       "a build starts and stops no services, as where policy-rc.d answers 101",
	"start-stop-daemon": "a build starts no daemons, and none runs that could be stopped",

	"dbus-uuidgen": "a machine id must not be the same on all machines; /var/lib/dbus/machine-id is a link " +
		"to /etc/machine-id, which the booted system fills",

	"make-ssl-cert": "a private key must not be the same on all machines; whoever wants a self-signed certificate " +
		"makes it on the machine",

	"py3compile": "byte code carries times and is made anew from the same sources when a program runs",
	"py3clean":   "there is no byte code to remove, see py3compile",
	"pycompile":  "as py3compile",
	"pyclean":    "as py3clean",

	"mandb":                 "the index of manual pages is a cache for apropos; man finds pages without it",
	"fc-cache":              "the font cache carries times of directories; fontconfig makes it when it is first used",
	"gtk-update-icon-cache": "icon caches only speed up a search that GTK does without them too",
	"update-icon-caches":    "as gtk-update-icon-cache",
	"update-menus":          "the menus of the Debian menu system are read by no program of an image",
	"sysctl":                "settings of the running kernel are not part of an image; the booted system applies them",
	"restorecon":            "the image carries no SELinux labels",
	"nscd":                  "no name service cache runs during a build",
}

func nothing(*proc.Proc) (int, error) { return 0, nil }
