package recipe

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
)

var (
	namePattern     = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	releasePattern  = regexp.MustCompile(`^[0-9]+(\.[0-9]+){1,3}(-[a-z0-9.]+)?$`)
	packagePattern  = regexp.MustCompile(`^[a-z0-9][a-z0-9+.-]+$`)
	wordPattern     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`)
	accountPattern  = regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`)
	unitPattern     = regexp.MustCompile(`^[A-Za-z0-9:_.@\\-]+\.[a-z]+$`)
	argumentPattern = regexp.MustCompile(`^[!-~]+$`)
)

// Validate checks every value of the recipe and returns the first fault.
func (r *Recipe) Validate() error {
	switch {
	case !namePattern.MatchString(r.Name):
		return fmt.Errorf("name: %q is not a lower-case word", r.Name)
	case !releasePattern.MatchString(r.Release):
		return fmt.Errorf("release: %q is not a version such as 3.0.0", r.Release)
	case r.Epoch.Year() < 1980 || r.Epoch.Year() > 2105:
		return fmt.Errorf("epoch: %v is outside 1980 to 2105, what FAT and squashfs can hold", r.Epoch)
	case r.Epoch.Nanosecond() != 0 || r.Epoch.Unix()%2 != 0:
		return errors.New("epoch: not an even second, what FAT can hold")
	case r.Architecture != "amd64":
		return fmt.Errorf("architecture: %q is not amd64", r.Architecture)
	case len(r.Packages) == 0:
		return errors.New("packages: none")
	case r.Limits.ISO < 0:
		return fmt.Errorf("limits: iso: %d is negative", r.Limits.ISO)
	}
	for _, check := range []func() error{
		r.sources, r.packages, r.scripts, r.files, r.units, r.accounts, r.exclusions, r.boot, r.overlays,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (r *Recipe) sources() error {
	if len(r.Sources) == 0 {
		return errors.New("sources: none")
	}
	for i, s := range r.Sources {
		at := fmt.Sprintf("sources[%d]", i)
		if err := all(at+": archive", wordPattern, s.Archive); err != nil {
			return err
		}
		if len(s.Suites) == 0 || len(s.Components) == 0 {
			return fmt.Errorf("%s: suites and components are both needed", at)
		}
		if err := all(at+": suites", wordPattern, s.Suites...); err != nil {
			return err
		}
		if err := all(at+": components", wordPattern, s.Components...); err != nil {
			return err
		}
	}
	return nil
}

func (r *Recipe) packages() error {
	if err := all("packages", packagePattern, r.Packages...); err != nil {
		return err
	}
	if err := distinct("packages", r.Packages); err != nil {
		return err
	}
	if err := all("programs", namePattern, r.Programs...); err != nil {
		return err
	}
	if err := distinct("programs", r.Programs); err != nil {
		return err
	}
	for i, a := range r.Debconf {
		if a.Question == "" || a.Package == "" || a.Type == "" {
			return fmt.Errorf("debconf[%d]: package, question and type are all needed", i)
		}
	}
	return nil
}

func (r *Recipe) scripts() error {
	for i, s := range r.Scripts {
		at := fmt.Sprintf("scripts[%d]", i)
		if err := all(at+": package", packagePattern, s.Package); err != nil {
			return err
		}
		switch s.Script {
		case "preinst", "postinst", "config":
		default:
			return fmt.Errorf("%s: script: %q is not preinst, postinst or config", at, s.Script)
		}
		if s.Status < 0 || s.Status > 255 {
			return fmt.Errorf("%s: status: %d is outside 0 to 255", at, s.Status)
		}
		if s.Reason == "" {
			return fmt.Errorf("%s: reason: missing", at)
		}
	}
	return nil
}

func (r *Recipe) files() error {
	var paths []string
	for i, f := range r.Files {
		at := fmt.Sprintf("files[%d]", i)
		if !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path || strings.Contains(f.Path, "\x00") {
			return fmt.Errorf("%s: path: %q is not absolute and clean", at, f.Path)
		}
		forms := 0
		for _, is := range []bool{f.Content != nil, f.Link != "", f.Directory} {
			if is {
				forms++
			}
		}
		if forms != 1 {
			return fmt.Errorf("%s: %s: exactly one of content, link and directory is needed", at, f.Path)
		}
		if f.Link != "" && f.Mode != 0 {
			return fmt.Errorf("%s: %s: a link has no mode", at, f.Path)
		}
		paths = append(paths, f.Path)
	}
	return distinct("files", paths)
}

func (r *Recipe) units() error {
	for _, list := range [][]string{r.Units.Enable, r.Units.Disable, r.Units.Mask} {
		if err := all("units", unitPattern, list...); err != nil {
			return err
		}
	}
	if r.Units.Default != "" {
		return all("units: default", unitPattern, r.Units.Default)
	}
	return nil
}

func (r *Recipe) accounts() error {
	var names []string
	for i, p := range r.Passwords {
		at := fmt.Sprintf("passwords[%d]", i)
		if err := all(at+": account", accountPattern, p.Account); err != nil {
			return err
		}
		if strings.ContainsAny(p.Field, ":\n") {
			return fmt.Errorf("%s: field: holds a colon or newline", at)
		}
		names = append(names, p.Account)
	}
	return distinct("passwords", names)
}

func (r *Recipe) exclusions() error {
	for i, e := range r.Exclude {
		at := fmt.Sprintf("exclude[%d]", i)
		if len(e.Paths) == 0 || e.Reason == "" {
			return fmt.Errorf("%s: paths and reason are both needed", at)
		}
		for _, p := range append(append([]string{}, e.Paths...), e.Keep...) {
			if !strings.HasPrefix(p, "/") {
				return fmt.Errorf("%s: %q does not begin with a slash", at, p)
			}
		}
	}
	return nil
}

func (r *Recipe) boot() error {
	b := r.Boot
	if err := all("boot: packages", packagePattern, b.Packages...); err != nil {
		return err
	}
	if !printable(b.Title) {
		return fmt.Errorf("boot: title: %q is not printable ASCII", b.Title)
	}
	if b.Timeout < 0 || b.Timeout > 3600 {
		return fmt.Errorf("boot: timeout: %d is outside 0 to 3600", b.Timeout)
	}
	if err := all("boot: arguments", argumentPattern, b.Arguments...); err != nil {
		return err
	}
	if len(b.Entries) == 0 {
		return errors.New("boot: entries: none")
	}
	var ids []string
	for i, e := range b.Entries {
		at := fmt.Sprintf("boot: entries[%d]", i)
		if err := all(at+": id", namePattern, e.ID); err != nil {
			return err
		}
		if e.Title == "" || !printable(e.Title) {
			return fmt.Errorf("%s: title: %q is empty or not printable ASCII", at, e.Title)
		}
		if err := all(at+": arguments", argumentPattern, e.Arguments...); err != nil {
			return err
		}
		ids = append(ids, e.ID)
	}
	return distinct("boot: entries", ids)
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' })
}

func all(what string, pattern *regexp.Regexp, values ...string) error {
	for _, v := range values {
		if !pattern.MatchString(v) {
			return fmt.Errorf("%s: %q does not match %s", what, v, pattern)
		}
	}
	return nil
}

func distinct(what string, values []string) error {
	seen := map[string]bool{}
	for _, v := range values {
		if seen[v] {
			return fmt.Errorf("%s: %q is given twice", what, v)
		}
		seen[v] = true
	}
	return nil
}
