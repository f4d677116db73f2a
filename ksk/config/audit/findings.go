package audit

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"coen/dnssec"
	"coen/ksk/config"
)

// Finding is something about a configuration that its writer should know.
type Finding struct {
	Danger bool
	Text   string
}

// String shows a finding in a line.
func (f Finding) String() string {
	if f.Danger {
		return "DANGER:  " + f.Text
	}
	return "Remark:  " + f.Text
}

// findings collects what is found.
type findings struct {
	c   *config.Config
	all []Finding
}

func (f *findings) danger(format string, args ...any) {
	f.all = append(f.all, Finding{true, fmt.Sprintf(format, args...)})
}

func (f *findings) remark(format string, args ...any) {
	f.all = append(f.all, Finding{false, fmt.Sprintf(format, args...)})
}

// Findings returns what is dangerous or remarkable about a configuration, whose text has loaded.
func Findings(c *config.Config, text []byte) []Finding {
	f := &findings{c: c}
	if twice, err := config.Duplicates(text); err == nil {
		for _, t := range twice {
			f.danger("%s: only the last one counts", t)
		}
	}
	for _, w := range c.Warnings {
		f.danger("%s", w)
	}
	f.modules()
	f.keys()
	f.policies()
	f.schemas()
	return f.all
}

func (f *findings) modules() {
	if len(f.c.HSM) == 0 {
		f.remark("there is no HSM: nothing can be signed")
	}
	for _, h := range f.c.HSM {
		if h.PIN != nil {
			f.remark("hsm.%s: the PIN is in this file; without it, it is asked for", h.Name)
		}
	}
}

func (f *findings) keys() {
	labels, tags := map[string]string{}, map[int64]string{}
	for _, k := range f.c.Keys {
		f.key(k)
		if other, ok := labels[k.Label]; ok {
			f.danger("keys.%s and keys.%s have the same label %s", other, k.Name, k.Label)
		}
		if other, ok := tags[k.KeyTag]; ok && k.KeyTag != 0 {
			f.danger("keys.%s and keys.%s have the same key tag %d", other, k.Name, k.KeyTag)
		}
		labels[k.Label], tags[k.KeyTag] = k.Name, k.Name
	}
}

func (f *findings) key(k config.Key) {
	const sha256Digits = 64
	path := "keys." + k.Name
	switch {
	case k.DSSHA256 == "":
		f.remark("%s: no ds_sha256: any key with label %s is taken for it", path, k.Label)
	case len(k.DSSHA256) != sha256Digits:
		f.danger("%s: ds_sha256 has %d digits, not %d, and can match no key", path, len(k.DSSHA256), sha256Digits)
	}
	switch a := k.Algorithm; {
	case a == dnssec.RSASHA256 || a == dnssec.RSASHA512:
		if k.RSASize == 0 || k.RSAExponent == 0 {
			f.danger("%s: without rsa_size and rsa_exponent the key cannot sign", path)
		} else if k.RSASize < 2048 {
			f.danger("%s: RSA keys of %d bits can be broken", path, k.RSASize)
		}
	case a.IsECDSA() || a == dnssec.ED25519:
	default:
		f.danger("%s: algorithm %v must not be used to sign, or cannot", path, a)
	}
	if !k.ValidFrom.Zoned || k.ValidUntil != nil && !k.ValidUntil.Zoned {
		f.danger("%s: a time without an offset from UTC is refused when signing; write +00:00", path)
		return
	}
	from, err := k.ValidFrom.UTC()
	if err != nil || k.ValidUntil == nil {
		return
	}
	if until, err := k.ValidUntil.UTC(); err == nil && !until.After(from) {
		f.danger("%s: is never valid", path)
	}
}

func (f *findings) policies() {
	usual := config.Default().Request.Items()
	for _, item := range f.c.Request.Items() {
		name, value, _ := strings.Cut(item, ": ")
		for _, u := range usual {
			if usualName, usualValue, _ := strings.Cut(u, ": "); usualName == name && usualValue != value {
				f.policy(name, value, usualValue)
			}
		}
	}
	if n := int64(len(f.c.Request.NumKeysPerBundle)); f.c.Request.CheckKeysMatchKSKOperatorPolicy && n != f.c.Request.NumBundles {
		f.danger("request_policy: num_bundles is %d, num_keys_per_bundle has %d entries: every request is refused", f.c.Request.NumBundles, n)
	}
	if !f.c.Response.ValidateSignatures {
		f.danger("response_policy.validate_signatures is off: a forged previous response is believed")
	}
	if f.c.KSK.SignersName != "." {
		f.danger("ksk_policy.signers_name is %q: only the root can be signed", f.c.KSK.SignersName)
	}
	if f.c.KSK.Policy.PublishSafety.Seconds == 0 || f.c.KSK.Policy.RetireSafety.Seconds == 0 {
		f.remark("ksk_policy: publish_safety or retire_safety is zero: keys may appear and go from one bundle to the next")
	}
}

// policy judges a value of the request policy that is not the usual one.
func (f *findings) policy(name, value, usual string) {
	if usual == "True" {
		f.danger("request_policy.%s is off: what it checks is not checked", name)
		return
	}
	if name == "dns_ttl" && f.c.Request.DNSTTL == f.c.KSK.TTL {
		return
	}
	f.remark("request_policy.%s is %s, usually %s", name, value, usual)
}

func (f *findings) schemas() {
	for _, name := range slices.Sorted(maps.Keys(f.c.Schemas)) {
		f.schema(name, f.c.Schemas[name])
	}
}

func (f *findings) schema(name string, s config.Schema) {
	path := "schemas." + name
	unknown := s.CheckKeys(f.c, math.MaxInt64)
	if unknown != nil {
		f.danger("%s: %v", path, unknown)
	}
	if err := s.Check(f.c, f.c.Request.NumBundles); err != nil && (unknown == nil || err.Error() != unknown.Error()) {
		f.danger("%s: %v", path, err)
	}
	for _, number := range slices.Sorted(maps.Keys(s)) {
		slot, path := s[number], fmt.Sprintf("%s.%d", path, number)
		if number < 1 || number > f.c.Request.NumBundles {
			f.remark("%s: is not used: requests have bundles 1 to %d", path, f.c.Request.NumBundles)
		}
		if len(slot.Sign) == 0 {
			f.danger("%s: no key signs", path)
		}
		for _, key := range slot.Sign {
			if !slices.Contains(slot.Publish, key) && !slices.Contains(slot.Revoke, key) {
				f.remark("%s: key %s signs and is not said to be published; it will be", path, key)
			}
		}
		for _, key := range slot.Revoke {
			if slices.Contains(slot.Publish, key) {
				f.danger("%s: key %s is published and revoked", path, key)
			}
			if !slices.Contains(slot.Sign, key) {
				f.danger("%s: key %s is revoked and does not sign, so that nobody will believe it (RFC 5011)", path, key)
			}
		}
	}
}
