package jinja_test

import (
	"html/template"
	"strings"
	"testing"

	"coen/ksk/receiver/jinja"
)

var names = jinja.Names{"result": {"status", "message"}, "filename": nil, "log": nil}

var values = map[string]any{
	"result":   map[string]string{"status": "OK", "message": "a <b>"},
	"filename": "ksr.xml", "log": "",
}

func render(t *testing.T, text string) string {
	t.Helper()
	translated, err := jinja.Translate(text, names)
	if err != nil {
		t.Fatal(err)
	}
	page, err := template.New("").Parse(translated)
	if err != nil {
		t.Fatalf("%v in %s", err, translated)
	}
	var b strings.Builder
	if err := page.Execute(&b, values); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTranslate(t *testing.T) {
	for text, want := range map[string]string{
		"plain }} %} text\n":                         "plain }} %} text",
		"{{ filename }}":                             "ksr.xml",
		"{{filename}}{{-filename-}} x":               "ksr.xmlksr.xmlx",
		"a {{- filename -}} b":                       "aksr.xmlb",
		"{{ result.message }}":                       "a &lt;b&gt;",
		"{{ result['status'] }}":                     "OK",
		`{{ result["status"] }}`:                     "OK",
		"{# {{ nothing }} #}x":                       "x",
		"{% if log %}a{% else %}b{% endif %}":        "b",
		"{% if not log %}a{% endif %}":               "a",
		"{% if result.status == 'OK' %}a{% endif %}": "a",
		"{% if result.status != 'OK' %}a{% elif filename == \"ksr.xml\" %}b{% endif %}": "b",
		"{% if filename %}{% if log %}a{% else %}b{% endif %}{% endif %}":               "b",
		`<a title="{{ result.message }}">`:                                              `<a title="a &lt;b&gt;">`,
	} {
		if got := render(t, text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"\n\n{{ nobody }}":                 `line 3: unknown variable "nobody"`,
		"{{ result.other }}":               `line 1: variable "result" has no attribute "other"`,
		"{{ filename.x }}":                 `no attribute "x"`,
		"{{ filename | upper }}":           "not supported",
		"{{ filename() }}":                 "not supported",
		"{{ }}":                            "not supported",
		"{{ result[status] }}":             "not a text in quotes",
		"{{ result['status' }}":            "[ without ]",
		"\n{{ filename":                    "line 2: {{ without }}",
		"{% for x in log %}":               "{% for x in log %} is not supported",
		"{% include 'x' %}":                "not supported",
		"\n{% if log %}\n":                 "line 2: {% if %} without {% endif %}",
		"{% endif %}":                      "without {% if %}",
		"{% if log %}{% else %}{% else %}": "after {% else %}",
		"{% if log == 3 %}{% endif %}":     "not a text in quotes",
		"{% if log and filename %}":        "not supported",
		"{{ filename }}{{ .filename }}":    "not supported",
	} {
		_, err := jinja.Translate(text, names)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzTranslate(f *testing.F) {
	f.Add("{% if result.status == 'OK' %}{{ filename }}{% else %}{{- log -}}{% endif %}{# x #}")
	f.Fuzz(func(t *testing.T, text string) {
		translated, err := jinja.Translate(text, names)
		if err != nil {
			return
		}
		if _, err := template.New("").Parse(translated); err != nil {
			t.Errorf("%q became %q: %v", text, translated, err)
		}
	})
}
