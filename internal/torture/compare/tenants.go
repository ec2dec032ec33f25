package compare

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/covernote/covernote/internal/torture/load"
)

// mostForeign is how many deeds of each API another partner asks for.
const mostForeign = 8

// tenants has the second partner of each API ask for what is not its own. It must
// be answered, byte for byte, as if it asked for what nobody has.
func (c *Comparison) tenants(ctx context.Context) error {
	other := c.Info.Others
	bearer, err := other.Thinksurance.SignIn(ctx, c.client, c.Base)
	if err != nil {
		return err
	}
	for _, list := range []struct {
		path, empty string
		sign        func(*http.Request) error
	}{
		{"/services/integrator/contracts/lookup/organisation?status=ALL", `"totalElements":0`, other.Hepster.Sign},
		{other.XCover.Prefix() + "bookings/", `"count":0`, other.XCover.Sign},
		{"/api/ipn/inquiries", ``, other.Thinksurance.Sign(bearer, false)},
		{"/v1/events", `"events":[]`, other.Hepster.Sign},
		{"/v1/events", `"events":[]`, load.Basic(other.XCover.APIKey, other.XCover.APISecret)},
		{"/v1/events", `"events":[]`, load.Basic(other.Thinksurance.Hash, other.Thinksurance.Secret)},
	} {
		answer, err := c.ask(ctx, load.Request{Method: http.MethodGet, Path: list.path, Sign: list.sign})
		if err != nil {
			return err
		}
		empty := list.empty != "" && bytes.Contains(answer.Body, []byte(list.empty)) || len(answer.Body) <= len("{}\n")
		if answer.Status != http.StatusOK || !empty {
			c.Findings.Add("I12", list.path, "a partner that has nothing is answered %d %.300s", answer.Status, answer.Body)
		}
	}
	return c.foreign(ctx, bearer)
}

// question is a request about something, in whose path or body # stands for the
// thing's number.
type question struct {
	method, path, body string
	sign               func(*http.Request) error
}

func (c *Comparison) foreign(ctx context.Context, bearer string) error {
	shop, agency, pool := c.Info.Others.Hepster, c.Info.Others.XCover, c.Info.Others.Thinksurance
	for _, group := range []struct {
		numbers   []string
		absent    string
		questions []question
	}{
		{c.certificates(), "I19999999999999999999999999999", []question{
			{http.MethodGet, "/services/documents/#", "", shop.Sign},
			{http.MethodGet, "/services/integrator/documents/#", "", shop.Sign},
			{http.MethodGet, "/services/integrator/documents/#?filter=pib", "", shop.Sign},
			{http.MethodPost, "/services/integrator/contracts/#/cancel", `{"reason":"WITHDRAWAL"}`, shop.Sign},
			{http.MethodPost, "/services/integrator/contracts/cancel", `{"certificateNumber":"#","reason":"WITHDRAWAL"}`, shop.Sign},
			{http.MethodDelete, "/services/integrator/contracts/#", `{"reason":"WITHDRAWAL"}`, shop.Sign},
			{http.MethodGet, "/v1/events?subject=#", "", shop.Sign},
		}},
		{c.numbers(xcoverAgency), "AAAAA-AAAAA-INS", agencyQuestions(agency)},
		{c.numbers(thinksurancePool), "999999999", []question{
			{http.MethodGet, "/api/ipn/inquiries?inquiryId=#", "", pool.Sign(bearer, false)},
			{http.MethodGet, "/api/ipn/inquiries?inquiryId=#", "", pool.Sign(bearer, true)},
			{http.MethodPost, "/api/ipn/inquiry/#", `{"token":"` + bearer + `","bToken":"` + pool.BrokerToken + `"}`, nil},
			{http.MethodGet, "/api/ipn/inquiries/#", "", pool.Sign(bearer, false)},
			{http.MethodGet, "/api/ipn/inq/#", "", pool.Sign(bearer, true)},
			{http.MethodGet, "/api/ipn/documents/#-certificate-1", "", pool.Sign(bearer, true)},
		}},
		{c.eventIDs(), "01a203c3-0000-7000-8000-000000000000", []question{
			{http.MethodGet, "/v1/events/#", "", shop.Sign},
			{http.MethodGet, "/v1/events/#", "", load.Basic(agency.APIKey, agency.APISecret)},
		}},
	} {
		for _, q := range group.questions {
			for _, number := range group.numbers {
				if err := c.alike(ctx, q, number, group.absent); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func agencyQuestions(a load.Agency) []question {
	p := a.Prefix()
	return []question{
		{http.MethodGet, p + "bookings/#/", "", a.Sign},
		{http.MethodGet, p + "quotes/#/", "", a.Sign},
		{http.MethodPatch, p + "quotes/#/", `{"customer_language":"de"}`, a.Sign},
		{http.MethodPost, p + "quotes/#/delete/", `{"quotes":[]}`, a.Sign},
		{http.MethodDelete, p + "quotes/#/", "", a.Sign},
		{http.MethodPost, p + "bookings/#/send_email", `{}`, a.Sign},
		{http.MethodGet, p + "bookings/#/instalments/", "", a.Sign},
		{http.MethodPatch, p + "bookings/#/", `{"policyholder":{"first_name":"Eve"}}`, a.Sign},
		{http.MethodPatch, p + "bookings/#/quote_for_update", `{"policyholder":{"first_name":"Eve"}}`, a.Sign},
		{http.MethodPost, p + "bookings/#/cancel", `{}`, a.Sign},
		{http.MethodPost, p + "bookings/#/opt_out", `{}`, a.Sign},
		{http.MethodPut, p + "bookings/#/confirm", `{}`, a.Sign},
		{http.MethodPatch, p + "renewals/#/quote_for_renewal/", `{}`, a.Sign},
		{http.MethodPost, p + "renewals/#/opt_out/", `{}`, a.Sign},
	}
}

// alike asks for what is another's and for what nobody has.
func (c *Comparison) alike(ctx context.Context, q question, number, absent string) error {
	put := func(n string) load.Request {
		return load.Request{
			Method: q.method, Path: strings.ReplaceAll(q.path, "#", n), Body: []byte(strings.ReplaceAll(q.body, "#", n)), Sign: q.sign,
		}
	}
	foreign, err := c.ask(ctx, put(number))
	if err != nil {
		return err
	}
	nobodys, err := c.ask(ctx, put(absent))
	if err != nil {
		return err
	}
	same := bytes.Equal(bytes.ReplaceAll(foreign.Body, []byte(number), []byte("#")), bytes.ReplaceAll(nobodys.Body, []byte(absent), []byte("#")))
	if foreign.Status != nobodys.Status || !same {
		c.Findings.Add("I12", number, "%s %s is answered to another partner %d %.200s, and of what nobody has %d %.200s",
			q.method, q.path, foreign.Status, foreign.Body, nobodys.Status, nobodys.Body)
	}
	return nil
}

// numbers are those of some deeds of an API that were acknowledged.
func (c *Comparison) numbers(api string) []string {
	var some []string
	for _, d := range c.Deeds {
		if d.API == api && d.Booked && len(some) < mostForeign {
			some = append(some, d.Number)
		}
	}
	return some
}

// certificates are numbers of some policies, as the log says them.
func (c *Comparison) certificates() []string {
	var some []string
	for number := range c.of(hepsterShop, "policy.bound", "certificate_number") {
		if len(some) < mostForeign {
			some = append(some, number)
		}
	}
	return some
}

func (c *Comparison) eventIDs() []string {
	var some []string
	for _, e := range c.logs[hepsterShop][:min(mostForeign, len(c.logs[hepsterShop]))] {
		some = append(some, e.ID)
	}
	return some
}
