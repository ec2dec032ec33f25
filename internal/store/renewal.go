package store

import "fmt"

// Renewal names a renewal of a policy outside.
type Renewal struct {
	Part, PolicyID, ID, OrderID string
	Number                      int64
}

// Renewal reads a renewal by the id it goes by; ok is false if there is none.
func (v *View) Renewal(part, id string) (Renewal, bool, error) {
	return found(scanRenewal(v.row(selectRenewal+` WHERE part = $1 AND id = $2`, part, id).Scan))
}

// selectRenewal begins what scanRenewal reads.
const selectRenewal = `SELECT part, policy_id, number, id, order_id FROM renewal`

func scanRenewal(scan func(...any) error) (n Renewal, err error) {
	err = scan(&n.Part, &n.PolicyID, &n.Number, &n.ID, &n.OrderID)
	return n, err
}

// AddRenewal records a renewal that is new: a policy has one for each number.
func (c *Changes) AddRenewal(n Renewal) {
	c.insertOwn(fmt.Sprintf("renewal/%s/%d", n.PolicyID, n.Number), `INSERT INTO renewal (part, policy_id, number, id, order_id)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, n.Part, n.PolicyID, n.Number, n.ID, n.OrderID)
}
