package admin

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
	"coen/tree"
)

// mkfontscale models "mkfontscale -b -s -l", which is what mkfontdir calls: it
// writes fonts.dir, the list of a directory's fonts that the X server reads,
// from fonts.scale, and encodings.dir from the directories given with -e.
// Bitmap fonts, whose names it would have to read in the fonts, are unmodelled.
func mkfontscale(p *proc.Proc) (int, error) {
	opts, dirs, err := getopt.Parse(p.Args[1:], "b", "s", "l", "e:", "n", "r")
	if err != nil {
		return p.Errorf("%v", err)
	}
	var encodings []string
	bitmaps, noScalable := false, false
	for _, o := range opts {
		switch o.Name {
		case "e":
			encodings = append(encodings, o.Value)
		case "b":
			bitmaps = true
		case "s":
			noScalable = true
		case "l":
		default:
			return 0, p.Unmodelledf("option -%s", o.Name)
		}
	}
	if !bitmaps || !noScalable {
		return 0, p.Unmodelledf("scalable fonts")
	}
	if len(dirs) == 0 {
		dirs = []string{"."}
	}
	for _, dir := range dirs {
		if err := fontsDir(p, p.Path(dir)); err != nil {
			return 0, err
		}
		if len(encodings) > 0 {
			if err := encodingsDir(p, p.Path(dir), encodings); err != nil {
				return 0, err
			}
		}
	}
	return 0, nil
}

var bitmapFont = regexp.MustCompile(`\.(pcf|snf|bdf)(\.gz|\.Z|\.bz2)?$`)

// fontsDir writes fonts.dir: the lines of fonts.scale, sorted, after their
// number.
func fontsDir(p *proc.Proc, dir string) error {
	n, err := p.Tree.Lookup(dir)
	if err != nil {
		return nil
	}
	if slices.ContainsFunc(n.Names(), bitmapFont.MatchString) {
		return p.Unmodelledf("bitmap fonts in %q", dir)
	}
	var lines []string
	if data, err := p.Tree.ReadFile(path.Join(dir, "fonts.scale")); err == nil {
		lines = strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")[1:]
	}
	return writeCounted(p.Tree, path.Join(dir, "fonts.dir"), lines)
}

// writeCounted writes lines, sorted, after a line with their number.
func writeCounted(t *tree.Tree, file string, lines []string) error {
	slices.Sort(lines)
	text := fmt.Sprintln(len(lines))
	for _, l := range lines {
		text += l + "\n"
	}
	if err := t.RemoveAll(file); err != nil {
		return err
	}
	return t.WriteFile(file, []byte(text), 0o644)
}

// encodingsDir writes encodings.dir: the names that each encoding file gives
// itself, with its path.
func encodingsDir(p *proc.Proc, dir string, sources []string) error {
	var lines []string
	for _, source := range sources {
		n, err := p.Tree.Lookup(p.Path(source))
		if err != nil {
			continue
		}
		for _, name := range n.Names() {
			if !strings.HasSuffix(name, ".enc") && !strings.HasSuffix(name, ".enc.gz") {
				continue
			}
			file := path.Join(source, name)
			names, err := encodingNames(p.Tree, p.Path(file))
			if err != nil {
				return err
			}
			for _, e := range names {
				lines = append(lines, e+" "+file)
			}
		}
	}
	return writeCounted(p.Tree, path.Join(dir, "encodings.dir"), lines)
}

// maxEncoding bounds what is read of an encoding file: its head.
const maxEncoding = 1 << 16

// encodingNames reads the name and the aliases at the head of an encoding file.
func encodingNames(t *tree.Tree, file string) ([]string, error) {
	data, err := t.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var r io.Reader = bytes.NewReader(data)
	if strings.HasSuffix(file, ".gz") {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	head, err := io.ReadAll(io.LimitReader(r, maxEncoding))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var names []string
	for line := range strings.Lines(string(head)) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if words[0] == "STARTMAPPING" {
			break
		}
		if len(words) > 1 && (words[0] == "STARTENCODING" || words[0] == "ALIAS") {
			names = append(names, strings.ToLower(words[1]))
		}
	}
	return names, nil
}
