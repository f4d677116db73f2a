package debconf

import (
	"fmt"
	"regexp"
	"strings"

	"coen/install/proc"
)

// Commands returns the models by name and absolute path.
func Commands() map[string]proc.Func {
	return map[string]proc.Func{
		"/usr/share/debconf/frontend": Frontend,
		"debconf-set-selections":      setSelections,
		"debconf-communicate":         communicate,
		"debconf-show":                show,
		"debconf-escape":              escape,
	}
}

var (
	installedScript = regexp.MustCompile(`^.*/(.*?)\.(?:postinst|postrm|prerm)$`)
	anyScript       = regexp.MustCompile(`^(.*[./])(?:preinst|postinst|prerm|postrm)$`)
	installScript   = regexp.MustCompile(`^(.*[./])(?:postinst|preinst)$`)
)

// Frontend is /usr/share/debconf/frontend: it loads the templates that lie
// beside a maintainer script, runs the config script for those that install,
// and then the script itself, all of them speaking the protocol.
func Frontend(p *proc.Proc) (int, error) {
	args := p.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return p.Errorf("nothing to run")
	}
	if root := p.Env["DPKG_ROOT"]; root != "" {
		return 0, p.Unmodelledf("DPKG_ROOT")
	}
	db, err := load(p.Tree)
	if err != nil {
		return 0, err
	}
	owner := packageOf(p, args[0])
	if status, err := loadBeside(p, db, args[0], owner); status != 0 || err != nil {
		return status, err
	}
	if m := installScript.FindStringSubmatch(args[0]); m != nil && p.Tree.Exists(p.Path(m[1]+"config")) {
		version := ""
		if len(args) > 2 {
			version = args[2]
		}
		status, err := newSession(p, db, owner).run(m[1]+"config", "configure", version)
		if status != 0 || err != nil {
			return status, err
		}
	}
	status, err := newSession(p, db, owner).run(args...)
	if err != nil {
		return 0, err
	}
	return status, db.save()
}

// packageOf finds out whose script it is: from its name, or, while a package is
// being unpacked, from the control file beside it.
func packageOf(p *proc.Proc, script string) string {
	if name := p.Env["DEBCONF_PACKAGE"]; name != "" {
		return name
	}
	if m := installedScript.FindStringSubmatch(script); m != nil {
		return m[1]
	}
	control, err := p.Tree.ReadFile("/var/lib/dpkg/tmp.ci/control")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(control)) {
		if name, ok := strings.CutPrefix(line, "Package: "); ok {
			return strings.TrimSpace(name)
		}
	}
	return ""
}

// loadBeside loads the templates file that belongs to a script or program.
func loadBeside(p *proc.Proc, db *database, script, owner string) (int, error) {
	var files []string
	if m := anyScript.FindStringSubmatch(script); m != nil {
		files = append(files, m[1]+"templates")
	} else if owner == "" {
		base := script[strings.LastIndexByte(script, '/')+1:]
		files = append(files, script+".templates")
		if stem, ok := strings.CutSuffix(script, "config"); ok {
			files = append(files, stem+"templates")
		}
		files = append(files, "/usr/share/debconf/templates/"+base+".templates")
	}
	for _, file := range files {
		data, err := p.Tree.ReadFile(p.Path(file))
		if err != nil {
			continue
		}
		if err := db.loadTemplates(data, owner); err != nil {
			fmt.Fprintf(p.Stderr(), "%s: %v\n", file, err)
			return 255, nil
		}
		break
	}
	return 0, nil
}
