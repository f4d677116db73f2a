package consensus

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"coen/attest"
	"coen/attest/attesttest"
	"coen/attest/key"
	"coen/debian/archive"
)

// A world is a random policy with random statements, and what its builders
// truly said: the ISOs by builder.
type world struct {
	policy *Policy
	files  []File
	said   []map[archive.Digest]bool
}

var isos = []string{"iso", "iso", "iso", "iso", "other", "third"}

// newWorld makes a world. pool are keys; three consecutive ones belong to each
// builder, the last to nobody.
func newWorld(t *testing.T, r *rand.Rand, pool []key.Signer) *world {
	n := 1 + r.IntN(6)
	require := 1 + r.IntN(n)
	w := &world{said: make([]map[archive.Digest]bool, n)}
	var b strings.Builder
	fmt.Fprintf(&b, "require:\n  builders: %d\ntolerate: %d\n", require, r.IntN(require))
	if r.IntN(3) == 0 {
		fmt.Fprintf(&b, "veto: [b%d]\n", r.IntN(n))
	}
	fmt.Fprintf(&b, "builders:\n")
	groups := map[string]bool{}
	for i := range n {
		group := fmt.Sprintf("g%d", r.IntN(3))
		groups[group] = true
		fmt.Fprintf(&b, "  - name: b%d\n    group: %s\n    keys:\n", i, group)
		for _, k := range pool[3*i : 3*i+3] {
			fmt.Fprintf(&b, "      - %s\n", k.Public())
		}
		w.said[i] = map[archive.Digest]bool{}
	}
	text := strings.Replace(b.String(), "tolerate", fmt.Sprintf("  groups: %d\ntolerate", 1+r.IntN(len(groups))), 1)
	var err error
	if w.policy, err = ParsePolicy("random", []byte(text)); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for range r.IntN(3 * n) {
		w.state(t, r, pool)
	}
	r.Shuffle(len(w.files), func(i, j int) { w.files[i], w.files[j] = w.files[j], w.files[i] })
	return w
}

// state adds a statement, often with a fault, and notes it if it is true.
func (w *world) state(t *testing.T, r *rand.Rand, pool []key.Signer) {
	i := r.IntN(len(w.said))
	k := pool[3*i+r.IntN(3)]
	s := attesttest.Statement(isos[r.IntN(len(isos))])
	valid := true
	switch r.IntN(12) {
	case 0:
		s.Body.Lock, valid = attesttest.Digest("older lock"), false
	case 1:
		s.Body.Recipe, valid = attesttest.Digest("another recipe"), false
	case 2:
		s.Body.Release, valid = "2.9.9", false
	case 3:
		k, valid = pool[len(pool)-1], false // of nobody
	case 4:
		s.Body.Result, s.Body.Built, s.Body.Size = attest.Failed, archive.Digest{}, 0
	case 5: // a denial of an ISO is a voice for the other
		s.ISO.SHA256, s.Body.Result = attesttest.Digest("claimed"), attest.Differs
	}
	file := attesttest.Sign(t, s, k)
	switch r.IntN(8) {
	case 0: // tampered
		file[r.IntN(len(file))] ^= 1 << r.IntN(7)
		if o, err := attest.Open(file); err != nil || o.KeyID() != k.Public().ID() || o.Verify(k.Public()) != nil {
			valid = false
		}
	case 1: // claims to be another builder's
		id := pool[3*r.IntN(len(w.said))].Public().ID()
		if id != k.Public().ID() {
			file, valid = []byte(strings.Replace(string(file), k.Public().ID(), id, 1)), false
		}
	}
	for range 1 + r.IntN(3) { // copies
		w.files = append(w.files, File{Name: fmt.Sprintf("%d.json", len(w.files)), Data: file})
	}
	if valid && s.Body.Result != attest.Failed {
		w.said[i][s.Body.Built] = true
	}
}

// holds decides by the words of spec/consensus.md, on what was truly said.
func (w *world) holds(iso archive.Digest) bool {
	agree, dissent, groups := 0, 0, map[string]bool{}
	for i, said := range w.said {
		switch {
		case len(said) == 1 && said[iso]:
			agree++
			groups[w.policy.Builders[i].Group] = true
		case len(said) > 0:
			dissent++
			for _, v := range w.policy.Veto {
				if v == w.policy.Builders[i].Name {
					return false
				}
			}
		}
	}
	p := w.policy
	return agree >= p.Require.Builders && len(groups) >= p.Require.Groups && dissent <= p.Tolerate
}

// TestRandom holds Decide against the truth about thousands of random worlds.
func TestRandom(t *testing.T) {
	var pool []key.Signer
	for i := range 6*3 + 1 {
		pool = append(pool, attesttest.Key(t, fmt.Sprint("key ", i)))
	}
	held := map[bool]int{}
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		w := newWorld(t, r, pool)
		claimed := target()
		v := Decide(w.policy, claimed, w.files)
		if v.Holds() != w.holds(claimed.ISO) {
			t.Fatalf("world %d: holds %v, should be %v: %+v", seed, v.Holds(), w.holds(claimed.ISO), v)
		}
		held[v.Holds()]++
		once(t, w, v)
		claimed.ISO = archive.Digest{}
		if v := Decide(w.policy, claimed, w.files); v.Holds() {
			if !w.holds(v.ISO) {
				t.Fatalf("world %d: finds an ISO that does not hold: %+v", seed, v)
			}
		} else {
			for _, iso := range isos {
				if w.holds(attesttest.Digest(iso)) {
					t.Fatalf("world %d: %s holds and is not found", seed, iso)
				}
			}
		}
	}
	if held[true] < 40 || held[false] < 40 {
		t.Errorf("the worlds are too much alike: %v", held)
	}
}

// once checks that every builder is counted once.
func once(t *testing.T, w *world, v *Verdict) {
	t.Helper()
	seen := map[string]int{}
	for _, list := range [][]Voice{v.Agree, v.Dissent, v.Failed, v.Silent} {
		for _, voice := range list {
			seen[voice.Builder]++
		}
	}
	for _, b := range w.policy.Builders {
		if seen[b.Name] != 1 {
			t.Fatalf("builder %s is counted %d times", b.Name, seen[b.Name])
		}
	}
	if v.Holds() && len(v.Agree) < w.policy.Require.Builders {
		t.Fatalf("holds with %d of %d", len(v.Agree), w.policy.Require.Builders)
	}
}
