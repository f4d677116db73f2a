// Package jinja translates the templates of older receivers into those of Go, whose package
// html/template then escapes each value for the place where it stands.
//
// Known are the parts of Jinja 3 that pages of this kind use: {{ name }}, {{ name.attribute }},
// {{ name['attribute'] }}; {% if %}, {% elif %}, {% else %} and {% endif %} with a name, its
// negation, or its comparison with a text by == or !=; {# comments #}; and minus signs that trim
// white space. As in Jinja, the last line feed of a template is not part of it.
//
// Limits: everything else, filters, loops, macros and includes among it, and every name that the
// receiver does not have, is an error with the number of its line. Nothing is guessed.
//
//	text, err := jinja.Translate(page, jinja.Names{"result": {"status", "message"}, "filename": nil})
//	t, err := template.New("result").Parse(text)
package jinja
