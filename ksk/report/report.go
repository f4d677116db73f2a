package report

import (
	"encoding/json"
	"fmt"
	"strings"

	"coen/ksk/policy"
)

// Report is what is known about a request.
type Report struct {
	Request  string           `json:"request"`            // identifier
	Previous string           `json:"previous,omitempty"` // identifier of the previous response
	SHA256   string           `json:"sha256"`             // of the request's file
	Words    string           `json:"pgp_words"`
	Passed   bool             `json:"passed"` // no check failed
	Checks   []policy.Verdict `json:"checks"`
	Changes  []string         `json:"changes"`
}

// Judge sets Passed by the verdicts.
func (r *Report) Judge() {
	r.Passed = len(r.Checks) > 0
	for _, v := range r.Checks {
		r.Passed = r.Passed && v.Status != policy.Fail
	}
}

// JSON returns the report for programs.
func (r *Report) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	return append(text, '\n'), err
}

// Text returns the report for people: a line for each check with what it found, the rule
// and the values below it, and then what changed.
func (r *Report) Text() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "Request:   %s\nSHA-256:   %s\nPGP Words: %s\n", r.Request, r.SHA256, r.Words)
	if r.Previous != "" {
		fmt.Fprintf(&b, "Previous:  %s\n", r.Previous)
	}
	fmt.Fprintf(&b, "Result:    %s\n\nChecks\n", map[bool]string{true: "PASS", false: "FAIL"}[r.Passed])
	for _, v := range r.Checks {
		fmt.Fprintf(&b, "\n%-8s %s\n         %s\n         rule:   %s (%s)\n", v.Status, v.ID, oneLine(v.Found), v.Rule, v.Source)
		var values []string
		for _, value := range v.Values {
			values = append(values, value.Name+" = "+oneLine(value.Value))
		}
		if len(values) > 0 {
			fmt.Fprintf(&b, "         values: %s\n", strings.Join(values, "; "))
		}
	}
	b.WriteString("\nChanges\n\n")
	for _, c := range r.Changes {
		fmt.Fprintf(&b, "- %s\n", c)
	}
	return []byte(b.String())
}

// oneLine keeps hostile text from drawing lines of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
