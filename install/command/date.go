package command

import (
	"strings"
	"time"
)

const dateOptions = "d,date: f,file: I,iso-8601:: R,rfc-email r,reference: rfc-3339: s,set: u,utc,universal"

var isoFormats = map[string]string{
	"": "%Y-%m-%d", "date": "%Y-%m-%d", "hours": "%Y-%m-%dT%H%:z", "minutes": "%Y-%m-%dT%H:%M%:z",
	"seconds": "%Y-%m-%dT%H:%M:%S%:z", "ns": "%Y-%m-%dT%H:%M:%S,%N%:z",
}

// date knows one time zone, UTC, and one moment, the machine's epoch.
func date(c *call) int {
	if zone := c.Env["TZ"]; !c.has("u") && strings.Trim(zone, "0:") != "" && !utcNames[zone] {
		return c.unmodelled("time zone %q", zone)
	}
	if c.has("s") || c.has("f") || len(c.operands) > 0 && !strings.HasPrefix(c.operands[0], "+") {
		return c.unmodelled("setting the clock, or option -f")
	}
	if c.extra(1) {
		return 1
	}
	now := c.Epoch()
	switch c.last("d", "r") {
	case "d":
		var ok bool
		if now, ok = parseDate(c.value("d"), now); !ok {
			return c.unmodelled("date %q", c.value("d"))
		}
	case "r":
		n, err := c.lookup(c.value("r"))
		if err != nil {
			return c.failf("%s: %s", c.value("r"), reason(err))
		}
		now = n.ModTime
	}
	format, ok := c.dateFormat()
	if !ok {
		return c.unmodelled("this output format")
	}
	text, ok := strftime(format, time.Unix(now, 0).UTC())
	if !ok {
		return c.unmodelled("format %q", format)
	}
	c.printf("%s\n", text)
	return 0
}

var utcNames = map[string]bool{
	"UTC": true, "UTC0": true, "GMT": true, "GMT0": true, "Etc/UTC": true, "Universal": true, "Zulu": true,
}

// dateFormat returns the format that the arguments ask for.
func (c *call) dateFormat() (format string, ok bool) {
	switch {
	case len(c.operands) == 1:
		return c.operands[0][1:], true
	case c.has("R"):
		return "%a, %d %b %Y %H:%M:%S %z", true
	case c.has("I"):
		format, ok = isoFormats[c.value("I")]
		return format, ok
	case c.has("rfc-3339"):
		format, ok = isoFormats[c.value("rfc-3339")]
		format = strings.Replace(strings.Replace(format, "T", " ", 1), ",", ".", 1)
		return format, ok && c.value("rfc-3339") != ""
	}
	return "%a %b %e %H:%M:%S %Z %Y", true
}
