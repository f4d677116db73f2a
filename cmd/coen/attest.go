package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"coen/attest"
	"coen/attest/consensus"
	"coen/attest/dsse"
	"coen/attest/key"
	"coen/attest/manifest"
	"coen/internal/failure"
	"coen/lock"

	"github.com/spf13/cobra"
)

func attestCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "attest",
		Short: "Say under a key what a build gave, and count what others say",
		Long: `Attest makes and reads signed statements of builders: "I built this lock and got
this ISO", or another, or none; and the manifest that names the ISO of a release.
Keys are SSH keys, as ssh-keygen makes them, or minisign keys.`,
	}
	cmd.AddCommand(attestSignCommand(), attestVerifyCommand(), attestConsensusCommand(), attestManifestCommand())
	return cmd
}

// readBuildInfo reads what a build left beside an ISO, given the path of either.
// If the ISO is there, its bytes must be those.
func readBuildInfo(cmd *cobra.Command, name string) (info *attest.BuildInfo, iso string, err error) {
	stem, given := strings.CutSuffix(name, ".buildinfo.json")
	if !given {
		stem = strings.TrimSuffix(name, ".iso")
	}
	iso = stem + ".iso"
	data, err := os.ReadFile(stem + ".buildinfo.json")
	if err != nil {
		return nil, "", err
	}
	if info, err = attest.ParseBuildInfo(data); err != nil {
		return nil, "", fmt.Errorf("%s.buildinfo.json: %w", stem, err)
	}
	f, err := os.Open(iso)
	if errors.Is(err, fs.ErrNotExist) && given {
		return info, iso, nil
	}
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	sum, err := digest(cmd.Context(), f, info.Size)
	if err == nil && sum != info.ISO {
		err = failure.Refusef(iso, "has SHA-256 %x, and what was built has %s", sum, info.ISO)
	}
	return info, iso, err
}

// readManifest reads the manifest of a release, not its signature.
func readManifest(name string) (*manifest.Manifest, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	m, err := manifest.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

func readPolicy(name string) (*consensus.Policy, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return consensus.ParsePolicy(name, data)
}

func readLock(name string) (*lock.Lock, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	l, err := lock.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return l, nil
}

// A votes says on what to decide, and by what: the flags that consensus and
// sheet share.
type votes struct {
	policy, manifest, lock string
}

func (v *votes) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&v.policy, "policy", "", "policy: builders, their keys, how many must agree")
	f.StringVar(&v.manifest, "manifest", "", "manifest of the release (default: manifest in DIR)")
}

// target returns what is decided on: the release of the manifest, or the lock
// alone.
func (v *votes) target(dir string) (consensus.Target, error) {
	if v.lock != "" {
		l, err := readLock(v.lock)
		if err != nil {
			return consensus.Target{}, err
		}
		return consensus.Target{Recipe: l.Recipe, Lock: l.Digest()}, nil
	}
	if v.manifest == "" {
		v.manifest = filepath.Join(dir, "manifest")
	}
	m, err := readManifest(v.manifest)
	if err != nil {
		return consensus.Target{}, err
	}
	return consensus.Target{
		Image: m.Image, Release: m.Release, Recipe: m.Recipe, Lock: m.Lock, ISO: m.SHA256, Size: m.Size,
	}, nil
}

// decide counts the statements in a folder, or in its folder statements.
func (v *votes) decide(dir string) (*consensus.Verdict, error) {
	p, err := readPolicy(v.policy)
	if err != nil {
		return nil, err
	}
	t, err := v.target(dir)
	if err != nil {
		return nil, err
	}
	files, err := readStatements(dir)
	if err != nil {
		return nil, err
	}
	return consensus.Decide(p, t, files), nil
}

func readStatements(dir string) (files []consensus.File, err error) {
	if info, err := os.Stat(filepath.Join(dir, "statements")); err == nil && info.IsDir() {
		dir = filepath.Join(dir, "statements")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".json" {
			continue
		}
		data, err := readSome(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, consensus.File{Name: e.Name(), Data: data})
	}
	return files, nil
}

// readSome reads no more of a file than tells that it is too large for a
// statement.
func readSome(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, dsse.MaxSize+1))
}

// readKeys reads files of public keys.
func readKeys(names []string) (keys []key.Public, err error) {
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		k, err := key.ParsePublic(string(bytes.TrimSpace(data)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		keys = append(keys, k)
	}
	return keys, nil
}
