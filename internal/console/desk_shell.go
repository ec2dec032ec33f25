package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// deskVisit is one request of a broker who has entered the desk.
type deskVisit struct {
	deskPages
	w    http.ResponseWriter
	r    *http.Request
	desk core.Desk
	lang string
}

// deskPage is what every page of the desk shows around its own matter. The
// data of a page embeds it, so that the partials desk-head, desk-top and
// desk-foot find it.
type deskPage struct {
	// Title is the tab's; a page repeats it as its heading.
	Title string
	// Here is the part of the desk that the page belongs to: "inquiries",
	// "customers", or empty.
	Here string
	// Desk is zero where nobody has entered.
	Desk core.Desk
	// Broker is what the broker is called.
	Broker string
	// Others are the same page in each language.
	Others []languageLink
	// Notice is the key of what happened to the step before, or empty, and
	// NoticeKind "good" or "busy".
	Notice, NoticeKind string
	// Problems are summed up on top, each with a link to its field.
	Problems []deskProblem
}

// deskProblem is what is wrong with one field of a form.
type deskProblem struct {
	// ID is that of the control; empty if the problem is about none.
	ID string
	// Label is what people call the field, Text the sentence after it.
	Label, Text string
}

// deskField is a control of a form, for the partial desk-field.
type deskField struct {
	// ID is the id of the control and its name.
	ID, Label, Value string
	// Help stands below the label; Problem says what is wrong; both may be
	// empty.
	Help, Problem string
	// Type is that of an input, "text" if empty; Autocomplete and Mode are its
	// attributes of those names, left out if empty.
	Type, Autocomplete, Mode string
	Required                 bool
}

// at makes a handler of a page for whoever has entered the desk; everybody
// else is told how to come in. What cannot be read reaches no page.
func (p deskPages) at(pattern string, serve func(deskVisit)) (string, http.HandlerFunc) {
	return p.open(pattern, func(v deskVisit) {
		desk, err := v.from.Desk(v.r.Context(), secretOf(v.r))
		if err != nil {
			v.fail(err)
			return
		}
		v.desk = desk
		if !legible(v.r) {
			v.lost(http.StatusBadRequest)
			return
		}
		serve(v)
	})
}

// open makes a handler of a page for everybody.
func (p deskPages) open(pattern string, serve func(deskVisit)) (string, http.HandlerFunc) {
	return pattern, func(w http.ResponseWriter, r *http.Request) { serve(p.visitOf(w, r)) }
}

// visitOf is a visit of nobody yet. A language that was chosen is kept.
func (p deskPages) visitOf(w http.ResponseWriter, r *http.Request) deskVisit {
	lang := deskLanguage(r)
	// The pages are for one broker each, and search engines follow what they find.
	w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	w.Header().Add("Vary", "Cookie")
	if r.URL.Query().Get("lang") == lang {
		http.SetCookie(w, p.cookie(languageCookie, lang, year))
	}
	return deskVisit{deskPages: p, w: w, r: r, lang: lang}
}

// page begins the data of a page.
func (v deskVisit) page(title, here string) deskPage {
	page := deskPage{Title: title, Here: here, Desk: v.desk, Others: v.others()}
	page.Broker = v.speaker().Name(v.desk.Broker.Party)
	page.noticed(v.r)
	return page
}

// others are the same page in every language.
func (v deskVisit) others() []languageLink {
	links := make([]languageLink, 0, len(languages))
	for _, lang := range languages {
		query := v.r.URL.Query()
		query.Set("lang", lang)
		query.Del("notice")
		address := url.URL{Path: v.r.URL.Path, RawQuery: query.Encode()}
		links = append(links, languageLink{lang, address.String(), lang == v.lang})
	}
	return links
}

func (v deskVisit) speaker() speaker { return speakerOf(v.lang) }

// say gives a text of the desk with every {name} filled in; names and values
// follow each other.
func (v deskVisit) say(key string, pairs ...string) string {
	text, err := wordings[v.lang].say(key, pairs...)
	if err != nil {
		panic(err) // a test holds pages and words together
	}
	return text
}

// show answers with a page.
func (v deskVisit) show(status int, page string, data any) {
	v.write(v.w, v.r, v.lang, status, page, data)
}

// redirect leads on to another page of the desk, after a form or a link.
func (v deskVisit) redirect(path string) { http.Redirect(v.w, v.r, path, http.StatusSeeOther) }

// id is the number in the path, 0 if there is none: no inquiry and no customer
// bears it.
func (v deskVisit) id() int64 {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 32)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// inquiryPath leads to an inquiry, or to a page below it: "/comparison".
func inquiryPath(id int64, below string) string { return "/desk/inquiries/" + decimal(id) + below }

// customerPath leads to a customer, or to a page below it.
func customerPath(id int64, below string) string { return "/desk/customers/" + decimal(id) + below }

func decimal(id int64) string { return strconv.FormatInt(id, 10) }

// whole is a number in a form, 0 if there is none.
func whole(r *http.Request, name string) int {
	n, err := strconv.Atoi(r.PostFormValue(name))
	if err != nil {
		return 0
	}
	return n
}

// seenVersion is the version of what the sender of a form saw. If the form does
// not say, it is one that nothing has, so that the step is refused as outdated.
func seenVersion(r *http.Request) int64 {
	seen, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || seen < 1 {
		return -1
	}
	return seen
}

// typedDate reads a day as browsers send it, or as people write it in German.
func typedDate(typed string) (insurance.Date, bool) {
	typed = strings.TrimSpace(typed)
	if day, err := time.Parse("2.1.2006", typed); err == nil {
		typed = day.Format(time.DateOnly)
	}
	day, err := insurance.ParseDate(typed)
	return day, err == nil
}

// notices are what a page can be asked by ?notice= to say of the step before,
// and whether it is good news.
var notices = map[string]string{"stale": "busy", "state": "busy", "saved": "good", "ended": "good", "ordered": "good"}

// noticed adds what the page says of the step before: an address can be made
// by anybody, so that only known words are said.
func (p *deskPage) noticed(r *http.Request) {
	notice := r.URL.Query().Get("notice")
	if kind, known := notices[notice]; known {
		p.Notice, p.NoticeKind = "desk.notice."+notice, kind
	}
}

// lostStatus is how a refusal is answered that no form explains; its words are
// "desk.lost.<status>" and "desk.lost.<status>.next".
var lostStatus = map[insurance.Code]int{
	insurance.CodeUnauthenticated: http.StatusUnauthorized,
	insurance.CodeBrokerInactive:  http.StatusForbidden,
	insurance.CodeInquiryUnknown:  http.StatusNotFound,
	insurance.CodeCustomerUnknown: http.StatusNotFound,
	insurance.CodeDocumentUnknown: http.StatusNotFound,
	insurance.CodePolicyUnknown:   http.StatusNotFound,
	insurance.CodeIPIDMissing:     http.StatusNotFound,
	insurance.CodeLinkUnknown:     http.StatusGone,
	insurance.CodeInvalid:         http.StatusUnprocessableEntity,
	insurance.CodeBusy:            http.StatusServiceUnavailable,
	insurance.CodeUnavailable:     http.StatusServiceUnavailable,
}

// fail answers what was refused or went wrong: with the inquiry and a notice
// if it has changed meanwhile or does not allow the step any more, and else
// with a page that says what to do next. Causes are logged and never shown.
func (v deskVisit) fail(err error) {
	code := insurance.CodeOf(err)
	if notice := meanwhile[code]; notice != "" && v.id() != 0 {
		v.redirect(v.subject() + "?notice=" + notice)
		return
	}
	status, known := lostStatus[code]
	if !known {
		status = http.StatusInternalServerError
		v.log.ErrorContext(v.r.Context(), "serve a page of the desk", "error", err)
	}
	v.lost(status)
}

// subject leads to the inquiry or the customer that the visit is about.
func (v deskVisit) subject() string {
	if strings.HasPrefix(v.r.URL.Path, "/desk/customers/") {
		return customerPath(v.id(), "")
	}
	return inquiryPath(v.id(), "")
}

// meanwhile are the refusals that another look makes clear.
var meanwhile = map[insurance.Code]string{
	insurance.CodeStale: "stale", insurance.CodeStateForbidden: "state", insurance.CodeReasonForbidden: "state",
}

// lostPage is what desk_lost.html shows.
type lostPage struct {
	deskPage
	// Next says what to do.
	Next string
	// Back: there is a desk to go back to.
	Back bool
}

// lost says that there is no such page, or why there is none for the reader.
func (v deskVisit) lost(status int) {
	key := "desk.lost." + strconv.Itoa(status)
	page := lostPage{v.page(v.say(key), ""), v.say(key + ".next"), v.desk.Broker.Token != ""}
	v.show(status, "desk_lost.html", page)
}
