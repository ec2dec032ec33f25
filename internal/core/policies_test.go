package core

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

func TestPolicy(t *testing.T) {
	h := onSQLite(t)
	p := h.bindOne(phone("A-1"))
	stranger := h.addPartner("stranger")
	_, err := h.Policy(t.Context(), stranger, p.CertificateNumber)
	foreign := h.refusal(err, insurance.CodePolicyUnknown)
	_, err = h.Policy(t.Context(), stranger, "I1")
	absent := h.refusal(err, insurance.CodePolicyUnknown)
	if foreign.Problems[0].Detail != p.CertificateNumber+" is not known" || absent.Problems[0].Detail != "I1 is not known" {
		t.Errorf("foreign and absent are told apart: %v, %v", foreign, absent)
	}
	page, err := h.FindPolicies(t.Context(), stranger, PolicyFilter{Size: 10, Ended: true})
	if err != nil || page.Total != 0 || len(page.Policies) != 0 {
		t.Errorf("a stranger sees %+v, %v", page, err)
	}
}

// portfolio books policies that differ in all that a list is sorted by:
// references by creation, "0" being the oldest.
func portfolio(h *house) {
	h.t.Helper()
	for i, c := range []struct {
		term      int
		inception string
	}{{24, "2026-03-01"}, {0, "2026-02-01"}, {12, "2026-01-20"}, {12, "2026-04-01"}, {0, "2026-01-18"}} {
		wish := phone(fmt.Sprint(i))
		if c.term > 0 {
			wish = repair(fmt.Sprint(i))
			wish.Term = insurance.Months(c.term)
		}
		wish.InceptionOn = day(c.inception)
		h.submit(wish)
		h.work()
		h.clock.advance(24 * time.Hour)
	}
	h.clock.micros.Store(opening.Add(5*24*time.Hour - time.Hour).UnixMicro())
	h.end(h.byReference("3"), insurance.ReasonWithdrawal)
}

func TestFindPolicies(t *testing.T) {
	onBoth(t, func(_ *testing.T, h *house) {
		portfolio(h)
		h.findPolicies("untallied")
		h.tally()
		h.findPolicies("tallied")
	})
}

// findPolicies looks for those of the portfolio in all lists.
func (h *house) findPolicies(when string) {
	h.t.Helper()
	for _, c := range []struct {
		name   string
		filter PolicyFilter
		want   []string
		total  int
	}{
		{"created", PolicyFilter{SortBy: SortCreated, Ascending: true}, []string{"0", "1", "2", "4"}, 4},
		{"created, newest first", PolicyFilter{SortBy: SortCreated}, []string{"4", "2", "1", "0"}, 4},
		{"ended, too", PolicyFilter{SortBy: SortCreated, Ascending: true, Ended: true}, []string{"0", "1", "2", "3", "4"}, 5},
		{"inception", PolicyFilter{SortBy: SortInception, Ascending: true}, []string{"4", "2", "1", "0"}, 4},
		{"inception, last first", PolicyFilter{SortBy: SortInception}, []string{"0", "1", "2", "4"}, 4},
		{"expiry: without one last", PolicyFilter{SortBy: SortExpiry, Ascending: true}, []string{"2", "0", "1", "4"}, 4},
		{"expiry, last first: without one last", PolicyFilter{SortBy: SortExpiry}, []string{"0", "2", "4", "1"}, 4},
		{"first page", PolicyFilter{Size: 3, SortBy: SortCreated, Ascending: true}, []string{"0", "1", "2"}, 4},
		{"second page", PolicyFilter{Size: 3, Page: 1, SortBy: SortCreated, Ascending: true}, []string{"4"}, 4},
		{"beyond", PolicyFilter{Size: 3, Page: 2, SortBy: SortCreated, Ascending: true}, nil, 4},
		{"created from", PolicyFilter{SortBy: SortCreated, Ascending: true, From: day("2026-01-17")}, []string{"2", "4"}, 2},
		{"created to", PolicyFilter{SortBy: SortCreated, Ascending: true, To: day("2026-01-16")}, []string{"0", "1"}, 2},
		{"created on", PolicyFilter{SortBy: SortCreated, From: day("2026-01-17"), To: day("2026-01-17")}, []string{"2"}, 1},
		{"inception between", PolicyFilter{SortBy: SortInception, Ascending: true, From: day("2026-01-20"), To: day("2026-02-01")}, []string{"2", "1"}, 2},
		{"expiry to", PolicyFilter{SortBy: SortExpiry, Ascending: true, To: day("2027-01-19")}, []string{"2"}, 1},
	} {
		if c.filter.Size == 0 {
			c.filter.Size = 10
		}
		page, err := h.FindPolicies(h.t.Context(), h.partner, c.filter)
		h.fatal(err)
		var got []string
		for _, p := range page.Policies {
			got = append(got, p.Reference)
		}
		equalLists(h.t, when+": "+c.name, got, c.want)
		if page.Total != c.total || page.Filter != c.filter {
			h.t.Errorf("%s: %s: total %d, want %d", when, c.name, page.Total, c.total)
		}
	}
}

func TestCreationIsOnThePartnersDay(t *testing.T) {
	h := onSQLite(t)
	h.clock.micros.Store(time.Date(2026, 1, 15, 23, 30, 0, 0, time.UTC).UnixMicro()) // already the 16th in Berlin
	h.bind(phone("A-1"))
	for on, want := range map[string]int{today: 0, "2026-01-16": 1} {
		page, err := h.FindPolicies(t.Context(), h.partner, PolicyFilter{Size: 10, SortBy: SortCreated, From: day(on), To: day(on)})
		if err != nil || page.Total != want {
			t.Errorf("%d policies on %s, %v, want %d", page.Total, on, err, want)
		}
	}
}

func TestPagesMeetEveryPolicyOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		wishes := make([]insurance.Proposal, 25)
		for i := range wishes {
			wishes[i] = phone("A-1") // alike in every sort key
		}
		h.bind(wishes...)
		for _, key := range []SortKey{SortCreated, SortInception, SortExpiry} {
			var met []string
			for page := range 5 {
				p, err := h.FindPolicies(t.Context(), h.partner, PolicyFilter{Page: page, Size: 6, SortBy: key})
				h.fatal(err)
				for _, one := range p.Policies {
					met = append(met, one.ID)
				}
			}
			slices.Sort(met)
			if len(slices.Compact(met)) != 25 {
				t.Errorf("by %s: %d policies on all pages, want 25", key, len(met))
			}
		}
	})
}
