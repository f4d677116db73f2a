package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"coen/attest/manifest"
	"coen/debian/archive"

	"github.com/spf13/cobra"
)

func attestManifestCommand() *cobra.Command {
	var out, open string
	var overlays map[string]string
	cmd := &cobra.Command{
		Use:   "manifest ISO|BUILDINFO",
		Short: "Write the manifest of a release",
		Long: `Manifest writes the page of text that names a release, its ISO by size, hash and
words, and what it was built from. Sign it with coen attest sign.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			info, iso, err := readBuildInfo(cmd, args[0])
			if err != nil {
				return err
			}
			m := &manifest.Manifest{
				Image: info.Image, Release: info.Release, Recipe: info.Recipe, Lock: info.Lock,
				ISO: filepath.Base(iso), Size: info.Size, SHA256: info.ISO,
			}
			if err := addOverlays(cmd.Context(), m, overlays, open); err != nil {
				return err
			}
			if _, err := manifest.Parse(m.Bytes()); err != nil {
				return err
			}
			if out == "" {
				out = filepath.Join(filepath.Dir(iso), "manifest")
			}
			if err := writeFile(out, m.Bytes()); err != nil {
				return err
			}
			writeManifest(cmd.OutOrStdout(), m)
			fmt.Fprintf(cmd.OutOrStdout(), "Written to: %s\n", out)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVarP(&out, "output", "o", "", "file to write (default: manifest, beside the ISO)")
	f.StringToStringVar(&overlays, "overlay", nil, "vendor's archive in the ISO, NAME=FILE (repeatable)")
	f.StringVar(&open, "open", "", "SHA-256 of the ISO without overlays")
	cmd.MarkFlagsRequiredTogether("overlay", "open")
	return cmd
}

// addOverlays names the vendors' archives in a manifest.
func addOverlays(ctx context.Context, m *manifest.Manifest, files map[string]string, open string) (err error) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		sum, err := digestOf(ctx, files[name])
		if err != nil {
			return err
		}
		m.Overlays = append(m.Overlays, manifest.Overlay{Name: name, SHA256: sum})
	}
	if open != "" {
		if m.Open, err = archive.ParseDigest(open); err != nil {
			return fmt.Errorf("--open: %w", err)
		}
	}
	return nil
}

func digestOf(ctx context.Context, name string) (sum [32]byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	return digest(ctx, f, 0)
}
