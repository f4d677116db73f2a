package main

import (
	"regexp"
	"slices"
	"strings"
)

// difference is where these tools mean to do something else than the predecessor, or where what
// it did was random. Each kind of the former is in doc/kskm.md.
type difference struct {
	exit    int                           // 0: the same; succeeds: now 0
	stdout  *regexp.Regexp                // nil: the same
	log     func(lines []string) []string // applied to both logs before they are compared
	noFiles bool
	more    bool // the log has all their lines, in any order, and others
}

// succeeds stands for an exit code that is 0 where theirs was not.
const succeeds = -1

// without drops lines that contain one of the texts.
func without(texts ...string) func([]string) []string {
	return func(lines []string) []string {
		return slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
			return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(line, text) })
		})
	}
}

// upTo keeps the lines before the first that contains one of the texts.
func upTo(texts ...string) func([]string) []string {
	return func(lines []string) []string {
		for i, line := range lines {
			if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(line, text) }) {
				return lines[:i]
			}
		}
		return lines
	}
}

// blurred replaces what matches by one character.
func blurred(pattern string) func([]string) []string {
	re := regexp.MustCompile(pattern)
	return func(lines []string) []string {
		var all []string
		for _, line := range lines {
			all = append(all, re.ReplaceAllString(line, "#"))
		}
		return all
	}
}

// newKey blurs what is random in a new key.
var newKey = blurred(`key tag \d+|DS \d+ (8|10) 2 [0-9A-F]{64}|^        [A-Za-z0-9+/=]{20,}|>> .*`)

// ecKey drops what is shown of the one EC key that is configured: the predecessor counted the 0x04
// before the point as a part of the key (RFC 6605 does not), so its tag and digest are others.
// Keys without CKA_ID, which the predecessor did not show, are dropped with it.
var ecKey = without("Kec0001", "BGuqYyOGr0p", "6+2WYJUI6K5AYf", "5AYfXbTE=", " 13 ")

var differences = map[string]difference{
	// The order of signatures was random, and so was the checksum.
	"pos/chain-4-revoke-hashseed2": {log: blurred(`Wrote SKR.*`)},
	"pos/chain-4-revoke-hashseed3": {log: blurred(`Wrote SKR.*`)},
	"pos/chain-5-revoke+":          {log: blurred(`Wrote SKR.*`)},
	"pos/two-signers":              {log: blurred(`Wrote SKR.*`)},
	"pos/up-2018q1-revoke":         {log: blurred(`Wrote SKR.*`)},
	// Which of two bad signatures was found first was random.
	"neg/up-softhsm-ksr-bad": {log: blurred(`Key \d+/[0-9a-f]+ `)},
	// Which of two keys of one bundle was looked at first was random, and the last bundle's is looked at once.
	"pos/up-2010q2-archive-policy": {log: blurred(`Key [0-9a-f]{60,} `)},

	// A PIN with a leading zero gets a warning.
	"neg/cfg-pin-leading-zero-yaml": {log: without("starts with a zero", "HSM initialisation error")},
	// The reason for a failure is given in words.
	"neg/cfg-wrong-pin":      {log: without("HSM initialisation error")},
	"keymaster/23-wrong-pin": {exit: exitFatal, log: without("HSM initialisation error", "Fatal error")},
	// EC keys are encoded by RFC 6605, so the predecessor's digest of one does not match.
	"neg/ecdsa-p256-end-to-end":  {log: upTo("config_ksk", "Signing 32 bytes")},
	"keymaster/01-inventory":     {more: true, log: ecKey},
	"keymaster/02-inventory-dns": {more: true, log: ecKey},
	// Keys without CKA_ID are listed too; details of searches are not logged.
	"keymaster/03-inventory-bad-ds": {more: true},
	"keymaster/12-inventory-after":  {more: true, log: ecKey},
	"keymaster/18-inventory-end":    {more: true, log: ecKey},
	"keymaster/22-debug-inventory":  {more: true, log: without("Kec0001", ": DEBUG ", "b'")},
	// Trust anchors are checked as signing checks keys.
	"trustanchor/07-wrong-ds-not-checked": {exit: exitRejected, stdout: regexp.MustCompile(`^$`), log: without("config_ksk")},

	// New keys are random.
	"keymaster/04-keygen-2048":        {log: newKey},
	"keymaster/06-keygen-4096-sha512": {log: newKey},
	"keymaster/07-keygen-auto-label":  {log: newKey},
	// EC keys can be made.
	"keymaster/09-keygen-ecdsa": {exit: succeeds, log: upTo("Generated key", "(end)")},
	// What fails does not end with 0.
	"keymaster/13-keydelete-confirm-no": {exit: exitFatal, log: without("Fatal error")},
	"keymaster/16-keydelete-absent":     {exit: exitRejected},
	"keymaster/19-no-subcommand":        {exit: exitUsage, stdout: regexp.MustCompile(`(?s)^Keymaster 0\.0\.1.*inventory.*keydelete.*keygen`), log: without("kskm")},
	"keymaster/20-config-missing":       {exit: exitFatal, log: without("absent.yaml", "Fatal error")},
	"keymaster/21-no-hsm":               {exit: exitFatal, log: without("Fatal error")},
}
