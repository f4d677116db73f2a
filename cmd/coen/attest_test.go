package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"

	"coen/attest"
	"coen/attest/attesttest"
	"coen/attest/consensus"
	"coen/internal/failure"
	"coen/lock"

	"golang.org/x/crypto/ssh/agent"
)

// within runs a command in this process and returns what it printed.
func within(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := rootCommand()
	root.SetArgs(args)
	root.SetOut(&out)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

// must is within for commands that do not fail.
func must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := within(t, args...)
	if err != nil {
		t.Fatalf("coen %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// exits runs a command that ends with the given status and error.
func exits(t *testing.T, status int, want string, args ...string) {
	t.Helper()
	out, err := within(t, args...)
	if failure.ExitCode(err) != status || err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("coen %s: status %d, want %d: %v, want %q\n%s", strings.Join(args, " "), failure.ExitCode(err), status, err, want, out)
	}
}

func private(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// newRelease goes into a folder with what coen build leaves, keys of three
// builders, and a policy that two of them fulfil.
func newRelease(t *testing.T) {
	t.Helper()
	iso := []byte("an image\n")
	l, err := os.ReadFile(newDesk(t).path("small.lock"))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := lock.Parse(l)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	info := attest.BuildInfo{
		Image: "coen", Release: "3.0.0", Recipe: parsed.Recipe, Lock: parsed.Digest(),
		ISO: sha256.Sum256(iso), Size: int64(len(iso)), Tool: attesttest.Statement("").Body.Tool,
	}
	write(t, "coen.iso", string(iso))
	write(t, "coen.buildinfo.json", string(info.Bytes()))
	write(t, "recipe.lock", string(l))
	policy := "require: {builders: 2}\nbuilders:\n"
	for _, name := range []string{"alice", "bob", "carol"} {
		write(t, name, string(attesttest.PEM(t, private(name))))
		public := attesttest.Key(t, name).Public().String()
		write(t, name+".pub", public+" "+name+"\n")
		policy += fmt.Sprintf("- {name: %s, keys: [%s]}\n", name, public)
	}
	write(t, "policy.yaml", policy)
}

func TestAttest(t *testing.T) {
	newRelease(t)
	must(t, "attest", "manifest", "coen.iso")
	must(t, "attest", "sign", "manifest", "-k", "alice")
	if out := must(t, "attest", "verify", "manifest", "-k", "bob.pub", "-k", "alice.pub"); !strings.Contains(out, "Signed by:  alice.pub, SHA256:") {
		t.Errorf("verified:\n%s", out)
	}
	exits(t, failure.Refused, "made with another key", "attest", "verify", "manifest", "-k", "bob.pub")

	must(t, "attest", "sign", "coen.iso", "-k", "alice", "--expect", "manifest", "-o", "statements/alice.json")
	exits(t, failure.Different, "do not agree", "attest", "consensus", "--policy", "policy.yaml", ".")
	if err := os.Remove("coen.iso"); err != nil {
		t.Fatal(err)
	}
	must(t, "attest", "sign", "coen.buildinfo.json", "-k", "bob", "-o", "statements/bob.json", "--varied", "umask=0077,host=linux/s390x")
	must(t, "attest", "sign", "--failed", "--expect", "manifest", "-k", "carol", "-o", "statements/carol.json", "--note", "no room")
	out := must(t, "attest", "verify", "--policy", "policy.yaml", "statements/bob.json")
	if !strings.Contains(out, "umask 0077") || !strings.Contains(out, "host linux/s390x") || !strings.Contains(out, "Signed by:  bob, ") {
		t.Errorf("verified:\n%s", out)
	}
	for _, on := range [][]string{{}, {"--lock", "recipe.lock"}, {"--manifest", "manifest"}} {
		out := must(t, append([]string{"attest", "consensus", "--policy", "policy.yaml", "."}, on...)...)
		if !strings.Contains(out, "The policy holds: 2 builders from 2 groups") || !strings.Contains(out, "Failed to build: 1\n  carol") {
			t.Errorf("%q:\n%s", on, out)
		}
	}
	var v consensus.Verdict
	if err := json.Unmarshal([]byte(must(t, "attest", "consensus", "--json", "--policy", "policy.yaml", ".")), &v); err != nil || len(v.Agree) != 2 {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestAttestDissent(t *testing.T) {
	newRelease(t)
	must(t, "attest", "manifest", "coen.iso")
	must(t, "attest", "sign", "coen.iso", "-k", "alice", "-o", "statements/alice.json")
	must(t, "attest", "sign", "coen.iso", "-k", "bob", "-o", "statements/bob.json")
	data, err := os.ReadFile("coen.buildinfo.json")
	if err != nil {
		t.Fatal(err)
	}
	info, err := attest.ParseBuildInfo(data)
	if err != nil {
		t.Fatal(err)
	}
	info.ISO[0] ^= 1
	write(t, "else.buildinfo.json", string(info.Bytes()))
	info.Lock[0] ^= 1
	write(t, "other.buildinfo.json", string(info.Bytes()))
	exits(t, failure.Refused, "what was built is of recipe", "attest", "sign", "other.buildinfo.json", "-k", "carol", "--expect", "manifest")
	out := must(t, "attest", "sign", "else.buildinfo.json", "-k", "carol", "--expect", "manifest", "-o", "statements/carol.json")
	if !strings.Contains(out, "I BUILT THIS LOCK AND GOT ANOTHER ISO.") {
		t.Errorf("signed:\n%s", out)
	}
	out, err = within(t, "attest", "consensus", "--policy", "policy.yaml", ".")
	if failure.ExitCode(err) != failure.Different || !strings.HasPrefix(out, "DISSENT: 1\n  !! carol got "+info.ISO.String()) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestAttestAgent(t *testing.T) {
	newRelease(t)
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: private("alice")}); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", "agent")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(ring, conn) }()
		}
	}()
	t.Setenv("SSH_AUTH_SOCK", "agent")
	must(t, "attest", "sign", "coen.iso", "-k", "alice.pub")
	must(t, "attest", "verify", "coen.statement.json", "-k", "alice.pub")
	exits(t, failure.Usage, "has no key", "attest", "sign", "coen.iso", "-k", "bob.pub")
	t.Setenv("SSH_AUTH_SOCK", "")
	exits(t, failure.Usage, "there is no SSH agent", "attest", "sign", "coen.iso", "-k", "alice.pub")
}

func TestAttestRefuses(t *testing.T) {
	newRelease(t)
	must(t, "attest", "manifest", "coen.iso")
	must(t, "attest", "sign", "coen.iso", "-k", "alice")
	exits(t, failure.Refused, "which is nobody's here", "attest", "verify", "coen.statement.json", "-k", "bob.pub")
	exits(t, failure.Usage, "required", "attest", "verify", "coen.statement.json")
	exits(t, failure.Usage, "required", "attest", "sign", "coen.iso")
	exits(t, failure.Usage, "say which", "attest", "sign", "-k", "alice")
	exits(t, failure.Usage, "--failed goes with", "attest", "sign", "-k", "alice", "--failed")
	exits(t, failure.Usage, "no such file", "attest", "sign", "-k", "nobody", "coen.iso")
	exits(t, failure.Usage, "bad note", "attest", "sign", "-k", "alice", "coen.iso", "--note", "\x1b[2J")
	exits(t, failure.Usage, "no such file", "attest", "verify", "manifest", "-k", "alice.pub")
	write(t, "coen.iso", "another image\n")
	exits(t, failure.Refused, "and what was built has", "attest", "sign", "coen.iso", "-k", "alice")
	exits(t, failure.Refused, "and what was built has", "attest", "manifest", "coen.iso")
	if names := files(t, "."); len(names) != 12 {
		t.Errorf("files: %q", names)
	}
}
