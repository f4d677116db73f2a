// Package ksrtest has fixed keys and lawful requests for tests. The keys protect nothing.
package ksrtest

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"coen/dnssec"
	"coen/hsm/softkey"
	"coen/ksk/ksr"
	"coen/ksk/requester"
)

//go:embed keys/*.pem
var keys embed.FS

// Key returns a key by the name of its file, such as zsk-a.
func Key(t testing.TB, name string, a dnssec.Algorithm) *softkey.Key {
	t.Helper()
	if k, ok := parsed.Load(name + a.String()); ok {
		return k.(*softkey.Key)
	}
	k, err := softkey.Parse(PEM(t, name), a)
	if err != nil {
		t.Fatalf("key %s: %v", name, err)
	}
	parsed.Store(name+a.String(), k)
	return k
}

// parsed keeps keys that have been read.
var parsed sync.Map

// PEM returns the file of a key.
func PEM(t testing.TB, name string) []byte {
	t.Helper()
	text, err := keys.ReadFile("keys/" + name + ".pem")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// File writes the file of a key into a temporary folder and returns its path.
func File(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".pem")
	if err := os.WriteFile(path, PEM(t, name), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Start is when the requests of [Plan] begin.
var Start = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

// Plan returns the plan of a usual quarter: zsk-a leaves after the first bundle, zsk-b is in all
// of them and zsk-c comes with the last.
func Plan(t testing.TB) requester.Plan {
	p := requester.Standard(Start)
	p.ID = "ksr-2030-q1"
	p.Keys = []requester.ZSK{
		{Identifier: "zsk-a", First: 1, Last: 1, Signer: Key(t, "zsk-a", 0)},
		{Identifier: "zsk-b", First: 1, Last: 9, Signer: Key(t, "zsk-b", 0)},
		{Identifier: "zsk-c", First: 9, Last: 9, Signer: Key(t, "zsk-c", 0)},
	}
	return p
}

// NextPlan returns the plan of the quarter after that of Plan.
func NextPlan(t testing.TB) requester.Plan {
	p := requester.Standard(Start.AddDate(0, 0, 90))
	p.ID = "ksr-2030-q2"
	p.Keys = []requester.ZSK{
		{Identifier: "zsk-b", First: 1, Last: 1, Signer: Key(t, "zsk-b", 0)},
		{Identifier: "zsk-c", First: 1, Last: 9, Signer: Key(t, "zsk-c", 0)},
		{Identifier: "zsk-a", First: 9, Last: 9, Signer: Key(t, "zsk-a", 0)},
	}
	return p
}

// Small returns a short request, of two bundles with one small key, to start a fuzzer from.
func Small(t testing.TB) *ksr.Request {
	p := requester.Standard(Start)
	p.ID, p.Bundles = "small", 2
	p.Keys = []requester.ZSK{{Identifier: "z", First: 1, Last: 2, Signer: Key(t, "zsk-ed", 0)}}
	return Request(t, p)
}

// made keeps the texts of requests that have been made, because signing them takes a while.
var made sync.Map

// Request makes the request of a plan. Plans with one identifier and start have to be equal.
func Request(t testing.TB, p requester.Plan) *ksr.Request {
	t.Helper()
	name := fmt.Sprint(p.ID, p.Start)
	for _, z := range p.Keys {
		name += fmt.Sprint(" ", z.Identifier, z.First, z.Last, z.Signer.Algorithm())
	}
	text, ok := made.Load(name)
	if !ok {
		r, err := requester.Make(p)
		if err != nil {
			t.Fatal(err)
		}
		text = ksr.Format(r)
		made.Store(name, text)
	}
	r, err := ksr.Parse(text.([]byte))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
