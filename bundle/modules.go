package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
)

// toolchainPath is the module as which Go distributes its toolchains.
const toolchainPath = "golang.org/toolchain"

// A need is a file of a module that the source names: its go.mod file, or the
// zip with its source.
type need struct {
	module.Version
	zip bool
	h1  string // as in go.sum; "" for the toolchain, which no go.sum names
}

// path returns where GOPROXY has the file, below ModulesDir.
func (n need) path() (string, error) {
	name, err := module.EscapePath(n.Path)
	if err != nil {
		return "", err
	}
	version, err := module.EscapeVersion(n.Version.Version)
	if err != nil {
		return "", err
	}
	suffix := ".mod"
	if n.zip {
		suffix = ".zip"
	}
	return path.Join(ModulesDir, name, "@v", version+suffix), nil
}

// needs reads which modules a source needs: every line of go.sum, and the
// toolchain of go.mod for linux/amd64, where a bundle must build without more.
func needs(mod, sums []byte) ([]need, error) {
	f, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		return nil, err
	}
	if f.Toolchain == nil {
		return nil, errors.New("go.mod: names no toolchain")
	}
	var all []need
	for line := range strings.Lines(string(sums)) {
		words := strings.Fields(line)
		if len(words) != 3 || !strings.HasPrefix(words[2], "h1:") {
			return nil, fmt.Errorf("go.sum: %q is not a module, its version and hash", line)
		}
		version, onlyMod := strings.CutSuffix(words[1], "/go.mod")
		all = append(all, need{module.Version{Path: words[0], Version: version}, !onlyMod, words[2]})
	}
	toolchain := module.Version{Path: toolchainPath, Version: "v0.0.1-" + f.Toolchain.Name + ".linux-amd64"}
	return append(all, need{toolchain, true, ""}), nil
}

// Modules has the go command bring what a source needs into its module cache,
// and lists it.
func Modules(ctx context.Context, source []Member) ([]Member, error) {
	mod, err := content(source, path.Join(SourceDir, "go.mod"))
	if err != nil {
		return nil, err
	}
	sums, err := content(source, path.Join(SourceDir, "go.sum"))
	if err != nil {
		return nil, err
	}
	all, err := needs(mod, sums)
	if err != nil {
		return nil, err
	}
	cached, err := download(ctx, all)
	if err != nil {
		return nil, fmt.Errorf("modules: %w", err)
	}
	var members []Member
	for _, n := range all {
		file := cached[n.Version].GoMod
		if n.zip {
			file = cached[n.Version].Zip
		}
		m, err := fileMember(n, file)
		if err == nil {
			err = n.check(file)
		}
		if err != nil {
			return nil, fmt.Errorf("module %s: %w", n.Version, err)
		}
		members = append(members, m)
	}
	return members, nil
}

// A cached module is what `go mod download -json` says of one.
type cachedModule struct {
	Path, Version, Error string
	GoMod, Zip           string // files
}

// download has the go command work outside the source, whose go.sum it would
// amend.
func download(ctx context.Context, all []need) (map[module.Version]cachedModule, error) {
	wanted := map[string]bool{}
	for _, n := range all {
		wanted[n.Version.String()] = true
	}
	args := append([]string{"mod", "download", "-json"}, sorted(wanted)...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = os.TempDir()
	out, err := output(cmd)
	if err != nil && len(out) == 0 {
		return nil, err
	}
	found := map[module.Version]cachedModule{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var m cachedModule
		if err := dec.Decode(&m); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, err
		}
		if m.Error != "" {
			return nil, errors.New(m.Error)
		}
		found[module.Version{Path: m.Path, Version: m.Version}] = m
	}
}

// fileMember describes the file of a need, which is hashed here.
func fileMember(n need, file string) (m Member, err error) {
	if m.Path, err = n.path(); err != nil {
		return m, err
	}
	m.Open = func() (io.ReadCloser, error) { return os.Open(file) }
	r, err := m.Open()
	if err != nil {
		return m, err
	}
	defer r.Close()
	h := sha256.New()
	m.Size, err = io.Copy(h, r)
	m.SHA256 = [32]byte(h.Sum(nil))
	return m, err
}

// checkModules compares the modules of the bundle in dir with the hashes in its
// source's go.sum, and returns their paths.
func checkModules(dir string) ([]string, error) {
	mod, err := os.ReadFile(filepath.Join(dir, SourceDir, "go.mod"))
	if err != nil {
		return nil, err
	}
	sums, err := os.ReadFile(filepath.Join(dir, SourceDir, "go.sum"))
	if err != nil {
		return nil, err
	}
	all, err := needs(mod, sums)
	if err != nil {
		return nil, refuse("%s: %w", SourceDir, err)
	}
	var paths []string
	for _, n := range all {
		name, err := n.path()
		if err != nil {
			return nil, refuse("%w", err)
		}
		if err := n.check(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			return nil, refuse("%s: %w", name, err)
		}
		paths = append(paths, name)
	}
	return paths, nil
}

// check compares a file with its hash in go.sum.
func (n need) check(file string) error {
	var got string
	var err error
	switch {
	case n.h1 == "":
		return nil
	case n.zip:
		got, err = dirhash.HashZip(file, dirhash.Hash1)
	default:
		open := func(string) (io.ReadCloser, error) { return os.Open(file) }
		got, err = dirhash.Hash1([]string{"go.mod"}, open)
	}
	if err == nil && got != n.h1 {
		err = fmt.Errorf("is not the one of go.sum: %s, not %s", got, n.h1)
	}
	return err
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
