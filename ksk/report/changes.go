package report

import (
	"fmt"
	"maps"
	"slices"

	"coen/dnssec"
	"coen/ksk/ksr"
	"coen/ksk/lexical"
	"coen/ksk/skr"
)

// Changes says in sentences how a request, and the response to it if there is one, differs from
// the previous response.
func Changes(request *ksr.Request, previous, response *skr.Response) []string {
	if request == nil {
		return []string{"The request could not be read."}
	}
	if previous == nil {
		return []string{"There is no previous response to compare with."}
	}
	var all []string
	all = append(all, policyChanges("zone signing", previous.ZSK, request.ZSK)...)
	all = append(all, zoneKeys(previous.Bundles, request.Bundles)...)
	all = append(all, calendar(previous.Bundles, request.Bundles)...)
	if response != nil {
		all = append(all, policyChanges("key signing", previous.KSK, response.KSK)...)
		all = append(all, signingKeys(previous.Bundles, response.Bundles)...)
	}
	if len(all) == 0 {
		return []string{"Nothing but dates and identifiers changed."}
	}
	return all
}

func policyChanges(whose string, before, after ksr.Policy) []string {
	var all []string
	for _, d := range []struct {
		name          string
		before, after lexical.Duration
	}{
		{"PublishSafety", before.PublishSafety, after.PublishSafety},
		{"RetireSafety", before.RetireSafety, after.RetireSafety},
		{"MaxSignatureValidity", before.MaxSignatureValidity, after.MaxSignatureValidity},
		{"MinSignatureValidity", before.MinSignatureValidity, after.MinSignatureValidity},
		{"MaxValidityOverlap", before.MaxValidityOverlap, after.MaxValidityOverlap},
		{"MinValidityOverlap", before.MinValidityOverlap, after.MinValidityOverlap},
	} {
		if d.before != d.after {
			all = append(all, fmt.Sprintf("The %s policy changes %s from %s to %s.", whose, d.name, d.before.Short(), d.after.Short()))
		}
	}
	for _, a := range after.Algorithms {
		if !slices.Contains(before.Algorithms, a) {
			all = append(all, fmt.Sprintf("The %s policy adds %s.", whose, algorithm(a)))
		}
	}
	for _, a := range before.Algorithms {
		if !slices.Contains(after.Algorithms, a) {
			all = append(all, fmt.Sprintf("The %s policy drops %s.", whose, algorithm(a)))
		}
	}
	return all
}

func algorithm(a ksr.AlgorithmPolicy) string {
	text := fmt.Sprintf("%v with %s bits", a.Algorithm, a.Size)
	if a.Exponent != "" {
		text += " and exponent " + string(a.Exponent)
	}
	return text
}

// zoneKeys compares the zone signing keys of two series of bundles.
func zoneKeys(before, after []ksr.Bundle) []string {
	var all []string
	old, now := keyring(before, false), keyring(after, false)
	for _, k := range now {
		if !has(old, k) {
			all = append(all, fmt.Sprintf("Zone signing key %s is new: it is in %s.", name(k), where(after, k)))
		}
	}
	for _, k := range old {
		if !has(now, k) {
			all = append(all, fmt.Sprintf("Zone signing key %s is gone.", name(k)))
		}
	}
	for _, k := range now {
		if has(old, k) && !has(keyring(after[len(after)-1:], false), k) {
			all = append(all, fmt.Sprintf("Zone signing key %s leaves: it is in %s only.", name(k), where(after, k)))
		}
	}
	return all
}

// signingKeys tells how the key signing keys are used, bundle by bundle, where that changes.
func signingKeys(before, after []ksr.Bundle) []string {
	var all []string
	state := usage(before[len(before)-1])
	for i, b := range after {
		next := usage(b)
		for _, k := range keyring([]ksr.Bundle{b}, true) {
			if was, is := state[k.Identifier], next[k.Identifier]; was != is {
				all = append(all, fmt.Sprintf("From bundle %d on, key signing key %s %s%s.", i+1, name(k), is, from(was)))
			}
		}
		for _, id := range slices.Sorted(maps.Keys(state)) {
			if next[id] == "" {
				all = append(all, fmt.Sprintf("From bundle %d on, key signing key %s is gone (it %s before).", i+1, id, state[id]))
			}
		}
		state = next
	}
	return all
}

func from(was string) string {
	if was == "" {
		return ", and is new"
	}
	return " (it " + was + " before)"
}

// usage says what each key signing key of a bundle does.
func usage(b ksr.Bundle) map[string]string {
	uses := map[string]string{}
	for _, k := range b.Keys {
		if !dnssec.SEP(k.Flags) {
			continue
		}
		signs := slices.ContainsFunc(b.Signatures, func(s ksr.Signature) bool { return s.Identifier == k.Identifier })
		switch revoked := dnssec.Revoked(k.Flags); {
		case revoked && signs:
			uses[k.Identifier] = "is revoked and signs"
		case revoked:
			uses[k.Identifier] = "is revoked"
		case signs:
			uses[k.Identifier] = "signs"
		default:
			uses[k.Identifier] = "is published"
		}
	}
	return uses
}

// calendar tells of a gap or another length of the series.
func calendar(before, after []ksr.Bundle) []string {
	if len(before) == 0 || len(after) == 0 {
		return nil
	}
	var all []string
	if len(before) != len(after) {
		all = append(all, fmt.Sprintf("There are %d bundles, after %d.", len(after), len(before)))
	}
	overlap := lexical.Since(before[len(before)-1].Expiration, after[0].Inception)
	return append(all, fmt.Sprintf("The first bundle begins at %s, %s before the last one of the previous response ends.",
		lexical.FormatPlain(after[0].Inception), overlap.Short()))
}

// keyring returns the keys of bundles, each identifier once, in order.
func keyring(bundles []ksr.Bundle, ksk bool) []ksr.Key {
	var all []ksr.Key
	for _, b := range bundles {
		for _, k := range ksr.SortedKeys(b.Keys) {
			if dnssec.SEP(k.Flags) == ksk && !has(all, k) {
				all = append(all, k)
			}
		}
	}
	return all
}

func has(keys []ksr.Key, k ksr.Key) bool {
	return slices.ContainsFunc(keys, func(other ksr.Key) bool { return other.Identifier == k.Identifier })
}

func name(k ksr.Key) string { return fmt.Sprintf("%s (tag %s)", k.Identifier, k.Tag) }

// where lists the numbers of the bundles that have a key.
func where(bundles []ksr.Bundle, k ksr.Key) string {
	var numbers []string
	for i, b := range bundles {
		if has(b.Keys, k) {
			numbers = append(numbers, fmt.Sprint(i+1))
		}
	}
	if len(numbers) == 1 {
		return "bundle " + numbers[0]
	}
	return "bundles " + numbers[0] + " to " + numbers[len(numbers)-1]
}
