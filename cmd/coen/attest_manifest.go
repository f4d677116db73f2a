package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"coen/attest"
	"coen/attest/manifest"

	"github.com/spf13/cobra"
)

func attestManifestCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "manifest ISO|BUILDINFO",
		Short: "Write the manifest of a release",
		Long: `Manifest writes the page of text that names a release, its ISO by size, hash and
words, and what it was built from, vendors' archives and the ISO without them
included. Sign it with coen attest sign.`,
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
			addOverlays(m, info)
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
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write (default: manifest, beside the ISO)")
	return cmd
}

// addOverlays names the vendors' archives that are in the ISO.
func addOverlays(m *manifest.Manifest, info *attest.BuildInfo) {
	for _, o := range info.Overlays {
		m.Overlays = append(m.Overlays, manifest.Overlay{Name: o.Name, SHA256: o.SHA256})
	}
	slices.SortFunc(m.Overlays, func(a, b manifest.Overlay) int { return strings.Compare(a.Name, b.Name) })
	if info.Open != nil {
		m.Open = *info.Open
	}
}
