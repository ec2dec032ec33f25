package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

func anOffer(id string) store.Offer {
	return store.Offer{
		ID: id, Product: "P", Version: 2, Tariff: "T", Decision: "calculate", Reason: insurance.Text{"de": "Größe"},
		Tendered: true, Note: "n", Proposal: aProposal(), SumInsured: euro(300000000), Deductible: euro(50000),
		Interval: insurance.Months(3), Premium: aPremium(100), Working: aWorking("alone"), PricedAt: 5, ValidUntil: 6,
	}
}

func anInquiry(id int64) store.Inquiry {
	number := aNumber("b", 1, "1", "E")
	return store.Inquiry{
		Part: "p", ID: id, Version: 1, Broker: "b", Customer: 7, Line: 3, Profession: 4, Status: "ordered", FullCallback: true,
		Sequence: 5, PolicyID: "i", CreatedAt: 6, UpdatedAt: 7,
		Content: store.InquiryContent{
			Status: "ordered", Profession: 4, Answers: map[string]string{"revenue": "100000.10"},
			Offers: []store.Offer{anOffer("2"), anOffer("1")}, Chosen: "1", AgencyNumber: &number,
			CollectionType: "broker_collection", PolicyID: "i", InformedAt: 8, BrokerParty: "b", CustomerParty: "c",
			BusinessAddress: "d", BrokerRegister: "D-1", Asked: &store.Asked{
				Line: insurance.Text{"de": "l"}, Profession: insurance.Text{"de": "p"}, Industry: insurance.Text{"de": "i"}, IndustryID: 9,
				Questions: []store.AskedQuestion{{Name: "q", Kind: "flag", Label: insurance.Text{"de": "q"}, Section: insurance.Text{"de": "s"}, Default: "true"}},
			},
		},
	}
}

// idsOf are the ids of inquiries in their order.
func idsOf(inquiries []store.Inquiry) (ids []int64) {
	for _, i := range inquiries {
		ids = append(ids, i.ID)
	}
	return ids
}

func TestInquiryIsReadAsItWasWritten(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		want := anInquiry(1)
		complete(t, "inquiry", reflect.ValueOf(want), "inquiry.Content.Offers[].Interval.Days",
			"inquiry.Content.Offers[].Proposal.Policyholder", "inquiry.Content.Offers[].Proposal.Term.Days",
			"inquiry.Content.Offers[].Proposal.Interval.Days")
		mustPut(t, s, "p", func(c *store.Changes) { c.AddInquiry(want) })
		loses(t, "an inquiry twice", put(t, s, "p", func(c *store.Changes) { c.AddInquiry(want) }))
		others := want
		others.Part = "q"
		loses(t, "the id of another's", put(t, s, "q", func(c *store.Changes) { c.AddInquiry(others) }))
		see(t, s, func(v *store.View) error {
			got, ok, err := v.Inquiry("p", 1)
			same(t, "inquiry", got, want)
			_, strange, oops := v.Inquiry("q", 1)
			part, known, worse := v.InquiryAnywhere(1)
			_, unknown, worst := v.InquiryAnywhere(2)
			if !ok || strange || part != "p" || !known || unknown {
				t.Errorf("there: %t, another's: %t; anywhere: %q, %t, what is not: %t", ok, strange, part, known, unknown)
			}
			return errors.Join(err, oops, worse, worst)
		})
	})
}

// What is not known of an inquiry does not become known by being stored, and
// an amount of nothing keeps its currency.
func TestInquiryOfWhichLittleIsKnown(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		empty := store.Inquiry{Part: "p", ID: 1, Version: 1}
		declined := store.Inquiry{Part: "p", ID: 2, Version: 1, Content: store.InquiryContent{
			Answers: map[string]string{}, Offers: []store.Offer{{ID: "1"}, {ID: "2", Deductible: euro(0)}},
		}}
		mustPut(t, s, "p", func(c *store.Changes) { c.AddInquiry(empty); c.AddInquiry(declined) })
		see(t, s, func(v *store.View) error {
			for _, want := range []store.Inquiry{empty, declined} {
				got, _, err := v.Inquiry("p", want.ID)
				same(t, "inquiry", got, want)
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func TestEveryVersionOfAnInquiryStays(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		first := anInquiry(1)
		mustPut(t, s, "p", func(c *store.Changes) { c.AddInquiry(first) })
		second := store.Inquiry{
			Part: "p", ID: 1, Version: 1, Broker: "c", Customer: 8, Line: 4, Profession: 5, Status: "open", Sequence: 6,
			CreatedAt: first.CreatedAt, UpdatedAt: 9, Content: store.InquiryContent{Status: "open"},
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.PutInquiry(second) })
		loses(t, "changed by two", put(t, s, "p", func(c *store.Changes) { c.PutInquiry(second) }))
		second.Version = 2
		see(t, s, func(v *store.View) error {
			got, _, err := v.Inquiry("p", 1)
			same(t, "newest", got, second)
			was, _, oops := v.InquiryContent("p", 1, 1)
			same(t, "first", was, first.Content)
			_, next, worse := v.InquiryContent("p", 1, 3)
			_, others, bad := v.InquiryContent("q", 1, 1)
			if next || others {
				t.Errorf("a version that is to come: %t, another's: %t", next, others)
			}
			last, count, worst := v.InquiryVersions("p", 1)
			none, nothing, never := v.InquiryVersions("p", 2)
			if last != 2 || count != 2 || none != 0 || nothing != 0 {
				t.Errorf("%d versions up to %d; of nothing %d up to %d", count, last, nothing, none)
			}
			var recorded int64
			when := v.Scan(`SELECT at FROM inquiry_version WHERE inquiry_id = 1 AND version = 2`, nil, &recorded)
			if recorded != 9 {
				t.Errorf("recorded at %d, want when it was changed", recorded)
			}
			return errors.Join(err, oops, worse, bad, worst, never, when)
		})
	})
}

// addInquiries records inquiries of two brokers, of which some were changed in
// the same microsecond.
func addInquiries(t *testing.T, s *store.Store) {
	t.Helper()
	for _, i := range []store.Inquiry{
		{ID: 1, Broker: "b", Customer: 1, Line: 1, Status: "open", UpdatedAt: 30},
		{ID: 2, Broker: "b", Customer: 2, Line: 1, Status: "open", UpdatedAt: 10},
		{ID: 3, Broker: "b", Customer: 1, Line: 2, Status: "lead", UpdatedAt: 20},
		{ID: 4, Broker: "b", Customer: 1, Line: 2, Status: "open", UpdatedAt: 20},
		{ID: 5, Broker: "c", Customer: 3, Line: 1, Status: "open", UpdatedAt: 40},
	} {
		i.Part, i.Content.Status = "p", i.Status
		mustPut(t, s, "p", func(c *store.Changes) { c.AddInquiry(i) })
	}
	mustPut(t, s, "q", func(c *store.Changes) { c.AddInquiry(store.Inquiry{Part: "q", ID: 6, Broker: "b", UpdatedAt: 50}) })
}

func TestInquiriesAreSelected(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		addInquiries(t, s)
		for name, c := range map[string]struct {
			query store.InquiryQuery
			want  []int64
		}{
			"all":         {store.InquiryQuery{}, []int64{5, 1, 4, 3, 2}},
			"broker":      {store.InquiryQuery{Broker: "b"}, []int64{1, 4, 3, 2}},
			"status":      {store.InquiryQuery{Broker: "b", Status: "open"}, []int64{1, 4, 2}},
			"line":        {store.InquiryQuery{Line: 1}, []int64{5, 1, 2}},
			"customer":    {store.InquiryQuery{Customer: 1}, []int64{1, 4, 3}},
			"id":          {store.InquiryQuery{ID: 3}, []int64{3}},
			"another's":   {store.InquiryQuery{ID: 6}, nil},
			"since":       {store.InquiryQuery{ChangedFrom: 20}, []int64{5, 1, 4, 3}},
			"before":      {store.InquiryQuery{BeforeAt: 20, BeforeID: 4}, []int64{3, 2}},
			"before none": {store.InquiryQuery{BeforeAt: 10, BeforeID: 2}, nil},
			"limit":       {store.InquiryQuery{Broker: "b", Limit: 2}, []int64{1, 4}},
			"together": {store.InquiryQuery{
				Broker: "b", Status: "open", Line: 2, Customer: 1, ID: 4, ChangedFrom: 20, BeforeAt: 30, BeforeID: 1, Limit: 5,
			}, []int64{4}},
		} {
			see(t, s, func(v *store.View) error {
				got, err := v.Inquiries("p", c.query)
				same(t, name, idsOf(got), c.want)
				for _, i := range got {
					same(t, name+": content", i.Content.Status, i.Status)
				}
				return err
			})
		}
		see(t, s, func(v *store.View) error {
			counts, err := v.CountInquiries("p", "b")
			same(t, "counts", counts, map[string]int{"open": 3, "lead": 1})
			none, oops := v.CountInquiries("p", "d")
			same(t, "counts of nobody", none, map[string]int{})
			return errors.Join(err, oops)
		})
	})
}

// Pages meet every inquiry once, whatever their size.
func TestInquiriesByPage(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		addInquiries(t, s)
		for size := 1; size < 6; size++ {
			var met []int64
			query := store.InquiryQuery{Broker: "b", Limit: size}
			see(t, s, func(v *store.View) error {
				for {
					page, err := v.Inquiries("p", query)
					if err != nil || len(page) == 0 {
						return err
					}
					met = append(met, idsOf(page)...)
					last := page[len(page)-1]
					query.BeforeAt, query.BeforeID = last.UpdatedAt, last.ID
				}
			})
			same(t, fmt.Sprintf("size %d", size), met, []int64{1, 4, 3, 2})
		}
	})
}

// manyInquiries are 5000 of ten brokers with ten customers each, written the
// short way.
const (
	manyInquiries = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
		INSERT INTO inquiry SELECT 'p', i, 1, 'b' || (i % 10), i % 100, 1, 1, CASE WHEN i % 3 = 0 THEN 'open' ELSE 'lead' END, 0, 1, '', i, (i * 7919) % 5000 FROM n`
	theirVersions = `INSERT INTO inquiry_version SELECT part, id, version, created_at, '{}' FROM inquiry`
)

// plan is how the engine says that it will run a query.
func plan(t *testing.T, s *store.Store, query string, args []any) string {
	t.Helper()
	var lines []string
	see(t, s, func(v *store.View) error {
		if s.Engine() == storetest.SQLite {
			return explain(v, &lines, 4, "EXPLAIN QUERY PLAN "+query, args...)
		}
		// What is prepared is planned once for all arguments, not for those at hand.
		if err := explain(v, &lines, 0, "PREPARE explained AS "+query); err != nil {
			return err
		}
		literals := make([]string, len(args))
		for i, arg := range args {
			text := fmt.Sprint(arg)
			if list, is := arg.([]string); is {
				text = "{" + strings.Join(list, ",") + "}"
			}
			literals[i] = "'" + strings.ReplaceAll(text, "'", "''") + "'"
		}
		execute := "EXPLAIN EXECUTE explained"
		if len(literals) > 0 {
			execute += " (" + strings.Join(literals, ", ") + ")"
		}
		if err := explain(v, &lines, 1, execute); err != nil {
			return err
		}
		return explain(v, &lines, 0, "DEALLOCATE explained")
	})
	return strings.Join(lines, "\n")
}

// explain runs a statement and adds the last of the columns of each row to lines.
func explain(v *store.View, lines *[]string, columns int, sql string, args ...any) error {
	return v.Each(func(scan func(...any) error) error {
		var line string
		into := append(slices.Repeat([]any{new(int64)}, columns-1), &line)
		err := scan(into...)
		*lines = append(*lines, line)
		return err
	}, sql, args...)
}

// However many inquiries there are, a page is read from an index and nothing
// is sorted.
func TestPagesOfInquiriesComeFromAnIndex(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		if err := s.Run(t.Context(), manyInquiries, theirVersions, "ANALYZE inquiry", "ANALYZE inquiry_version"); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			query store.InquiryQuery
			index string
		}{
			"of a broker":   {store.InquiryQuery{Broker: "b1", Limit: 20}, "inquiry_changed_of_broker"},
			"the next":      {store.InquiryQuery{Broker: "b1", BeforeAt: 4000, BeforeID: 9, Limit: 20}, "inquiry_changed_of_broker"},
			"of a while":    {store.InquiryQuery{Broker: "b1", ChangedFrom: 4000, Limit: 20}, "inquiry_changed_of_broker"},
			"of a customer": {store.InquiryQuery{Broker: "b1", Customer: 11, Limit: 20}, "inquiry_changed_of_customer"},
			"open ones of a customer": {
				store.InquiryQuery{Broker: "b1", Customer: 11, Line: 1, Status: "open", Limit: 20}, "inquiry_changed_of_customer",
			},
			"open ones of a broker": {store.InquiryQuery{Broker: "b1", Status: "open", Limit: 20}, "inquiry_status_of_broker"},
			"open ones of a part":   {store.InquiryQuery{Status: "open", ChangedFrom: 4000, Limit: 20}, "inquiry_status"},
			"of a part":             {store.InquiryQuery{ChangedFrom: 4000, Limit: 20}, "inquiry_changed"},
		} {
			query, args := c.query.SQL("p")
			how := plan(t, s, query, args)
			if !strings.Contains(how, c.index+" ") || strings.Contains(how, "Sort") || strings.Contains(how, "TEMP B-TREE") {
				t.Errorf("%s: it is read by\n%s", name, how)
			}
		}
	})
}
