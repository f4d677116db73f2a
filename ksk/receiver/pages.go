package receiver

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	texttemplate "text/template"

	"coen/ksk/config"
	"coen/ksk/receiver/jinja"
)

//go:embed pages
var shipped embed.FS

// variables are what templates of operators may use.
var variables = jinja.Names{
	"action": nil, "max_size": nil,
	"result": {"status", "message"}, "check": nil, "stored": nil, "again": nil, "report": nil, "words": nil,
	"remote_addr": nil, "request": {"remote_addr"}, "client_subject": nil, "client_digest": nil,
	"filename": nil, "filehash": nil, "timestamp": nil, "log": nil,
}

// pages are the templates.
type pages struct {
	upload, result, refusal *template.Template
	email                   *texttemplate.Template
}

// newPages reads the templates of the configuration and tries each once, so that what is wrong with them
// is found now.
func newPages(c config.ReceiverTemplates) (*pages, error) {
	p := &pages{refusal: shippedPage("refusal")}
	var err error
	if p.upload, err = htmlPage(c.Upload, "upload"); err != nil {
		return nil, fmt.Errorf("templates.upload: %w", err)
	}
	if p.result, err = htmlPage(c.Result, "result"); err != nil {
		return nil, fmt.Errorf("templates.result: %w", err)
	}
	if p.email, err = textPage(c.Email); err != nil {
		return nil, fmt.Errorf("templates.email: %w", err)
	}
	return p, nil
}

func shippedPage(name string) *template.Template {
	return template.Must(template.ParseFS(shipped, "pages/page.html", "pages/"+name+".html"))
}

func htmlPage(path, name string) (*template.Template, error) {
	if path == "" {
		return shippedPage(name), nil
	}
	text, err := translated(path)
	if err != nil {
		return nil, err
	}
	t, err := template.New(path).Parse(text)
	if err == nil {
		err = t.Execute(new(bytes.Buffer), example())
	}
	return t, err
}

func textPage(path string) (*texttemplate.Template, error) {
	if path == "" {
		return texttemplate.ParseFS(shipped, "pages/email.txt")
	}
	text, err := translated(path)
	if err != nil {
		return nil, err
	}
	t, err := texttemplate.New(path).Parse(text)
	if err == nil {
		err = t.Execute(new(bytes.Buffer), example())
	}
	return t, err
}

func translated(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	t, err := jinja.Translate(string(text), variables)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// example has a value for every variable.
func example() map[string]any {
	data := map[string]any{}
	for name, attributes := range variables {
		data[name] = ""
		if attributes != nil {
			members := members{}
			for _, a := range attributes {
				members[a] = ""
			}
			data[name] = members
		}
	}
	return data
}

// members is a variable with attributes. It prints as the predecessor's did, which templates rely on.
type members map[string]string

func (m members) String() string {
	status, message := m["status"], m["message"]
	return fmt.Sprintf("{'status': %s, 'message': %s}", pythonText(status), pythonText(message))
}

// pythonText writes a text as Python's repr does, as far as messages go.
func pythonText(s string) string {
	quote := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = `"`
	}
	body := strconv.Quote(s)
	body = strings.ReplaceAll(body[1:len(body)-1], `\"`, `"`)
	if quote == "'" {
		body = strings.ReplaceAll(body, "'", `\'`)
	}
	return quote + body + quote
}

// answer writes one answer, as JSON or as a page, whichever the client would rather have.
func answer(w http.ResponseWriter, r *http.Request, status int, t *template.Template, data map[string]any, value any) error {
	var b bytes.Buffer
	var err error
	kind := "application/json"
	if wantsJSON(r) {
		e := json.NewEncoder(&b)
		e.SetIndent("", "  ")
		err = e.Encode(value)
	} else {
		kind = "text/html; charset=utf-8"
		err = t.Execute(&b, data)
	}
	if err != nil {
		http.Error(w, "The answer could not be written.", http.StatusInternalServerError)
		return err
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, err = w.Write(b.Bytes())
	return err
}

// wantsJSON compares the weights of JSON and HTML in the header Accept (RFC 9110 section 12.5.1).
func wantsJSON(r *http.Request) bool {
	weights := map[string]float64{}
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		kind, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		weights[kind] = 1
		if q, err := strconv.ParseFloat(parameters["q"], 64); err == nil {
			weights[kind] = q
		}
	}
	return weights["application/json"] > weights["text/html"]
}
