package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"coen/ksk/config"
	"coen/ksk/lexical"
)

// Explain says what a configuration means, in lines.
func Explain(c *config.Config) []string {
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, h := range c.HSM {
		say("HSM %s: library %s; %s; the PIN is %s.", h.Name, h.Module, tokens(h), pin(h))
		for _, v := range h.Env {
			say("  While it is loaded, %s is %q.", v.Name, v.Value)
		}
	}
	for _, k := range c.Keys {
		say("Key %s (%s): label %s, %v, %s.", k.Name, k.Description, k.Label, k.Algorithm, known(k))
		say("  Valid %s.", validity(k))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Schemas)) {
		lines = append(append(lines, "Schema "+name+":"), slots(c.Schemas[name])...)
	}
	r := c.Request
	say("Requests have %d bundles and are for %s.", r.NumBundles, strings.Join(quoted(r.AcceptableDomains), " or "))
	say("  They run %s to %s, a bundle every %s to %s, and end within %d days.", span(r.MinCycleInceptionLength), span(r.MaxCycleInceptionLength),
		span(r.MinBundleInterval), span(r.MaxBundleInterval), r.SignatureHorizonDays)
	say("  Zone keys: %s; RSA with %v bits and exponent %v.", strings.Join(r.ApprovedAlgorithms, ", "), r.RSAApprovedKeySizes, r.RSAApprovedExponents)
	say("Previous responses have %d bundles.", c.Response.NumBundles)
	p := c.KSK.Policy
	say("Responses have a TTL of %d seconds. A new key signs after %s, an old one stays for %s.", c.KSK.TTL, span(p.PublishSafety), span(p.RetireSafety))
	for _, f := range []struct{ what, name string }{
		{"previous response", c.Filenames.PreviousSKR}, {"request", c.Filenames.InputKSR},
		{"response", c.Filenames.OutputSKR}, {"trust anchor", c.Filenames.OutputTrustAnchor},
	} {
		if f.name != "" {
			say("The %s is %s, unless the command line says otherwise.", f.what, f.name)
		}
	}
	if c.Strict {
		say("Strict mode is on.")
	}
	return lines
}

func quoted(names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, strconv.Quote(name))
	}
	return all
}

// span shows a duration, whole days as such.
func span(d lexical.Duration) string { return strings.TrimSuffix(d.String(), ", 0:00:00") }

func tokens(h config.HSM) string {
	if h.Token == "" {
		return "all of its tokens"
	}
	return "only the token " + h.Token
}

func pin(h config.HSM) string {
	switch {
	case h.PIN != nil:
		return "in the configuration"
	case h.PINFile != "":
		return "in the file " + h.PINFile
	}
	return "asked for"
}

// known says how a key is recognized.
func known(k config.Key) string {
	parts := []string{"DS not given"}
	if k.DSSHA256 != "" {
		parts[0] = "DS " + strings.ToUpper(k.DSSHA256)
	}
	if k.KeyTag != 0 {
		parts = append(parts, fmt.Sprintf("tag %d", k.KeyTag))
	}
	if k.RSASize != 0 {
		parts = append(parts, fmt.Sprintf("%d bits", k.RSASize))
	}
	return strings.Join(parts, ", ")
}

func validity(k config.Key) string {
	text := "from " + lexical.FormatPlain(k.ValidFrom.Clock)
	if k.ValidUntil == nil {
		return text + " on"
	}
	return text + " until " + lexical.FormatPlain(k.ValidUntil.Clock)
}

// slots says which keys do what, neighbours that do the same in one line.
func slots(s config.Schema) []string {
	var lines []string
	numbers := slices.Sorted(maps.Keys(s))
	for i := 0; i < len(numbers); {
		last := i
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 && same(s[numbers[i]], s[numbers[last+1]]) {
			last++
		}
		at := fmt.Sprintf("Bundle %d", numbers[i])
		if last > i {
			at = fmt.Sprintf("Bundles %d to %d", numbers[i], numbers[last])
		}
		lines = append(lines, "  "+at+": "+uses(s[numbers[i]])+".")
		i = last + 1
	}
	return lines
}

func same(a, b config.Slot) bool {
	return slices.Equal(a.Publish, b.Publish) && slices.Equal(a.Sign, b.Sign) && slices.Equal(a.Revoke, b.Revoke)
}

func uses(s config.Slot) string {
	parts := []string{
		"published " + cmp.Or(strings.Join(s.Publish, ", "), "none"),
		"signing " + cmp.Or(strings.Join(s.Sign, ", "), "NONE"),
	}
	if len(s.Revoke) > 0 {
		parts = append(parts, "revoked "+strings.Join(s.Revoke, ", "))
	}
	return strings.Join(parts, "; ")
}
