package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/drive"
	"coen/ceremony/media"
	"coen/ceremony/paper"
	"coen/internal/commandline"
	"coen/internal/console"
	"coen/pgpwords"
)

// Where HSMFD drives are mounted; the second one as older systems and as udisks
// name it.
const hsmfd = drive.MediaDir + "/HSMFD"

var seconds = []string{hsmfd + "_", hsmfd + "1"}

// hashing is what hsmfd-hash was asked for.
type hashing struct {
	calculate, print, match, manifest, json bool
	list, against                           string
	printing                                printing
}

func (p *program) hsmfdHash() *cobra.Command {
	var o hashing
	c := &cobra.Command{
		Use:   "hsmfd-hash {-c | -p | -m | --manifest} [FOLDER...]",
		Short: "Hash the flash drives of the HSM",
		Long: `Hash /media/HSMFD, or another folder.

-c, -p and -m use the digest that was always used: SHA-256 of the contents of all
files, one after the other in the order of their names. Names, empty files and
where a file ends are not part of it. -m also compares name by name and says
what differs.

--manifest prints the root hash of the list of everything on the drive, with
names, sizes, modes and digests, and beside it the old digest.`,
		Example: `  hsmfd-hash -c
  hsmfd-hash -m                        # /media/HSMFD with /media/HSMFD_ or /media/HSMFD1
  hsmfd-hash --manifest --list hsmfd.manifest
  hsmfd-hash --manifest --against hsmfd.manifest`,
		Args:        commandline.Args(cobra.MaximumNArgs(2)),
		Annotations: map[string]string{commandline.OldStatus: "1"},
		RunE:        func(_ *cobra.Command, args []string) error { return p.runHash(&o, args) },
	}
	f := c.Flags()
	f.BoolVarP(&o.calculate, "calculate", "c", false, "calculate the old digest")
	f.BoolVarP(&o.print, "print", "p", false, "calculate and print it on paper")
	f.BoolVarP(&o.match, "match", "m", false, "compare two drives")
	f.BoolVar(&o.manifest, "manifest", false, "root hash of names and contents")
	f.StringVar(&o.list, "list", "", "write the manifest to a `file`, - for standard output")
	f.StringVar(&o.against, "against", "", "compare with the manifest in a `file`")
	f.BoolVar(&o.json, "json", false, "root hash and old digest as JSON")
	o.printing.flags(c)
	f.IntVar(&o.printing.copies, "copies", 1, "copies on paper")
	return c
}

func (p *program) runHash(o *hashing, args []string) error {
	asked := 0
	for _, flag := range []bool{o.calculate, o.print, o.match, o.manifest} {
		if flag {
			asked++
		}
	}
	if asked != 1 || len(args) > 1 && !o.match || len(args) == 1 && o.match || ((o.list+o.against != "" || o.json) && !o.manifest) {
		return commandline.Faultf("give one of -c, -p, -m and --manifest, and the folders that it needs")
	}
	switch {
	case o.match:
		return p.matchDrives(args)
	case o.manifest:
		return p.showManifest(o, args)
	}
	dir, m, err := p.readDrive(args, hsmfd)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s\n%s", dir, twoLines(m.Old))
	if !o.print {
		return nil
	}
	return p.printHash(&o.printing, dir, m)
}

// twoLines is a hash as it was always printed.
func twoLines(sum [32]byte) string {
	return fmt.Sprintf("SHA-256:    %x\nPGP Words:  %s\n", sum, pgpwords.String(sum[:]))
}

// readDrive reads the folder that the arguments name, or one that must be mounted.
func (p *program) readDrive(args []string, usual string) (string, *media.Manifest, error) {
	dir := usual
	if len(args) > 0 {
		dir = args[0]
	}
	mount, err := drive.Host.MountedAt(dir)
	if err != nil {
		return "", nil, err
	}
	if mount == nil && len(args) == 0 {
		return "", nil, fmt.Errorf("%s is not mounted", dir)
	}
	if _, err := os.Stat(dir); err != nil {
		return "", nil, err
	}
	if mount == nil {
		fmt.Fprintf(p.stderr, "Note: %s is a folder of this system, no drive is mounted there.\n", dir)
	}
	m, err := p.readTree(dir)
	if err != nil {
		return "", nil, err
	}
	switch files, size := m.Files(); {
	case len(m.Entries) == 0:
		fmt.Fprintf(p.stderr, "WARNING: %s is EMPTY. Its digest is that of nothing.\n", dir)
	case size == 0:
		fmt.Fprintf(p.stderr, "WARNING: %s has %d files, and no content in them. The old digest is that of nothing.\n", dir, files)
	}
	root := m.Root()
	p.event("drive-hash", chain.F("folder", dir), chain.F("root", fmt.Sprintf("%x", root)), chain.F("old", fmt.Sprintf("%x", m.Old)))
	return dir, m, nil
}

// readTree reads a folder and shows how far it is.
func (p *program) readTree(dir string) (*media.Manifest, error) {
	progress := console.New(os.Stderr)
	defer progress.Close()
	shown := int64(0)
	return media.Read(p.ctx, dir, func(n int64) {
		if shown += n; shown < showProgress {
			return
		}
		if shown-n < showProgress {
			progress.Start("Reading "+dir, 0, console.Bytes)
			n = shown
		}
		progress.Add(n)
	})
}

// showProgress is how many bytes are read before a bar is worth it.
const showProgress = 1 << 28

// printHash prints a page as it always looked, with the command that gives the
// same digest.
func (p *program) printHash(o *printing, dir string, m *media.Manifest) error {
	text := fmt.Sprintf("\n# find -P %s -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256sum\n\n%s", dir, twoLines(m.Old))
	text += fmt.Sprintf("\n\nRoot hash of names, sizes, modes and contents (hsmfd-hash --manifest):\n\n%s", twoLines(m.Root()))
	return p.printDocument(o, &paper.Document{Left: "HSMFD SHA-256 HASH", Right: p.clock().Format("2006/01/02"), Text: []byte(text), Size: paper.ProofSize},
		chain.F("file", "HSMFD SHA-256 HASH"), chain.F("sha256", fmt.Sprintf("%x", m.Old)))
}

// matchDrives compares two drives by the old digest and by their manifests.
func (p *program) matchDrives(args []string) error {
	var dirs [2][]string
	second := seconds[0]
	if len(args) == 2 {
		dirs = [2][]string{args[:1], args[1:]}
	} else if mount, err := drive.Host.MountedAt(seconds[1]); err != nil {
		return err
	} else if mount != nil {
		second = seconds[1]
	}
	one, a, err := p.readDrive(dirs[0], hsmfd)
	if err != nil {
		return err
	}
	two, b, err := p.readDrive(dirs[1], second)
	if err != nil {
		return err
	}
	width := max(len(one), len(two))
	fmt.Fprintf(p.stdout, "SHA-256 %-*s : %x\nSHA-256 %-*s : %x\n", width, one, a.Old, width, two, b.Old)
	differences := media.Compare(a, b)
	switch {
	case a.Old != b.Old:
		fmt.Fprintf(p.stdout, "ERROR: SHA-256 hashes do not match, try to format the %s and copy again\n", two)
	case len(differences) > 0:
		fmt.Fprintf(p.stdout, "ERROR: SHA-256 hashes match, but the drives differ:\n")
	default:
		fmt.Fprintln(p.stdout, "SHA-256 hashes match")
		return nil
	}
	p.showDifferences(two, differences)
	return commandline.Exit(exitFailed)
}

// maxDifferences is how many are shown.
const maxDifferences = 20

func (p *program) showDifferences(where string, list []media.Difference) {
	for i, d := range list {
		if i == maxDifferences {
			fmt.Fprintf(p.stdout, "  and %d more\n", len(list)-i)
			return
		}
		fmt.Fprintf(p.stdout, "  %s/%s: %s\n", strings.TrimSuffix(where, "/"), media.Escape(d.Path), d.What)
	}
}
