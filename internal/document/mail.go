package document

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"net/url"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/covernote/covernote/internal/insurance"
)

// Mail is what an e-mail to a policyholder tells.
type Mail struct {
	// Kind is "confirmed", "updated" or "cancelled".
	Kind     string
	Language insurance.Language
	// PartnerName is what customers know the partner by.
	PartnerName string
	// PackageID is the number under which the policies were booked.
	PackageID string
	Lines     []MailLine
	// Total is what the policies cost together, tax included, and Refund what
	// goes back; a zero Refund is not mentioned.
	Total, Refund insurance.Money
	// CertificateURL opens the certificate page; without one there is no link.
	CertificateURL string
	Holder         insurance.Party
	// Specimen marks the e-mail as one from which no cover follows.
	Specimen bool
}

// MailLine is one policy of an e-mail. Name, period, premium, sum insured and
// state follow from the two.
type MailLine struct {
	Product insurance.Product
	Policy  insurance.Policy
}

// MailText is an e-mail, to be sent as multipart/alternative in UTF-8.
type MailText struct {
	// Subject is one line of Unicode without control characters; whoever makes
	// the header encodes it (RFC 2047).
	Subject string
	// Text and HTML say the same. Their lines end with "\n".
	Text, HTML string
}

//go:embed mail.html
var mailHTML string

//go:embed mail.txt
var mailPlain string

var (
	mailPage = htmltemplate.Must(htmltemplate.New("mail.html").Parse(mailHTML))
	mailText = template.Must(template.New("mail.txt").Parse(mailPlain))
)

var (
	errNoPolicy = errors.New("document: an e-mail needs a policy to tell of")
	errAddress  = errors.New("document: the address of the certificate is no absolute http or https URL")
)

// RenderMail writes an e-mail. It refuses a language or a kind that it has no
// words for, an e-mail without a policy, and an address that is none.
func RenderMail(m Mail) (MailText, error) {
	words, err := wordingIn(m.Language)
	if err != nil {
		return MailText{}, err
	}
	opening, err := words.mail.opening(m.Kind)
	switch {
	case err != nil:
		return MailText{}, err
	case len(m.Lines) == 0:
		return MailText{}, errNoPolicy
	case m.CertificateURL != "" && !isAddress(m.CertificateURL):
		return MailText{}, errAddress
	}
	return words.letter(m, opening).write()
}

func (p mailPhrases) opening(kind string) (mailOpening, error) {
	found, ok := map[string]mailOpening{"confirmed": p.confirmed, "updated": p.updated, "cancelled": p.cancelled}[kind]
	if !ok {
		return found, fmt.Errorf("document: there is no e-mail of the kind %q", kind)
	}
	return found, nil
}

func isAddress(text string) bool {
	address, err := url.Parse(text)
	return err == nil && address.Host != "" && (address.Scheme == "https" || address.Scheme == "http")
}

// letter is an e-mail in words, before it is laid out.
type letter struct {
	Language                       insurance.Language
	Subject, Title, Greeting, Text string
	Specimen                       string
	Policies                       []letterPolicy
	Total                          Labelled
	Refund, Button, Address        string
	Foot                           []string
}

type letterPolicy struct {
	Name  string
	Facts []Labelled
}

func (w *wording) letter(m Mail, opening mailOpening) letter {
	phrases, id := w.mail, oneLine(m.PackageID)
	partner := cmp.Or(oneLine(m.PartnerName), insurerName(m.Lines[0].Product.Insurer))
	l := letter{
		Language: m.Language, Subject: fmt.Sprintf(opening.subject, id), Title: opening.title,
		Greeting: phrases.greet(m.Holder), Text: fmt.Sprintf(opening.text, partner),
		Total: Labelled{phrases.total, w.money(m.Total)}, Button: phrases.open, Address: m.CertificateURL,
		Foot: []string{
			fmt.Sprintf(phrases.booking, id), fmt.Sprintf(phrases.underwriter, w.underwriters(m.Lines)),
			fmt.Sprintf(phrases.why, partner),
		},
	}
	for _, line := range m.Lines {
		l.Policies = append(l.Policies, w.letterPolicy(line))
	}
	if !m.Refund.IsZero() {
		l.Refund = fmt.Sprintf(phrases.refund, w.money(m.Refund))
	}
	if m.Specimen {
		l.Subject, l.Specimen = w.specimen+": "+l.Subject, phrases.specimen
	}
	return l
}

func (w *wording) letterPolicy(line MailLine) letterPolicy {
	p := line.Policy
	grid := facts{
		{label: w.labels.number, value: oneLine(p.CertificateNumber)},
		{label: w.mail.state, value: w.state(p)},
		{label: w.labels.begins, value: w.begins(p)},
		{label: w.labels.ends, value: w.ends(p)},
		{label: w.labels.grossPremium, value: joined(", ", w.money(p.Premium.Gross), w.payable(p))},
	}
	if !p.SumInsured.IsZero() {
		grid = append(grid, fact{label: w.labels.sumInsured, value: w.sum(p.SumInsured)})
	}
	if p.State.Live() && line.Product.Withdrawal.Days > 0 {
		grid = append(grid, fact{label: w.mail.withdrawUntil, value: w.date(p.WithdrawUntil)})
	}
	return letterPolicy{Name: line.Product.Name.In(w.language), Facts: given(grid)}
}

// underwriters names every insurer once.
func (w *wording) underwriters(lines []MailLine) string {
	var names []string
	for _, line := range lines {
		insurer := line.Product.Insurer
		if name := joined(", ", insurerName(insurer), w.seat(insurer)); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, "; ")
}

// write lays the letter out twice.
func (l letter) write() (MailText, error) {
	var plain, page strings.Builder
	if err := mailText.Execute(&plain, l); err != nil {
		return MailText{}, fmt.Errorf("document: writing an e-mail: %w", err)
	}
	if err := mailPage.Execute(&page, l); err != nil {
		return MailText{}, fmt.Errorf("document: writing an e-mail: %w", err)
	}
	return MailText{Subject: l.Subject, Text: plain.String(), HTML: page.String()}, nil
}

// longestName is the most of a name that a greeting repeats, in characters.
const longestName = 80

// greet says hello by name. Whoever books types the name, and the e-mail goes
// to an address of their choice: a name that is a message with a link in it
// is not repeated.
func (p mailPhrases) greet(holder insurance.Party) string {
	name := nameOf(holder)
	if name == "" || len([]rune(name)) > longestName || linkLike(name) {
		return p.greetingNobody
	}
	return fmt.Sprintf(p.greeting, name)
}

// nameOf is the name of a company or else of a person, on one line.
func nameOf(p insurance.Party) string {
	if p.IsCompany() {
		return oneLine(p.Company.Reveal())
	}
	return oneLine(personName(p))
}

// linkLike tells whether programs might make a link of a part of the text: it
// holds a mark of addresses, or a dot with a letter or digit on both sides.
func linkLike(text string) bool {
	if strings.ContainsAny(text, "/@:<>\\") {
		return true
	}
	runes := []rune(text)
	for i := 1; i+1 < len(runes); i++ {
		if strings.ContainsRune(".。．｡", runes[i]) && isWord(runes[i-1]) && isWord(runes[i+1]) {
			return true
		}
	}
	return false
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// oneLine is text for a line of its own: composed (NFC), single spaced,
// without control, format and bidirectional characters. Unlike clean it keeps
// what only the typeface of the PDFs lacks.
func oneLine(text string) string {
	visibly := strings.Map(visible, strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
	words := strings.FieldsFunc(norm.NFC.String(visibly), func(r rune) bool { return r == ' ' })
	return strings.TrimSpace(strings.Join(words, " "))
}
