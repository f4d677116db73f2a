package command

import "strings"

const unameOptions = "a,all s,kernel-name n,nodename r,kernel-release v,kernel-version m,machine " +
	"p,processor i,hardware-platform o,operating-system"

// machines are the kernel's names for Debian's architectures.
var machines = map[string]string{
	"amd64": "x86_64", "arm64": "aarch64", "i386": "i686", "armhf": "armv7l", "armel": "armv5tel",
	"ppc64el": "ppc64le", "riscv64": "riscv64", "s390x": "s390x", "loong64": "loongarch64",
}

// uname speaks of the kernel in the image.
func uname(c *call) int {
	if c.has("a") || c.has("v") {
		return c.unmodelled("the version of a kernel that is not running")
	}
	if c.has("r") && c.Kernel == "" {
		return c.unmodelled("the release of a kernel, since the image has none")
	}
	if c.extra(0) {
		return 1
	}
	var parts []string
	for _, o := range []struct{ option, value string }{
		{"s", "Linux"}, {"n", c.Hostname}, {"r", c.Kernel}, {"m", machines[c.Arch]},
		{"p", "unknown"}, {"i", "unknown"}, {"o", "GNU/Linux"},
	} {
		if c.has(o.option) || len(c.given) == 0 && o.option == "s" {
			parts = append(parts, o.value)
		}
	}
	c.printf("%s\n", strings.Join(parts, " "))
	return 0
}

const archOptions = ""

func arch(c *call) int {
	if c.extra(0) {
		return 1
	}
	c.printf("%s\n", machines[c.Arch])
	return 0
}
