package keymaster

import (
	"encoding/base64"
	"fmt"
	"strings"

	"coen/dnssec"
)

// Records writes the DS and the DNSKEY record of a key, indented.
func Records(k dnssec.Key, indent int) []string {
	const width = 100
	blanks := strings.Repeat(" ", indent)
	lines := []string{
		fmt.Sprintf("%s. IN DS %d %d 2 %s", blanks, k.Tag(), k.Algorithm, k.DSHex()),
		fmt.Sprintf("%s. IN DNSKEY %d %d %d (", blanks, k.Flags, k.Protocol, k.Algorithm),
	}
	for _, chunk := range chunks(base64.StdEncoding.EncodeToString(k.PublicKey), width-indent-4) {
		lines = append(lines, blanks+"    "+chunk)
	}
	return append(lines, blanks+")")
}

// chunks cuts a text into pieces of so many bytes.
func chunks(s string, size int) []string {
	var all []string
	for len(s) > size {
		all = append(all, s[:size])
		s = s[size:]
	}
	return append(all, s)
}
