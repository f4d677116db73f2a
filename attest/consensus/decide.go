package consensus

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"coen/attest"
	"coen/debian/archive"
)

// A Target is what is decided on.
type Target struct {
	Image, Release string // empty if only the lock is known, which means one release anyway
	Recipe, Lock   archive.Digest
	// ISO is the image that the release claims, or zero to find out which one
	// the builders agree on.
	ISO  archive.Digest
	Size int64 // of the ISO in bytes, or 0
}

// A File is a file with a signed statement.
type File struct {
	Name string
	Data []byte
}

// Decide holds the statements against policy and target.
func Decide(p *Policy, t Target, files []File) *Verdict {
	d := decision{policy: p, target: t, voices: make([]voice, len(p.Builders))}
	files = slices.SortedFunc(slices.Values(files), func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range files {
		d.hear(f)
	}
	candidates := []archive.Digest{t.ISO}
	if t.ISO == (archive.Digest{}) {
		candidates = d.built()
	}
	if len(candidates) == 0 {
		candidates = []archive.Digest{{}}
	}
	// Without a claim, the ISO is the one that most builders stand for; of two
	// with as many, neither can hold, since tolerate is below require.
	best := d.judge(candidates[0])
	for _, c := range candidates[1:] {
		if v := d.judge(c); len(v.Agree) > len(best.Agree) {
			best = v
		}
	}
	return best
}

type decision struct {
	policy   *Policy
	target   Target
	voices   []voice // by builder
	rejected []Rejection
}

// A voice is what one builder said.
type voice struct {
	built  map[archive.Digest]bool
	failed bool
	files  []string
}

// hear adds a statement to the voice of its builder, or rejects it.
func (d *decision) hear(f File) {
	s, err := attest.Open(f.Data)
	if err != nil {
		d.reject(f.Name, true, "%v", err)
		return
	}
	b, k := d.policy.owner(s.KeyID())
	if b == nil {
		d.reject(f.Name, true, "signed with the key %.80q, which is no builder's", s.KeyID())
		return
	}
	if err := s.Verify(k); err != nil {
		d.reject(f.Name, true, "not signed by %s, as it claims: %v", b.Name, err)
		return
	}
	if why := d.target.foreign(&s.Body); why != "" {
		d.reject(f.Name, false, "of %s, %s", b.Name, why)
		return
	}
	i := slices.IndexFunc(d.policy.Builders, func(o Builder) bool { return o.Name == b.Name })
	v := &d.voices[i]
	v.files = append(v.files, f.Name)
	if s.Body.Result == attest.Failed {
		v.failed = true
		return
	}
	if v.built == nil {
		v.built = map[archive.Digest]bool{}
	}
	v.built[s.Body.Built] = true
}

func (d *decision) reject(name string, forged bool, format string, args ...any) {
	d.rejected = append(d.rejected, Rejection{File: name, Forged: forged, Why: fmt.Sprintf(format, args...)})
}

// foreign says in what the statement is about something else than the target.
func (t *Target) foreign(b *attest.Body) string {
	switch {
	case b.Lock != t.Lock:
		return fmt.Sprintf("about another lock, %s", b.Lock)
	case b.Recipe != t.Recipe:
		return fmt.Sprintf("about another recipe, %s", b.Recipe)
	case t.Image != "" && (b.Image != t.Image || b.Release != t.Release):
		return fmt.Sprintf("about another release, %s %s", b.Image, b.Release)
	case t.Size != 0 && b.Result != attest.Failed && b.Built == t.ISO && b.Size != t.Size:
		return fmt.Sprintf("gives the ISO a size of %d bytes", b.Size)
	}
	return ""
}

// built lists the ISOs that any builder stands for.
func (d *decision) built() []archive.Digest {
	all := map[archive.Digest]bool{}
	for _, v := range d.voices {
		maps.Copy(all, v.built)
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b archive.Digest) int { return strings.Compare(a.String(), b.String()) })
}

// judge decides for one ISO.
func (d *decision) judge(iso archive.Digest) *Verdict {
	v := &Verdict{ISO: iso, Rejected: d.rejected}
	groups := map[string]bool{}
	for i, b := range d.policy.Builders {
		said := d.voices[i]
		voice := Voice{Builder: b.Name, Group: b.Group, Files: said.files, Veto: slices.Contains(d.policy.Veto, b.Name)}
		for other := range said.built {
			if other != iso {
				voice.Other = append(voice.Other, other)
			}
		}
		slices.SortFunc(voice.Other, func(a, b archive.Digest) int { return strings.Compare(a.String(), b.String()) })
		voice.Both = len(said.built) > 1
		switch {
		case len(voice.Other) > 0:
			v.Dissent = append(v.Dissent, voice)
		case said.built[iso]:
			v.Agree = append(v.Agree, voice)
			groups[b.Group] = true
		case said.failed:
			v.Failed = append(v.Failed, voice)
		default:
			v.Silent = append(v.Silent, voice)
		}
	}
	v.Groups = len(groups)
	v.Wanting = d.policy.wanting(v)
	return v
}

// wanting lists in what the verdict falls short of the policy.
func (p *Policy) wanting(v *Verdict) (all []string) {
	if n := len(v.Agree); n < p.Require.Builders {
		all = append(all, fmt.Sprintf("%d of %s agree; the policy asks for %d", n, count(len(p.Builders), "builder"), p.Require.Builders))
	}
	if v.Groups < p.Require.Groups {
		all = append(all, fmt.Sprintf("those who agree are from %s; the policy asks for %d", count(v.Groups, "group"), p.Require.Groups))
	}
	if n := len(v.Dissent); n > p.Tolerate {
		all = append(all, fmt.Sprintf("%s in dissent; the policy tolerates %d", count(n, "builder"), p.Tolerate))
	}
	for _, d := range v.Dissent {
		if d.Veto {
			all = append(all, fmt.Sprintf("%s dissents, who has a veto", d.Builder))
		}
	}
	return all
}
