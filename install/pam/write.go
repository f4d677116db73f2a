package pam

import (
	"crypto/md5"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// pristine are the MD5 sums of the files as Debian has shipped them, taken
// without the managed blocks. A file that still has one of them is replaced by
// the present template.
var pristine = map[string][]string{
	"auth":    {"8d4fe17e66ba25de16a117035d1396aa"},
	"account": {"3c0c362eaf3421848b679d63fd48c3fa"},
	"password": {"4d5c92d595a46b69cd61f18feb4c0574", "50fce2113dfda83ac8bdd5a6e706caec",
		"4bd7610f2e85f8ddaef79c7db7cb49eb", "9ba753d0824276b44bcadfee1f87b6bc"},
	"session": {"f297c731a467822cbd86e1283263e8a3", "240fb92986c885b327cdb21dd641da8c",
		"4a25673e8b36f1805219027d3be02cd2", "9e633425b1878897695217ecaf75e204"},
	"session-noninteractive": {"ad2b78ce1498dd637ef36469430b6ac6", "53c1ede0bf4c07879d3582d875917545"},
}

// write composes every file. It reports false if one cannot be composed.
func (u *update) write() (bool, error) {
	t := u.p.Tree
	for _, kind := range kinds {
		target := confDir + "/common-" + kind
		current, err := t.ReadFile(target)
		there := err == nil
		body, ok := u.fill(kind, string(current), there)
		if !ok {
			return false, nil
		}
		if there && u.force {
			if err := t.WriteFile(target+".pam-old", current, 0o644); err != nil {
				return false, err
			}
		}
		if err := u.replace(target, body); err != nil {
			return false, err
		}
		if err := u.replace(saveDir+"/"+kind, u.saved(kind)); err != nil {
			return false, err
		}
	}
	return true, nil
}

// fill composes a file from itself, or from the template of Debian if nobody
// has changed it outside the managed blocks, or if it must be.
func (u *update) fill(kind, current string, there bool) (body string, ok bool) {
	unchanged := slices.Contains(pristine[kind], digest(current))
	if there && !unchanged {
		if body, ok = u.compose(kind, current); ok || !u.force {
			return body, ok
		}
	}
	if !there && !u.force {
		return "", false
	}
	template, err := u.p.Tree.ReadFile("/usr/share/pam/common-" + kind)
	if err != nil {
		return "", false
	}
	return u.compose(kind, string(template))
}

func (u *update) replace(file, content string) error {
	if err := u.p.Tree.RemoveAll(file); err != nil {
		return err
	}
	return u.p.Tree.WriteFile(file, []byte(content), 0o644)
}

// digest is the MD5 sum of a file without what lies in the managed blocks.
func digest(text string) string {
	kept, _ := splice(text, func(string) string { return "" })
	return fmt.Sprintf("%x", md5.Sum([]byte(kept)))
}

// splice replaces the managed blocks of a file; block gives the new content of
// "Primary" and "Additional". It reports false if a mark is missing.
func splice(text string, block func(name string) string) (string, bool) {
	var b strings.Builder
	state := 0
	marks := []string{primaryMark, fallbackMark, additionalMark, endMark}
	for line := range strings.Lines(text) {
		if state < len(marks) && strings.HasPrefix(line, marks[state]) {
			b.WriteString(line)
			switch state {
			case 0:
				b.WriteString(block("Primary"))
			case 2:
				b.WriteString(block("Additional"))
			}
			state++
			continue
		}
		if state != 1 && state != 3 {
			b.WriteString(line)
		}
	}
	return b.String(), state == len(marks)
}

// compose fills a template with the modules of the enabled profiles.
func (u *update) compose(kind, template string) (string, bool) {
	return splice(template, func(block string) string {
		stack := strings.TrimSuffix(kind, "-noninteractive")
		lines := u.blockLines(kind, block)
		if block == "Primary" && len(lines) == 0 {
			return stack + "\t[default=1]\t\t\tpam_permit.so\n"
		}
		// A jump to the end of the primary block skips all lines that follow in
		// it; one from the additional block must not leave the stack.
		count := len(lines)
		if block == "Additional" {
			count--
		}
		text := ""
		for _, line := range lines {
			text += stack + "\t" + u.merge(kind, line, count) + "\n"
			count--
		}
		return text
	})
}

// blockLines lists the module lines of the enabled profiles for one block.
func (u *update) blockLines(kind, block string) []string {
	var lines []string
	first := true
	for _, name := range u.enabled {
		p := u.profiles[name]
		if p[field(kind)+"-Type"] != block {
			continue
		}
		for line := range strings.SplitSeq(p.lines(kind, first), "\n") {
			if line != "" {
				lines = append(lines, line)
			}
		}
		first = false
	}
	return lines
}

var jumpEndWord = regexp.MustCompile(`end`)

// merge sets the length of a jump and applies the changes of options.
func (u *update) merge(kind, line string, count int) string {
	m := moduleLine.FindStringSubmatch(line)
	if m == nil {
		return line
	}
	module := jumpEndWord.ReplaceAllString(m[1], strconv.Itoa(count))
	opts := strings.Fields(m[2])
	if u.changes != nil {
		key := jump.ReplaceAllString(module, "$1$2")
		added := maps.Clone(u.changes.added[kind][key])
		for _, o := range opts {
			delete(added, o)
		}
		opts = slices.DeleteFunc(opts, func(o string) bool { return u.changes.removed[kind][key][o] })
		opts = append(opts, slices.Sorted(maps.Keys(added))...)
	}
	return module + " " + strings.Join(opts, " ")
}

// saved is what the next run compares with.
func (u *update) saved(kind string) string {
	text, count := "", 0
	for _, block := range []string{"Primary", "Additional"} {
		first := true
		for _, name := range u.enabled {
			p := u.profiles[name]
			if t := p[field(kind)+"-Type"]; t == "" || t != block {
				continue
			}
			lines := p.lines(kind, first)
			first = false
			if block == "Primary" {
				count++
			}
			if lines != "" {
				text += "Module: " + name + "\n" + lines + "\n"
			}
		}
		if block == "Primary" && count == 0 {
			text += "Module: null\n[default=1]\t\t\tpam_permit.so\n"
		}
	}
	return text
}
