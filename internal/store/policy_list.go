package store

import "slices"

// PolicyOrder is what a list of policies is sorted by. Policies that are alike in it
// come in the order of their making.
type PolicyOrder string

// The orders.
const (
	PolicyByCreated   PolicyOrder = "created_at"
	PolicyByInception PolicyOrder = "inception_on"
	PolicyByLastDay   PolicyOrder = "last_day_on"
)

// PolicyPage selects policies of a part. Policies without a last day come
// last in either direction.
type PolicyPage struct {
	Order     PolicyOrder
	Ascending bool
	// From and Until bound what is sorted by: from From, before Until. They are
	// microseconds for PolicyByCreated, else days; nil is open.
	From, Until   any
	Ended         bool
	Limit, Offset int64
}

func (p PolicyPage) roll() *roll {
	switch p.Order {
	case PolicyByInception:
		return rollInception
	case PolicyByLastDay:
		return rollLastDay
	}
	return rollCreated
}

// reaches are one after the other what the page is of.
func (p PolicyPage) reaches() []reach {
	all := everywhere
	if p.From != nil {
		all.from = p.placeOf(p.From)
	}
	if p.Until != nil {
		all.until = p.placeOf(p.Until)
	}
	if p.Order != PolicyByLastDay || p.Ascending {
		return []reach{all}
	}
	endless := rollLastDay.place(openEnd, 0)
	return []reach{{all.from, min(all.until, endless)}, {max(all.from, endless), all.until}}
}

// placeOf is the first place of an instant or of a day.
func (p PolicyPage) placeOf(bound any) int64 {
	at, _ := bound.(int64)
	day, _ := bound.(string)
	return p.roll().place(day, at)
}

// Policies reads a page of a part's policies, and how many are on all pages.
func (v *View) Policies(part string, p PolicyPage) (policies []Policy, total int64, err error) {
	ids, total, err := v.policyIDs(part, p)
	if err != nil || len(ids) == 0 {
		return nil, total, err
	}
	where := newFilter(`p.part = $%d`, part)
	where.in(`p.id`, ids)
	policies, err = list(v, scanPolicy, selectPolicy+where.sql, where.args...)
	slices.SortFunc(policies, func(a, b Policy) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return policies, total, err
}

func (v *View) policyIDs(part string, p PolicyPage) (ids []string, total int64, err error) {
	return v.page(part, p.roll(), pageQuery{
		reaches: p.reaches(), ascending: p.Ascending, ended: p.Ended, limit: p.Limit, offset: p.Offset,
	})
}
