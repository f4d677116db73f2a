package admin

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
	"coen/tree"
)

const (
	sgmlDir      = "/etc/sgml"
	superCatalog = "/var/lib/sgml-base/supercatalog"
)

// updateCatalog models update-catalog of sgml-base: entries of the catalogs in
// /etc/sgml, and the super catalog that names all of these.
func updateCatalog(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.ParseLeading(p.Args[1:], "add", "remove", "quiet", "super", "test", "update-super")
	if err != nil {
		return p.Errorf("%v", err)
	}
	given := map[string]bool{}
	for _, o := range opts {
		given[o.Name] = true
	}
	switch {
	case given["test"]:
		return 0, p.Unmodelledf("--test")
	case given["update-super"] && len(rest) == 0:
		return 0, updateSuper(p.Tree)
	case given["super"]:
		fmt.Fprintln(p.Stdout(), "update-catalog: Suppressing action on super catalog. Invoking trigger instead.")
		return p.Child("dpkg-trigger", "/etc/sgml").Run()
	case len(rest) == 2 && given["add"] != given["remove"]:
		return 0, editCatalog(p.Tree, rest[0], rest[1], given["add"])
	}
	return p.Errorf("wrong number of arguments")
}

// editCatalog adds an entry to a catalog or takes it out.
func editCatalog(t *tree.Tree, catalog, entry string, add bool) error {
	match, err := regexp.Compile(entry)
	if err != nil {
		return fmt.Errorf("entry %q: %w", entry, err)
	}
	body := ""
	if data, err := t.ReadFile(catalog); err == nil {
		for line := range strings.Lines(string(data)) {
			if !match.MatchString(line) {
				body += line
			}
		}
		if err := replace(t, catalog, catalog+".old"); err != nil {
			return err
		}
	} else {
		template, err := t.ReadFile("/usr/share/sgml-base/catalog.centralized")
		if err != nil {
			return err
		}
		body = strings.ReplaceAll(string(template), "CATALOG", catalog)
	}
	if add {
		body += "CATALOG " + entry + "\n"
	}
	return t.WriteFile(catalog, []byte(body), 0o644)
}

// updateSuper lists the catalogs of /etc/sgml that are complete.
func updateSuper(t *tree.Tree) error {
	n, err := t.Lookup(sgmlDir)
	if err != nil {
		return err
	}
	body := "--\n## This file is created by update-catalog with update-super.\n" +
		"## Please see update-catalog(8) for how to modify this file.\n--\n"
	for _, name := range n.Names() {
		file := sgmlDir + "/" + name
		if strings.HasPrefix(name, ".") || !strings.HasSuffix(name, ".cat") || name == ".cat" {
			continue
		}
		if data, err := t.ReadFile(file); err == nil && catalogComplete(t, sgmlDir, string(data)) {
			body += "CATALOG " + file + "\n"
		}
	}
	if t.Exists(superCatalog) {
		if err := replace(t, superCatalog, superCatalog+".old"); err != nil {
			return err
		}
	}
	return t.WriteFile(superCatalog, []byte(body), 0o644)
}

var sgmlToken = regexp.MustCompile(`(?s)((?:\s+|--.*?--)+|'.*?'|".*?"|\S+)`)

// catalogComplete says whether every catalog that a catalog refers to exists.
func catalogComplete(t *tree.Tree, base, text string) bool {
	after := ""
	for _, token := range sgmlToken.FindAllString(text, -1) {
		if strings.TrimSpace(token) == "" || strings.HasPrefix(strings.TrimSpace(token), "--") {
			continue
		}
		word := strings.Trim(token, `"'`)
		switch after {
		case "base":
			base = word
		case "catalog":
			if !path.IsAbs(word) {
				word = base + "/" + word
			}
			if !t.Exists(word) {
				return false
			}
		default:
			if after = strings.ToLower(token); after != "base" && after != "catalog" {
				after = ""
			}
			continue
		}
		after = ""
	}
	return true
}
