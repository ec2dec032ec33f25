package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// inquiriesPerPage is how many inquiries a page lists.
const inquiriesPerPage = 25

// dashboardPage is what desk_dashboard.html shows.
type dashboardPage struct {
	deskPage
	Statuses []statusFilter
	// Status, Text and After are the search as it was asked for.
	Status, Text string
	Lines        []choice
	Inquiries    inquiryTable
	// Narrowed: not all inquiries were asked for. None: there are none at all.
	Narrowed, None bool
	// Next leads to those that were changed before, First back to the last
	// changed; each may be empty.
	Next, First string
}

// statusFilter leads to the inquiries of one status, or of all.
type statusFilter struct {
	Key, URL string
	Count    int
	Current  bool
}

// inquiryTable is a list of inquiries, for the partial desk-rows.
type inquiryTable struct {
	// Customers: it is not all one customer's, so that each is named.
	Customers bool
	Rows      []inquiryRow
}

// inquiryRow is an inquiry in a list.
type inquiryRow struct {
	ID               int64
	URL              string
	Customer         string
	Line, Profession string
	Status           statePill
	Changed          string
	// Insurer and Premium are those of the chosen offer; empty before.
	Insurer, Premium string
}

// dashboard lists the broker's inquiries.
func (p deskPages) dashboard(v deskVisit) {
	search := searchOf(v.r)
	found, err := p.from.DeskInquiries(v.r.Context(), v.desk, search)
	if err != nil {
		v.fail(err)
		return
	}
	lines, err := p.from.DeskLines(v.r.Context(), v.desk)
	if err != nil {
		v.fail(err)
		return
	}
	page := dashboardPage{
		deskPage: v.page(v.say("desk.inquiries"), "inquiries"), Statuses: statusFilters(search, found.Counts),
		Status: string(search.Status), Text: search.Text, Lines: v.speaker().lineChoices(lines, search.Line),
		Inquiries: inquiryTable{true, v.rows(found.Inquiries)}, Narrowed: search.Status != "" || search.Line != 0 || search.Text != "",
		None: inAll(found.Counts) == 0, First: firstOf(search),
	}
	if found.Next != "" {
		page.Next = searchPath(search, search.Status, found.Next)
	}
	v.show(http.StatusOK, "desk_dashboard.html", page)
}

// searchOf reads a search. What cannot be searched for is left out.
func searchOf(r *http.Request) core.InquirySearch {
	query := r.URL.Query()
	search := core.InquirySearch{Text: query.Get("q"), After: query.Get("after"), Limit: inquiriesPerPage}
	if status := core.InquiryStatus(query.Get("status")); slices.Contains(core.InquiryStatuses(), status) {
		search.Status = status
	}
	if line, err := strconv.Atoi(query.Get("line")); err == nil && line > 0 {
		search.Line = line
	}
	return search
}

// searchPath leads to a search for another status, or further on in it.
func searchPath(s core.InquirySearch, status core.InquiryStatus, after string) string {
	query := url.Values{}
	for name, value := range map[string]string{"status": string(status), "q": s.Text, "after": after} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if s.Line != 0 {
		query.Set("line", strconv.Itoa(s.Line))
	}
	return (&url.URL{Path: "/desk/", RawQuery: query.Encode()}).String()
}

func firstOf(s core.InquirySearch) string {
	if s.After == "" {
		return ""
	}
	return searchPath(s, s.Status, "")
}

// statusFilters are all statuses with how many inquiries have them.
func statusFilters(s core.InquirySearch, counts map[core.InquiryStatus]int) []statusFilter {
	filters := []statusFilter{{"desk.status.any", searchPath(s, "", ""), inAll(counts), s.Status == ""}}
	for _, status := range core.InquiryStatuses() {
		filters = append(filters, statusFilter{
			"desk.status." + string(status), searchPath(s, status, ""), counts[status], s.Status == status,
		})
	}
	return filters
}

func inAll(counts map[core.InquiryStatus]int) (sum int) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

func (v deskVisit) rows(inquiries []core.Inquiry) []inquiryRow {
	s, rows := v.speaker(), make([]inquiryRow, len(inquiries))
	for n, i := range inquiries {
		rows[n] = inquiryRow{
			ID: i.ID, URL: inquiryPath(i.ID, ""), Customer: v.customerName(i.Customer), Line: s.lineName(i.Line),
			Profession: i.Profession.Name.In(s.lang), Status: statusPill(i.Status), Changed: v.minute(i.UpdatedAt),
		}
		if i.Chosen != nil {
			rows[n].Insurer, rows[n].Premium = s.Insurer(i.Chosen.Product.Insurer), s.premiumOf(*i.Chosen)
		}
	}
	return rows
}

// lineName is what a line is called; its number if the catalogue does not know
// it any more.
func (s speaker) lineName(line insurance.Line) string {
	if name := line.Name.In(s.lang); name != "" {
		return name
	}
	return strconv.Itoa(line.ID)
}
