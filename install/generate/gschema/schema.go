package gschema

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"coen/install/generate/internal/ghash"
)

// A key is one setting of a schema, or a child schema.
type key struct {
	child       string
	typ         string
	text        string // the default as it is written
	value       *variant
	l10n        byte // 'm' or 't'; 0 if not translated
	context     string
	list        strinfo
	enum, flags bool
	low, high   *variant
	desktops    *ghash.Table
	overrides   map[string]*variant
}

// A schema is a set of keys.
type schema struct {
	id, path, domain, extends, listOf string
	order                             *ghash.Table
	keys                              map[string]*key
}

func (s *schema) add(name string, k *key) error {
	if _, twice := s.keys[name]; twice {
		return fmt.Errorf("key %q is given twice", name)
	}
	s.order.Add(name)
	s.keys[name] = k
	return nil
}

// schemas is all that the files of a directory define.
type schemas struct {
	order        *ghash.Table
	byID         map[string]*schema
	enums, flags map[string]*strinfo
}

// The elements of a schema file, as far as they matter.
type xmlFile struct {
	Domain string    `xml:"gettext-domain,attr"`
	Items  []xmlItem `xml:",any"`
}

type xmlItem struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Items   []xmlItem  `xml:",any"`
	Text    string     `xml:",chardata"`
}

func (x *xmlItem) attr(name string) string {
	for _, a := range x.Attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// read takes the definitions of one file, in the order in which they stand.
func (all *schemas) read(data []byte) error {
	var f xmlFile
	if err := xml.Unmarshal(data, &f); err != nil {
		return err
	}
	for i := range f.Items {
		x := &f.Items[i]
		var err error
		switch x.XMLName.Local {
		case "enum":
			err = readEnum(x, all.enums, false)
		case "flags":
			err = readEnum(x, all.flags, true)
		case "schema":
			err = all.schema(x, f.Domain)
		default:
			err = fmt.Errorf("unknown element <%s>", x.XMLName.Local)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func readEnum(x *xmlItem, to map[string]*strinfo, flags bool) error {
	list := &strinfo{}
	for i := range x.Items {
		v := &x.Items[i]
		n, err := strconv.ParseInt(v.attr("value"), 0, 64)
		if err != nil {
			return fmt.Errorf("value of %q: %w", v.attr("nick"), err)
		}
		if flags && n == 0 {
			continue
		}
		list.add(v.attr("nick"), uint32(n))
	}
	to[x.attr("id")] = list
	return nil
}

func (all *schemas) schema(x *xmlItem, domain string) error {
	s := &schema{id: x.attr("id"), path: x.attr("path"), domain: x.attr("gettext-domain"),
		extends: x.attr("extends"), listOf: x.attr("list-of"), order: ghash.New(), keys: map[string]*key{}}
	if s.domain == "" {
		s.domain = domain
	}
	if all.byID[s.id] != nil {
		return fmt.Errorf("schema %q is given twice", s.id)
	}
	if s.extends != "" && all.byID[s.extends] == nil {
		return fmt.Errorf("schema %q extends %q, which is not there yet", s.id, s.extends)
	}
	if s.extends != "" && s.listOf == "" {
		s.listOf = all.byID[s.extends].listOf
	}
	all.order.Add(s.id)
	all.byID[s.id] = s
	for i := range x.Items {
		item := &x.Items[i]
		name := item.attr("name")
		var k *key
		var err error
		switch item.XMLName.Local {
		case "key":
			k, err = all.key(item)
		case "override":
			k, err = all.override(s, item)
		case "child":
			k, name = &key{child: item.attr("schema")}, name+"/"
		default:
			err = fmt.Errorf("unknown element <%s>", item.XMLName.Local)
		}
		if err == nil {
			err = s.add(name, k)
		}
		if err != nil {
			return fmt.Errorf("schema %q, key %q: %w", s.id, name, err)
		}
	}
	return nil
}

// key reads a <key> element.
func (all *schemas) key(x *xmlItem) (*key, error) {
	k := &key{typ: x.attr("type")}
	if id := x.attr("enum"); id != "" {
		list := all.enums[id]
		if list == nil {
			return nil, fmt.Errorf("enum %q is not defined yet", id)
		}
		k.typ, k.enum, k.list = "s", true, append(k.list, *list...)
	}
	if id := x.attr("flags"); id != "" {
		list := all.flags[id]
		if list == nil {
			return nil, fmt.Errorf("flags %q are not defined yet", id)
		}
		k.typ, k.flags, k.list = "as", true, append(k.list, *list...)
	}
	if _, rest, err := splitType(k.typ); err != nil || rest != "" {
		return nil, fmt.Errorf("invalid type %q", k.typ)
	}
	for i := range x.Items {
		if err := k.element(&x.Items[i]); err != nil {
			return nil, err
		}
	}
	if k.value == nil {
		return nil, fmt.Errorf("it has no default")
	}
	return k, k.accepts(k.value)
}

func (k *key) element(x *xmlItem) (err error) {
	switch x.XMLName.Local {
	case "default":
		return k.setDefault(x)
	case "range":
		return k.setRange(x.attr("min"), x.attr("max"))
	case "choices":
		for i := range x.Items {
			k.list.add(x.Items[i].attr("value"), 0)
		}
	case "aliases":
		for i := range x.Items {
			a := &x.Items[i]
			if !k.list.alias(a.attr("value"), a.attr("target")) {
				return fmt.Errorf("alias target %q is not a choice", a.attr("target"))
			}
		}
	case "summary", "description":
	default:
		return fmt.Errorf("unknown element <%s>", x.XMLName.Local)
	}
	return nil
}

func (k *key) setDefault(x *xmlItem) (err error) {
	if l10n := x.attr("l10n"); l10n != "" {
		if l10n != "messages" && l10n != "time" {
			return fmt.Errorf("unsupported l10n category %q", l10n)
		}
		k.l10n, k.context = l10n[0], x.attr("context")
	}
	k.text = x.Text
	k.value, err = parseText(k.typ, x.Text)
	return err
}

// limits are the least and greatest values of the numeric types.
var limits = map[string][2]string{"y": {"0", "255"}, "n": {"-32768", "32767"}, "q": {"0", "65535"},
	"i": {"-2147483648", "2147483647"}, "u": {"0", "4294967295"},
	"x": {"-9223372036854775808", "9223372036854775807"}, "t": {"0", "18446744073709551615"},
	"d": {"-inf", "inf"}}

func (k *key) setRange(low, high string) (err error) {
	limit, ok := limits[k.typ]
	if !ok {
		return fmt.Errorf("a range for type %q", k.typ)
	}
	if low == "" {
		low = limit[0]
	}
	if high == "" {
		high = limit[1]
	}
	if k.low, err = parseText(k.typ, low); err != nil {
		return err
	}
	k.high, err = parseText(k.typ, high)
	return err
}

// accepts says whether a value is in the range and among the choices.
func (k *key) accepts(v *variant) error {
	if k.low != nil && (v.compare(k.low) < 0 || v.compare(k.high) > 0) {
		return fmt.Errorf("value out of range")
	}
	if k.low == nil && len(k.list) > 0 && !k.list.allows(v) {
		return fmt.Errorf("value is none of the choices")
	}
	return nil
}

// override gives a key of an extended schema another default.
func (all *schemas) override(s *schema, x *xmlItem) (*key, error) {
	name := x.attr("name")
	for p := all.byID[s.extends]; p != nil; p = all.byID[p.extends] {
		if old := p.keys[name]; old != nil {
			k := &key{typ: old.typ, list: append(strinfo(nil), old.list...), enum: old.enum, flags: old.flags,
				low: old.low, high: old.high}
			if err := k.setDefault(x); err != nil {
				return nil, err
			}
			return k, k.accepts(k.value)
		}
	}
	return nil, fmt.Errorf("there is no key to override")
}

// serialise makes the value of a key: default, translation, choices, range,
// defaults of desktops.
func (k *key) serialise() *variant {
	if k.child != "" {
		return stringVariant(k.child)
	}
	parts := []*variant{k.value}
	if k.l10n != 0 {
		text := strings.Trim(k.text, " \t\n\r\f\v")
		if k.context != "" {
			text = k.context + "\x04" + text
		}
		parts = append(parts, tuple(byteVariant('l'), tuple(byteVariant(k.l10n), stringVariant(text))))
	}
	if len(k.list) > 0 {
		kind := byte('c')
		if k.enum {
			kind = 'e'
		}
		if k.flags {
			kind = 'f'
		}
		parts = append(parts, tuple(byteVariant(kind), &variant{typ: "au", data: k.list}))
	}
	if k.low != nil {
		parts = append(parts, tuple(byteVariant('r'), tuple(k.low, k.high)))
	}
	if k.desktops != nil {
		dict := &variant{typ: "a{sv}"}
		for _, name := range k.desktops.Keys() {
			box := &variant{typ: "v", elems: []*variant{k.overrides[name]}}
			dict.elems = append(dict.elems, &variant{typ: "{sv}", elems: []*variant{stringVariant(name), box}})
		}
		parts = append(parts, tuple(byteVariant('d'), dict))
	}
	return tuple(parts...)
}
