package consensus

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"coen/debian/archive"
	"coen/internal/failure"
)

// A Verdict is what the statements amount to. It encodes as JSON.
type Verdict struct {
	// ISO is the image decided on: the target's, or the one that most
	// builders stand for; zero if there is none.
	ISO archive.Digest `json:"iso_sha256,omitzero"`
	// Wanting says in what the policy does not hold; it is empty if it does.
	Wanting []string `json:"wanting,omitempty"`

	// Every builder of the policy is in one of these, in the policy's order.
	Agree   []Voice `json:"agree,omitempty"`
	Dissent []Voice `json:"dissent,omitempty"`
	Failed  []Voice `json:"failed,omitempty"`
	Silent  []Voice `json:"silent,omitempty"`
	// Groups is how many groups those are from who agree.
	Groups int `json:"groups"`

	Rejected []Rejection `json:"rejected,omitempty"`
}

// A Voice is where one builder stands.
type Voice struct {
	Builder string   `json:"builder"`
	Group   string   `json:"group"`
	Veto    bool     `json:"veto,omitempty"`
	Files   []string `json:"files,omitempty"` // of the statements
	// Other are ISOs that the builder got instead or besides, Both whether
	// the builder stated more than one.
	Other []archive.Digest `json:"other_sha256,omitempty"`
	Both  bool             `json:"contradicts_itself,omitempty"`
}

// A Rejection is a file that counts for nothing.
type Rejection struct {
	File string `json:"file"`
	// Forged tells that no builder's signature holds, as opposed to a true
	// statement about something else.
	Forged bool   `json:"forged,omitempty"`
	Why    string `json:"why"`
}

// Holds reports whether the policy holds.
func (v *Verdict) Holds() bool { return len(v.Wanting) == 0 }

var errNotReached = errors.New("the builders do not agree as the policy asks")

// Err returns nil if the policy holds, a [failure.RefusedError] if it does not
// and a statement is forged, and a [failure.DifferentError] otherwise.
func (v *Verdict) Err() error {
	if v.Holds() {
		return nil
	}
	for _, r := range v.Rejected {
		if r.Forged {
			return failure.Refuse(r.File, errNotReached)
		}
	}
	return &failure.DifferentError{Err: errNotReached}
}

// WriteText tells the verdict to people, dissent first.
func (v *Verdict) WriteText(w io.Writer) {
	if len(v.Dissent) > 0 {
		fmt.Fprintf(w, "DISSENT: %d\n", len(v.Dissent))
		for _, d := range v.Dissent {
			fmt.Fprintf(w, "  !! %s\n", d.dissent())
		}
	}
	list(w, "Agree", v.Agree)
	list(w, "Failed to build", v.Failed)
	list(w, "Silent", v.Silent)
	if len(v.Rejected) > 0 {
		fmt.Fprintf(w, "REJECTED STATEMENTS: %d\n", len(v.Rejected))
		for _, r := range v.Rejected {
			fmt.Fprintf(w, "  !! %q: %s\n", r.File, r.Why)
		}
	}
	if v.Holds() {
		fmt.Fprintf(w, "The policy holds: %s from %s built this ISO.\n", count(len(v.Agree), "builder"), count(v.Groups, "group"))
		return
	}
	fmt.Fprintln(w, "THE POLICY DOES NOT HOLD:")
	for _, s := range v.Wanting {
		fmt.Fprintf(w, "  %s\n", s)
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func list(w io.Writer, what string, voices []Voice) {
	if len(voices) == 0 {
		return
	}
	fmt.Fprintf(w, "%s: %d\n", what, len(voices))
	for _, v := range voices {
		fmt.Fprintf(w, "  %s\n", v.Name())
	}
}

// Name names the builder, with the group if that is not the builder alone.
func (v Voice) Name() string {
	if v.Group == v.Builder {
		return v.Builder
	}
	return fmt.Sprintf("%s (%s)", v.Builder, v.Group)
}

func (v Voice) dissent() string {
	var got []string
	for _, d := range v.Other {
		got = append(got, d.String())
	}
	s := fmt.Sprintf("%s got %s", v.Name(), strings.Join(got, " and "))
	if v.Both {
		s += ", and contradicts itself"
	}
	if v.Veto {
		s += "; has a veto"
	}
	return s
}
