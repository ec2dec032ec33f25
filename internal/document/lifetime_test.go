package document

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// inLondon sells a product in British pounds, by London's clock.
func inLondon(t testing.TB, p insurance.Product) insurance.Product {
	t.Helper()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	p.Markets[0].Country, p.Markets[0].Currency, p.Markets[0].Zone = "GB", "GBP", london
	p.Markets[0].Taxes[0].Rate = insurance.MustRate("12%")
	p.WaitingPeriod = insurance.Period{}
	return p
}

// tickets is a product whose cover ends with an event.
func tickets(t testing.TB) insurance.Product {
	t.Helper()
	p := inLondon(t, gadgets(t))
	p.Code, p.Name, p.EndsWith = "ETIX01", text("Ticketschutz", "Event Ticket Protection"), "event_datetime"
	p.Kinds, p.InsuredAmount = []insurance.Kind{insurance.KindFixed}, []string{"tickets.price"}
	p.ObjectTypes = []insurance.ObjectType{{Code: "ticket", Name: text("Eintrittskarte", "Ticket")}}
	p.Attributes = []insurance.Attribute{
		{Name: "event_name", Kind: insurance.AttributeText, Label: text("Veranstaltung", "Event")},
		{Name: "event_datetime", Kind: insurance.AttributeInstant, Label: text("Zeitpunkt", "Date and time")},
		{Name: "event_country", Kind: insurance.AttributeCountry, Label: text("Land", "Country")},
		{Name: "number_of_tickets", Kind: insurance.AttributeWhole, Label: text("Anzahl", "Number of tickets")},
		{Name: "tickets.price", Kind: insurance.AttributeAmounts, Label: text("Preise", "Ticket prices")},
		{Name: "seats", Kind: insurance.AttributeTexts, Label: text("Plätze", "Seats")},
		{Name: "resale_ticket", Kind: insurance.AttributeFlag, Label: text("Wiederverkauft", "Resold")},
	}
	p.Tariffs[0].Interval, p.Tariffs[0].DefaultTerm = insurance.Period{}, insurance.Period{}
	p.Tariffs[0].Terms = []insurance.TermPrice{{Share: insurance.MustRate("5%")}}
	p.Tariffs[0].Deductibles, p.Tariffs[0].DefaultDeductible = []int{0}, 0
	return p
}

func ticketPolicy(t testing.TB, p insurance.Product) insurance.Policy {
	t.Helper()
	policy, _ := sold(t, p, func(wish *insurance.Proposal) {
		wish.Country, wish.Currency = "GB", "GBP"
		wish.StartsAt = time.Date(2026, 11, 23, 7, 1, 25, 427000000, time.UTC)
		wish.Object = insurance.Object{Attributes: map[string]string{
			"event_name": "Rock am Ring", "event_datetime": "2027-07-30T19:30:00Z", "event_country": "GB", "number_of_tickets": "2",
			"tickets.price": "60.00\n1200.50", "seats": "A1\nA2", "resale_ticket": "false",
		}}
	})
	return policy
}

// renewable renews every so many months if paid, from half past eight in the morning.
func renewable(t testing.TB, months int) (insurance.Product, insurance.Policy) {
	t.Helper()
	p := inLondon(t, gadgets(t))
	p.Kinds, p.Renewal = []insurance.Kind{insurance.KindRenewable}, insurance.RenewalRule{NoticeDays: 14, GraceDays: 10}
	p.Tariffs[0].Interval, p.Tariffs[0].DefaultTerm = insurance.Period{}, insurance.Months(months)
	p.Tariffs[0].Terms = []insurance.TermPrice{{Term: insurance.Months(months), Net: insurance.MustRate("7.50")}}
	policy, _ := sold(t, p, func(wish *insurance.Proposal) {
		wish.Country, wish.Currency = "GB", "GBP"
		wish.StartsAt = time.Date(2027, 2, 1, 8, 30, 0, 0, time.UTC)
	})
	return p, policy
}

// later lives a policy on until nothing more is due by an instant.
func later(t testing.TB, p insurance.Policy, until time.Time) insurance.Policy {
	t.Helper()
	for {
		due, ok := p.DueAt()
		if !ok || due.After(until) {
			return p
		}
		next, _, _, refused := p.Advance(nil, due)
		if refused != nil {
			t.Fatal(refused)
		}
		p = next
	}
}

func TestCertificateOfAnEvent(t *testing.T) {
	t.Parallel()
	for language, phrases := range map[insurance.Language][]string{
		"en": {
			"23 November 2026, 07:01 local time (Europe/London)", "30 July 2027, 20:30 local time (Europe/London)", "Ends with the event",
			"Cover ends with the event. The contract does not renew", "£63.03", "£70.59", "once for the whole term", "£1,260.50",
			"Rock am Ring", "30 July 2027, 20:30", "United Kingdom", "£60.00; £1,200.50", "A1; A2", "Resold No", "Deductible none",
		},
		"de": {
			"23.11.2026, 07:01 Uhr Ortszeit (Europe/London)", "30.07.2027, 20:30 Uhr Ortszeit (Europe/London)", "Endet mit der Veranstaltung",
			"63,03 £", "70,59 £", "1.260,50 £", "Vereinigtes Königreich", "60,00 £; 1.200,50 £", "Wiederverkauft Nein",
		},
	} {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			product := tickets(t)
			pdf := rendered(t, Certificate{
				Policy: ticketPolicy(t, product), Product: product, IssuedAt: issued, Language: language, Partner: "Beispielshop GmbH",
				Insured: []insurance.Party{{FirstName: "Ada", MiddleName: "K.", LastName: "Example", BirthOn: "1991-03-04"}, {FirstName: "Max", LastName: "Muster"}},
			})
			text := textOf(t, pdf)
			in(t, text, phrases...)
			in(t, text, "Ada K. Example, ", "Max Muster", breakable(notation(t, language).Date(insurance.MustDate("1991-03-04"))))
			if strings.Contains(text, "0 days") || strings.Contains(text, "0 Tage") {
				t.Error("a term that there is not is named")
			}
			tidy(t, pdf, pageMargin)
		})
	}
}

func notation(t testing.TB, language insurance.Language) Notation {
	t.Helper()
	n, err := NotationIn(language)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCertificateOfWhatIsRenewed(t *testing.T) {
	t.Parallel()
	product, policy := renewable(t, 3)
	at := func(month time.Month, day int) time.Time { return time.Date(2027, month, day, 12, 0, 0, 0, time.UTC) }
	paid, _, refused := later(t, policy, at(4, 20)).Pay(at(4, 20))
	if refused != nil {
		t.Fatal(refused)
	}
	declined, refused := policy.Decline()
	if refused != nil {
		t.Fatal(refused)
	}
	for name, c := range map[string]struct {
		policy insurance.Policy
		want   []string
	}{
		"planned": {policy, []string{
			"1 February 2027, 08:30 local time (Europe/London)", "1 May 2027, 08:30 local time (Europe/London)", "Renews every 3 months if paid", "once for each term",
			"due on 1 May 2027, 08:30. If it has not been paid by 11 May 2027, 08:30, the contract lapses.", "£7.50", "£8.40",
		}},
		"due":      {later(t, policy, at(5, 2)), []string{"1 May 2027, 08:30 local time", "by 11 May 2027, 08:30, the contract lapses."}},
		"paid":     {paid, []string{"The next term, from 1 May 2027, 08:30, has been paid for."}},
		"renewed":  {later(t, paid, at(5, 2)), []string{"1 August 2027, 08:30 local time", "due on 1 August 2027, 08:30"}},
		"declined": {declined, []string{"1 May 2027, 08:30 local time", "The contract does not renew."}},
		"lapsed": {later(t, policy, at(6, 1)), []string{
			"Lapsed on 11 May 2027. This certificate gives no further cover.", "11 May 2027, 08:30 local time", "The contract has lapsed.",
		}},
		"expired": {later(t, declined, at(6, 1)), []string{"Expired on 1 May 2027. This certificate gives no further cover."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pdf := rendered(t, Certificate{Policy: c.policy, Product: product, IssuedAt: issued, Language: "en", Partner: "Beispielshop GmbH"})
			text := textOf(t, pdf)
			in(t, text, c.want...)
			if gone := strings.Contains(text, "no further cover"); gone == c.policy.State.Live() {
				t.Errorf("%s is said to be over: %t", c.policy.State, gone)
			}
			tidy(t, pdf, pageMargin)
		})
	}
}

func TestHowOftenAPolicyRenews(t *testing.T) {
	t.Parallel()
	for months, want := range map[int][2]string{
		1:  {"Verlängert sich jeden Monat, wenn der Beitrag gezahlt wird", "Renews every month if paid"},
		3:  {"Verlängert sich alle 3 Monate, wenn der Beitrag gezahlt wird", "Renews every 3 months if paid"},
		12: {"Verlängert sich jedes Jahr, wenn der Beitrag gezahlt wird", "Renews every year if paid"},
	} {
		_, policy := renewable(t, months)
		if de, en := breakable(german.kind(policy)), breakable(english.kind(policy)); de != want[0] || en != want[1] {
			t.Errorf("%d months: %q and %q, want %q", months, de, en, want)
		}
	}
}

// A day from its first to its last moment needs no time of day, whatever
// clocks do on it.
func TestDaysAreToldFromInstants(t *testing.T) {
	t.Parallel()
	berlin := gadgets(t).Markets[0].Zone
	spring := insurance.MustDate("2027-03-28")
	for got, want := range map[string]string{
		english.from(spring.Start(berlin), berlin):                  "28 March 2027, 00:00 local time (Europe/Berlin)",
		english.from(spring.Start(berlin).Add(time.Minute), berlin): "28 March 2027, 00:01 local time (Europe/Berlin)",
		english.until(spring.End(berlin), berlin):                   "28 March 2027, 24:00 (last day included)",
		english.until(spring.End(berlin).Add(-time.Hour), berlin):   "28 March 2027, 23:00 local time (Europe/Berlin)",
		english.moment(spring.Start(berlin), berlin):                "28 March 2027",
		english.moment(spring.Start(berlin).Add(-1), berlin):        "27 March 2027, 23:59",
	} {
		if breakable(got) != want {
			t.Errorf("%q, want %q", breakable(got), want)
		}
	}
}

func TestEveryStateIsSaid(t *testing.T) {
	t.Parallel()
	said := map[string]insurance.PolicyState{}
	for _, state := range insurance.PolicyStates() {
		_, policy := renewable(t, 3)
		policy.State = state
		text := notation(t, "de").State(policy)
		if other, twice := said[text]; twice || text == "" {
			t.Errorf("%s and %s are both %q", state, other, text)
		}
		said[text] = state
	}
	product := gadgets(t)
	policy, ledger := sold(t, product, nil)
	policy, _, _, refused := policy.End(product, insurance.Declaration{Reason: insurance.ReasonTotalLoss}, ledger, issued)
	if refused != nil {
		t.Fatal(refused)
	}
	if got := english.state(policy); got != "Cancelled before cover began" {
		t.Errorf("a cancellation before inception is %q", got)
	}
	if got := english.ends(policy); got != "there was no cover" {
		t.Errorf("cover that never began ends with %q", got)
	}
}

func TestAttributesAsPeopleReadThem(t *testing.T) {
	t.Parallel()
	s := scale{&english, "EUR", time.UTC}
	for _, c := range []struct {
		kind        insurance.AttributeKind
		value, want string
	}{
		{insurance.AttributeText, "As it is", "As it is"},
		{insurance.AttributeAmount, "1249.9", "€1,249.90"},
		{insurance.AttributeAmount, "1250.00", "€1,250"},
		{insurance.AttributeAmount, "much", "much"},
		{insurance.AttributeAmounts, "1\n2.5", "€1.00; €2.50"},
		{insurance.AttributeTexts, "a\nb", "a; b"},
		{insurance.AttributeDate, "2026-11-21", "21 November 2026"},
		{insurance.AttributeDate, "soon", "soon"},
		{insurance.AttributeInstant, "2026-11-21T20:15:00+02:00", "21 November 2026, 18:15"},
		{insurance.AttributeInstant, "soon", "soon"},
		{insurance.AttributeCountry, "AT", "Austria"},
		{insurance.AttributeConfirmation, "true", "Yes, confirmed"},
		{insurance.AttributeConfirmation, "false", ""},
		{insurance.AttributeFlag, "true", "Yes"},
		{insurance.AttributeFlag, "false", "No"},
		{insurance.AttributeFlag, "", ""},
		{insurance.AttributeWhole, "12", "12"},
	} {
		if got := breakable(s.read(c.kind, c.value)); got != c.want {
			t.Errorf("%s %q is %q, want %q", c.kind, c.value, got, c.want)
		}
	}
}

func TestSeveralCertificatesInOneFile(t *testing.T) {
	t.Parallel()
	first := certificateOf(t, "en")
	product := tickets(t)
	second := Certificate{Policy: ticketPolicy(t, product), Product: product, IssuedAt: issued.Add(time.Hour), Language: "en", Specimen: true}
	second.Policy.CertificateNumber = "CN-SECOND"
	second.Product.Insurer.Name = "Südlicht Versicherung"
	pdf, err := RenderCertificates([]Certificate{first, second})
	if err != nil {
		t.Fatal(err)
	}
	pages := pagesOf(t, pdf)
	alone, beside := len(pagesOf(t, rendered(t, first))), len(pagesOf(t, rendered(t, second)))
	if len(pages) != alone+beside {
		t.Fatalf("%d pages, want %d and %d", len(pages), alone, beside)
	}
	for n, page := range pages {
		no, of, number, foot, foreign := n+1, alone, "CN-7K3F", "Nordlicht Versicherung AG", "CN-SECOND"
		if n >= alone {
			no, of, number, foot, foreign = n+1-alone, beside, "CN-SECOND", "Südlicht Versicherung AG", "CN-7K3F"
		}
		in(t, page, fmt.Sprintf("Page %d of %d", no, of), number, foot)
		if strings.Contains(page, foreign) || strings.Contains(page, "SPECIMEN") != (n >= alone) {
			t.Errorf("page %d bears the marks of the other certificate", n+1)
		}
	}
	in(t, ask(t, pdf, "pdfinfo", "-isodates"), "Certificate of insurance CN-7K3F-92QM-4, CN-SECOND", "2026-11-22T10:41:12")
}

func TestOneCertificateIsNoCollection(t *testing.T) {
	t.Parallel()
	c := certificateOf(t, "de")
	together, err := RenderCertificates([]Certificate{c})
	if err != nil || !bytes.Equal(together, rendered(t, c)) {
		t.Errorf("a collection of one differs from the one: %v", err)
	}
	other := certificateOf(t, "en")
	undated := certificateOf(t, "de")
	undated.IssuedAt = time.Time{}
	for name, all := range map[string][]Certificate{"none": nil, "two languages": {c, other}, "undated": {c, undated}} {
		if pdf, err := RenderCertificates(all); err == nil || pdf != nil {
			t.Errorf("%s: it was rendered", name)
		}
	}
}

func TestNotationKnowsItsLanguages(t *testing.T) {
	t.Parallel()
	if _, err := NotationIn("xx"); err == nil {
		t.Error("there is a notation in xx")
	}
	product := gadgets(t)
	delete(product.Information, "en")
	product.Information["fr"] = product.Information["de"]
	for language, want := range map[insurance.Language]bool{"de": true, "en": false, "fr": false} {
		if Speaks(product, language) != want {
			t.Errorf("the product can be told of in %s: %t, want %t", language, !want, want)
		}
	}
	leaflet := notation(t, "de").Leaflet(product)
	if leaflet.Title != prescribed["de"][0] || leaflet.Headings[8] != prescribed["de"][9] || !strings.Contains(leaflet.Statement, "Fassung 2026-01") {
		t.Errorf("the leaflet is not the prescribed one: %+v", leaflet)
	}
}

// Cover that was declared to end lasts to the end of the policy's own day, and
// never longer than its event.
func TestDeclaredEndsKeepTheTimeOfDay(t *testing.T) {
	t.Parallel()
	_, policy := renewable(t, 3)
	policy.State, policy.Termination = insurance.PolicyEnding, &insurance.Termination{EndsOn: insurance.MustDate("2027-03-10")}
	if got := breakable(english.ends(policy)); got != "11 March 2027, 08:30 local time (Europe/London)" {
		t.Errorf("cover ends %q", got)
	}
	if got := breakable(english.state(policy)); got != "Ends on 11 March 2027" {
		t.Errorf("its state is %q", got)
	}
	event := ticketPolicy(t, tickets(t))
	event.Termination = &insurance.Termination{EndsOn: insurance.MustDate("2027-07-30")}
	if got := breakable(english.ends(event)); got != "30 July 2027, 20:30 local time (Europe/London)" {
		t.Errorf("cover outlasts its event: %q", got)
	}
}
