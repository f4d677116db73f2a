package command

import (
	"slices"
	"strings"
)

const hostnameOptions = "s,short f,fqdn,long d,domain"

// hostname tells the machine's name; it cannot change it.
func hostname(c *call) int {
	if len(c.operands) > 0 {
		return c.unmodelled("setting the name")
	}
	name := c.Hostname
	switch c.last("s", "f", "d") {
	case "s":
		name, _, _ = strings.Cut(name, ".")
	case "f":
		return c.fullName(func(name string) string { return name })
	case "d":
		return c.fullName(func(name string) string {
			_, domain, _ := strings.Cut(name, ".")
			return domain
		})
	}
	c.printf("%s\n", name)
	return 0
}

// fullName writes a part of the first name that /etc/hosts gives the machine;
// there is no other name service.
func (c *call) fullName(part func(string) string) int {
	hosts, _ := c.Tree.ReadFile("/etc/hosts")
	for line := range strings.Lines(string(hosts)) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) > 1 && slices.Contains(fields[1:], c.Hostname) {
			if text := part(fields[1]); text != "" {
				c.printf("%s\n", text)
			}
			return 0
		}
	}
	return c.failf("Name or service not known")
}
