package app_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// window is a browser's window without script: it keeps cookies, follows
// redirects and links, and sends the forms that pages have.
type window struct {
	client *http.Client
	at     *url.URL
	status int
	page
}

// page is what a window shows.
type page struct {
	text  string
	links []string
	forms []form
}

// form is a form as it stands on a page, with what is filled in already.
type form struct {
	method, action string
	fields         url.Values
	// asked are the names of all fields; offered are the values that those have
	// which are chosen from, and that buttons have.
	asked   []string
	offered map[string][]string
}

func newWindow(t *testing.T) *window {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &window{client: &http.Client{Transport: client.Transport, Jar: jar}, at: &url.URL{}}
}

// open goes to an address, absolute or as a link on the page has it.
func (w *window) open(t *testing.T, address string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.resolve(t, address), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	w.show(t, request)
}

func (w *window) resolve(t *testing.T, address string) string {
	t.Helper()
	target, err := w.at.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return target.String()
}

// follow follows the first link of which the address has a part.
func (w *window) follow(t *testing.T, part string) {
	t.Helper()
	i := slices.IndexFunc(w.links, func(link string) bool { return strings.Contains(link, part) })
	if i < 0 {
		t.Fatalf("%s has no link to %s, but %v", w.at, part, w.links)
	}
	w.open(t, w.links[i])
}

// form is the first form whose action has a part.
func (w *window) form(t *testing.T, part string) form {
	t.Helper()
	i := slices.IndexFunc(w.forms, func(f form) bool { return strings.Contains(w.resolve(t, f.action), part) && f.method == "post" })
	if i < 0 {
		t.Fatalf("%s has no form for %s:\n%s", w.at, part, w.text)
	}
	return w.forms[i]
}

// fill fills in a field of the form, or presses a button; what the page does
// not offer cannot be chosen.
func (f form) fill(t *testing.T, name, value string) {
	t.Helper()
	if offered := f.offered[name]; !slices.Contains(f.asked, name) || len(offered) > 0 && !slices.Contains(offered, value) {
		t.Fatalf("the form %s does not let %s be %s: %v", f.action, name, value, offered)
	}
	f.fields.Set(name, value)
}

// send sends a form.
func (w *window) send(t *testing.T, f form) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.resolve(t, f.action), strings.NewReader(f.fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", w.at.Scheme+"://"+w.at.Host)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	w.show(t, request)
}

func (w *window) show(t *testing.T, request *http.Request) {
	t.Helper()
	response, err := w.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	w.at, w.status = response.Request.URL, response.StatusCode
	if w.page, err = readPage(response.Body); err != nil {
		t.Fatalf("%s: %v", w.at, err)
	}
}

// readPage reads HTML as far as people without script have to do with it.
func readPage(body io.Reader) (page, error) {
	var p page
	tokens := xml.NewDecoder(body)
	tokens.Strict, tokens.AutoClose, tokens.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var choosing string // the name of the list that is being read
	for {
		token, err := tokens.Token()
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if err != nil {
			return p, fmt.Errorf("read page: %w", err)
		}
		switch token := token.(type) {
		case xml.CharData:
			p.text += string(token)
		case xml.StartElement:
			p.begin(token, &choosing)
		}
	}
}

func (p *page) begin(element xml.StartElement, choosing *string) {
	attribute := make(map[string]string)
	for _, a := range element.Attr {
		attribute[a.Name.Local] = a.Value
	}
	_, checked := attribute["checked"]
	name, value := attribute["name"], attribute["value"]
	switch element.Name.Local {
	case "a":
		p.links = append(p.links, attribute["href"])
	case "form":
		p.forms = append(p.forms, form{attribute["method"], attribute["action"], url.Values{}, nil, make(map[string][]string)})
	case "select":
		*choosing = name
		p.ask(name, "", false)
	case "option":
		_, chosen := attribute["selected"]
		p.offer(*choosing, value, chosen)
	case "button":
		p.offer(name, value, false)
	case "textarea":
		p.ask(name, "", true)
	case "input":
		if kind := attribute["type"]; kind == "radio" || kind == "checkbox" {
			p.offer(name, value, checked)
			return
		}
		p.ask(name, value, true)
	}
}

// ask adds a field to the form that is being read.
func (p *page) ask(name, value string, said bool) {
	if len(p.forms) == 0 || name == "" {
		return
	}
	f := &p.forms[len(p.forms)-1]
	f.asked = append(f.asked, name)
	if said {
		f.fields.Set(name, value)
	}
}

// offer adds something to choose to the form that is being read.
func (p *page) offer(name, value string, chosen bool) {
	if len(p.forms) == 0 || name == "" {
		return
	}
	p.ask(name, value, chosen)
	f := &p.forms[len(p.forms)-1]
	f.offered[name] = append(f.offered[name], value)
}
