package keymaster

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"coen/dnssec"
	"coen/hsm"
	"coen/ksk/config"
	"coen/ksk/journal"
	"coen/ksk/signer"
)

// Inventory lists the keys of all tokens.
type Inventory struct {
	Config *config.Config
	Tokens *hsm.Tokens
	DNS    bool // show the records of configured keys instead of public values
	Log    func(journal.Record)
}

const toolLogger = "kskm.tools.keymaster"

// Lines returns the inventory, a line each.
func (v Inventory) Lines() ([]string, error) {
	var lines []string
	for _, name := range v.Tokens.Modules() {
		lines = append(lines, fmt.Sprintf("HSM %s:", name))
		slots := slices.Clone(v.Tokens.Slots(name))
		slices.SortFunc(slots, func(a, b *hsm.Slot) int { return int(a.Number) - int(b.Number) })
		for _, s := range slots {
			inside, err := v.slot(s)
			if err != nil {
				return nil, fmt.Errorf("slot %d of %s: %w", s.Number, name, err)
			}
			if len(inside) > 0 {
				lines = append(append(lines, fmt.Sprintf("  Slot %d:", s.Number)), inside...)
			}
		}
	}
	return lines, nil
}

// identity pairs the halves of a key.
type identity struct {
	label, id string
}

func identify(k *hsm.Key) identity { return identity{k.Label, string(k.ID)} }

// slot lists the keys of one slot: pairs first, then what is left of each class.
func (v Inventory) slot(s *hsm.Slot) ([]string, error) {
	all := map[hsm.Class][]*hsm.Key{}
	for _, class := range []hsm.Class{hsm.PublicKey, hsm.PrivateKey, hsm.SecretKey} {
		keys, err := v.Tokens.Keys(s, class)
		if err != nil && keys == nil {
			return nil, err
		}
		if err != nil {
			journal.NewLogger(v.Log, toolLogger).Warningf("Some %v keys of slot %d cannot be read: %v", class, s.Number, err)
		}
		all[class] = v.unique(keys)
	}
	private := map[identity]bool{}
	for _, k := range all[hsm.PrivateKey] {
		private[identify(k)] = true
	}
	var pairs []string
	left := map[hsm.Class][]string{}
	paired := map[identity]bool{}
	for _, k := range all[hsm.PublicKey] {
		lines := v.key(k)
		if private[identify(k)] {
			paired[identify(k)] = true
			pairs = append(pairs, lines...)
		} else {
			left[hsm.PublicKey] = append(left[hsm.PublicKey], lines...)
		}
	}
	for _, class := range []hsm.Class{hsm.PrivateKey, hsm.SecretKey} {
		for _, k := range all[class] {
			if class != hsm.PrivateKey || !paired[identify(k)] {
				left[class] = append(left[class], fmt.Sprintf("      %s %s", k.Label, idText(k)))
			}
		}
	}
	var lines []string
	if len(pairs) > 0 {
		lines = append(append(lines, "    Signing key pairs:"), pairs...)
	}
	for _, class := range []hsm.Class{hsm.PublicKey, hsm.PrivateKey, hsm.SecretKey} {
		if len(left[class]) > 0 {
			lines = append(append(lines, fmt.Sprintf("    %v keys:", class)), left[class]...)
		}
	}
	return lines, nil
}

// unique drops, with an error in the log, objects that cannot be told from others.
func (v Inventory) unique(keys []*hsm.Key) []*hsm.Key {
	seen := map[identity]bool{}
	var kept []*hsm.Key
	for _, k := range keys {
		if seen[identify(k)] {
			journal.NewLogger(v.Log, toolLogger).Errorf("More than one %v key with label %s and id 0x%s", k.Class, k.Label, hex.EncodeToString(k.ID))
			continue
		}
		seen[identify(k)] = true
		kept = append(kept, k)
	}
	return kept
}

// idText is empty for a key without an identifier.
func idText(k *hsm.Key) string {
	if len(k.ID) == 0 {
		return ""
	}
	return "id=0x" + hex.EncodeToString(k.ID) + " "
}

// key describes a public key: what the configuration says of it, and its value or its records.
func (v Inventory) key(k *hsm.Key) []string {
	const indent = 17
	blanks := strings.Repeat(" ", indent)
	c, configured := v.Config.KeyByLabel(k.Label)
	info := "Matching KSK not found in configuration"
	if configured {
		info = v.verdict(k, c)
	}
	lines := []string{fmt.Sprintf("      %-7s -- %s", k.Label, info), blanks + idText(k)}
	if v.DNS && configured {
		return append(lines, Records(recordOf(k, c.Algorithm), indent)...)
	}
	for _, chunk := range chunks("public_key="+k.PublicText(), 80) {
		lines = append(lines, blanks+chunk)
	}
	return lines
}

func recordOf(k *hsm.Key, a dnssec.Algorithm) dnssec.Key {
	return dnssec.Key{Flags: dnssec.FlagsKSK, Protocol: dnssec.Protocol, Algorithm: a, PublicKey: k.Public}
}

// verdict compares a key with what the configuration says of it.
func (v Inventory) verdict(k *hsm.Key, c config.Key) string {
	if err := Check(k, c, v.Log); err != nil {
		return fmt.Sprintf("BAD KSK '%s/%s': %v", c.Label, c.Description, err)
	}
	return fmt.Sprintf("KSK '%s/%s', key tag %d, algorithm=%v", c.Label, c.Description, recordOf(k, c.Algorithm).Tag(), c.Algorithm)
}

// Check compares a key in a token with the configuration as signing does, except that an RSA
// size or exponent that is not given is not missed.
func Check(k *hsm.Key, c config.Key, log func(journal.Record)) error {
	if rsa, err := dnssec.DecodeRSA(k.Public); k.Type == hsm.RSA && err == nil {
		if c.RSASize == 0 {
			c.RSASize = int64(rsa.Bits())
		}
		if c.RSAExponent == 0 && rsa.Exponent.IsInt64() {
			c.RSAExponent = rsa.Exponent.Int64()
		}
	}
	if err := signer.CheckType(k, c); err != nil {
		return err
	}
	const noTTL = 0 // these keys are not in a set
	logger := journal.NewLogger(log, "kskm.common.config_ksk")
	if c.DSSHA256 != "" {
		if err := signer.CheckDS(k, c, noTTL, logger); err != nil {
			return err
		}
	}
	if c.KeyTag == 0 {
		return nil
	}
	return signer.CheckTag(k, c, noTTL, logger)
}
