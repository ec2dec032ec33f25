package store

import "fmt"

// PolicyOrder is the column that a list of policies is sorted by.
type PolicyOrder string

// The columns.
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
	// From and Until bound the column: from From, before Until; nil is open.
	From, Until   any
	Ended         bool
	Limit, Offset int
}

// where is the condition of the page and its arguments.
func (p PolicyPage) where(part string) (string, []any) {
	args := []any{part}
	condition := ` WHERE p.part = $1`
	if !p.Ended {
		condition += ` AND p.live = 1`
	}
	if p.From != nil {
		args = append(args, p.From)
		condition += fmt.Sprintf(` AND p.%s >= $%d`, p.Order, len(args))
	}
	if p.Until != nil {
		args = append(args, p.Until)
		condition += fmt.Sprintf(` AND p.%s < $%d`, p.Order, len(args))
	}
	return condition, args
}

func (p PolicyPage) orderBy() string {
	direction := "DESC"
	if p.Ascending {
		direction = "ASC"
	}
	if p.Order == PolicyByLastDay && !p.Ascending {
		return fmt.Sprintf(` ORDER BY CASE WHEN p.last_day_on = '%s' THEN 1 ELSE 0 END, p.last_day_on DESC, p.id DESC`, openEnd)
	}
	return fmt.Sprintf(` ORDER BY p.%s %s, p.id %s`, p.Order, direction, direction)
}

// Policies reads a page of a part's policies.
func (v *View) Policies(part string, page PolicyPage) ([]Policy, error) {
	condition, args := page.where(part)
	bounds := fmt.Sprintf(` LIMIT $%d OFFSET $%d`, len(args)+1, len(args)+2)
	return list(v, scanPolicy, selectPolicy+condition+page.orderBy()+bounds, append(args, page.Limit, page.Offset)...)
}

// CountPolicies counts the policies on all pages.
func (v *View) CountPolicies(part string, page PolicyPage) (int64, error) {
	condition, args := page.where(part)
	var n int64
	err := v.row(`SELECT COUNT(*) FROM policy p`+condition, args...).Scan(&n)
	return n, err
}
