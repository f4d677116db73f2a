package gschema

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/internal/oracle"
	"coen/tree"
)

const enums = `<?xml version="1.0"?>
<schemalist>
  <enum id="org.test.Mode"><value nick="none" value="0"/><value nick="some-mode" value="1"/><value nick="xx" value="-7"/></enum>
  <flags id="org.test.Flags"><value nick="zero" value="0"/><value nick="aa" value="1"/><value nick="long-name-of-a-flag" value="0x10"/></flags>
</schemalist>
`

const base = `<schemalist gettext-domain="dom">
  <!-- types -->
  <schema id="org.test.base" path="/org/test/base/">
    <key name="b" type="b"><default>true</default><summary>S</summary><description>D &amp; d</description></key>
    <key name="y" type="y"><default>0x7f</default></key>
    <key name="n" type="n"><default>-3</default></key>
    <key name="q" type="q"><default>65535</default></key>
    <key name="i" type="i"><default>-70000</default><range min="-80000" max="5"/></key>
    <key name="u" type="u"><default>uint32 7</default><range max="9"/></key>
    <key name="x" type="x"><default>int64 -1</default></key>
    <key name="t" type="t"><default>18446744073709551615</default></key>
    <key name="d" type="d"><default>0.25</default><range min="-1.0"/></key>
    <key name="s" type="s"><default l10n="messages" context="ctx">
       'It\'s "quoted" \u00e4 \n'
    </default></key>
    <key name="time" type="s"><default l10n="time">"24h"</default></key>
    <key name="as" type="as"><default>[ 'a', "bb" , 'ccc' ]</default></key>
    <key name="as-empty" type="as"><default>@as []</default></key>
    <key name="aas" type="aas"><default>[['a'],[],['b','c']]</default></key>
    <key name="tuple" type="(sib)"><default>('x', 5, false)</default></key>
    <key name="nested" type="a(dus)"><default>[(1.5, 2, 'three'), (0, 0, '')]</default></key>
    <key name="fixed" type="(yi)"><default>(1, 2)</default></key>
    <key name="pairs" type="a{si}"><default>{'one': 1, 'two': 2}</default></key>
    <key name="maybe" type="ms"><default>nothing</default></key>
    <key name="maybe2" type="mi"><default>5</default></key>
    <key name="long" type="as"><default>['` + "0123456789012345678901234567890123456789012345678901234567890123456789" + `','` +
	"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" + `','` +
	"01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" + `']</default></key>
    <key name="mode" enum="org.test.Mode"><default>'some-mode'</default><aliases><alias value="old" target="xx"/></aliases></key>
    <key name="flags" flags="org.test.Flags"><default>['aa']</default></key>
    <key name="choice" type="s"><choices><choice value="one"/><choice value="twenty"/></choices><default>'one'</default></key>
    <child name="kid" schema="org.test.kid"/>
  </schema>
  <schema id="org.test.kid"><key name="k" type="i"><default>1</default></key></schema>
  <schema id="org.test.more" extends="org.test.kid"><override name="k">5</override><key name="l" type="s"><default>''</default></key></schema>
  <schema id="org.test.list" list-of="org.test.kid" path="/org/test/list:/"></schema>
</schemalist>
`

const overrides = `# comment
[org.test.base]
b=false
s = 'other'
i=99
nosuch=1

[org.test.base:GNOME]
y=1
s='translated keys have no defaults of desktops'
[org.test.base:KDE]
y=2
[org.nosuch]
a=1
`

// many makes a schema in which keys collide and tables grow.
func many(n int) string {
	var b strings.Builder
	b.WriteString("<schemalist>")
	for s := range 3 {
		fmt.Fprintf(&b, `<schema id="org.many.s%d">`, s)
		for i := range n * (s + 1) {
			fmt.Fprintf(&b, `<key name="key-%d-of-%d" type="i"><default>%d</default></key>`, i, s, i)
		}
		b.WriteString("</schema>")
	}
	return b.String() + "</schemalist>"
}

func TestOracle(t *testing.T) {
	oracle.Need(t, "glib-compile-schemas")
	for _, c := range []struct {
		name  string
		files map[string]string
	}{
		{"types", map[string]string{"b.gschema.xml": base, "z.enums.xml": enums, "10_o.gschema.override": overrides}},
		{"many", map[string]string{"m.gschema.xml": many(40)}},
		{"more", map[string]string{"m.gschema.xml": many(7), "n.gschema.xml": strings.ReplaceAll(many(333), "org.many", "com.more")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, tr := t.TempDir(), tree.New(0)
			for name, text := range c.files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				if err := tr.WriteFile("/"+name, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			oracle.Run(t, "glib-compile-schemas", dir)
			want, err := os.ReadFile(filepath.Join(dir, File))
			if err != nil {
				t.Fatal(err)
			}
			if err := Write(tr, "/"); err != nil {
				t.Fatal(err)
			}
			if got, _ := tr.ReadFile("/" + File); !bytes.Equal(got, want) {
				t.Errorf("%d bytes differ from glib-compile-schemas' %d", len(got), len(want))
			}
		})
	}
}

func TestErrors(t *testing.T) {
	key := func(body string) string {
		return `<schemalist><schema id="a">` + body + `</schema></schemalist>`
	}
	for name, text := range map[string]string{
		"no default":      key(`<key name="k" type="s"/>`),
		"bad type":        key(`<key name="k" type="("><default>1</default></key>`),
		"bad value":       key(`<key name="k" type="i"><default>one</default></key>`),
		"out of range":    key(`<key name="k" type="i"><range max="3"/><default>4</default></key>`),
		"no such choice":  key(`<key name="k" type="s"><choices><choice value="a"/></choices><default>'b'</default></key>`),
		"no such enum":    key(`<key name="k" enum="e"><default>'b'</default></key>`),
		"twice":           key(`<key name="k" type="i"><default>1</default></key><key name="k" type="i"><default>1</default></key>`),
		"unknown element": key(`<keys/>`),
		"not XML":         "<schemalist>",
	} {
		tr := tree.New(0)
		tr.WriteFile("/x.gschema.xml", []byte(text), 0o644)
		if err := Write(tr, "/"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
