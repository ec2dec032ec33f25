package store

import (
	"fmt"

	"github.com/covernote/covernote/internal/insurance"
)

// Order is an intake of proposals that share a reference, answered later.
type Order struct {
	Part       string
	ID         string
	Version    int64
	Reference  string
	RequestID  string
	State      string
	Sequence   int64
	ReceivedAt int64
}

// The states of an order.
const (
	OrderReceived = "received"
	OrderBooked   = "booked"
	// OrderPending waits for the partner to say that it was paid for.
	OrderPending = "pending"
	// OrderFailed was not paid for in time.
	OrderFailed = "failed"
)

// OrderItem is one proposal of an order, without the policyholder.
type OrderItem struct {
	Part     string
	OrderID  string
	Item     int64
	PolicyID string
	Claim    string
	Proposal insurance.Proposal
	// Refusal is the code it was refused with; empty while it was not.
	Refusal string
}

// Order reads an order; ok is false if there is none.
func (v *View) Order(part, id string) (o Order, ok bool, err error) {
	o, err = scanOrder(v.row(selectOrder+` WHERE part = $1 AND id = $2`, part, id).Scan)
	return found(o, err)
}

const selectOrder = `SELECT part, id, version, reference, request_id, state, sequence, received_at FROM orders`

func scanOrder(scan func(...any) error) (Order, error) {
	var o Order
	err := scan(&o.Part, &o.ID, &o.Version, &o.Reference, &o.RequestID, &o.State, &o.Sequence, &o.ReceivedAt)
	return o, err
}

// OrderItems reads the proposals of an order in the order they were sent.
func (v *View) OrderItems(part, orderID string) ([]OrderItem, error) {
	return list(v, scanOrderItem, selectOrderItem+` WHERE part = $1 AND order_id = $2 ORDER BY item`, part, orderID)
}

const selectOrderItem = `SELECT part, order_id, item, policy_id, claim, proposal, refusal FROM order_item`

func scanOrderItem(scan func(...any) error) (OrderItem, error) {
	var i OrderItem
	var proposal string
	if err := scan(&i.Part, &i.OrderID, &i.Item, &i.PolicyID, &i.Claim, &proposal, &i.Refusal); err != nil {
		return i, err
	}
	var record proposalRecord
	err := decode(proposal, &record)
	i.Proposal = record.proposal()
	return i, err
}

// AddRequestBody keeps a request as it came.
func (c *Changes) AddRequestBody(id string, at int64, body []byte) {
	c.insertOwn("request/"+id, `INSERT INTO request_body (part, id, received_at, body)
		VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, c.part, id, at, blob(body))
}

// AddOrder records an order that is new.
func (c *Changes) AddOrder(o Order) {
	c.insert("order/"+o.ID, `INSERT INTO orders (part, id, version, reference, request_id, state, sequence, received_at)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		o.Part, o.ID, o.Reference, o.RequestID, o.State, o.Sequence, o.ReceivedAt)
}

// PutOrder changes state and sequence of an order that is still at the
// version read.
func (c *Changes) PutOrder(o Order) {
	c.update("order/"+o.ID, `UPDATE orders SET version = version + 1, state = $1, sequence = $2
		WHERE part = $3 AND id = $4 AND version = $5`, o.State, o.Sequence, o.Part, o.ID, o.Version)
}

// AddOrderItem records a proposal of a new order.
func (c *Changes) AddOrderItem(i OrderItem) {
	c.insertOwn(fmt.Sprintf("item/%s/%d", i.OrderID, i.Item), `INSERT INTO order_item
		(part, order_id, item, policy_id, claim, proposal, refusal)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		i.Part, i.OrderID, i.Item, i.PolicyID, i.Claim, encode(recordProposal(i.Proposal)), i.Refusal)
}

// RefuseOrderItem records why a proposal was not booked.
func (c *Changes) RefuseOrderItem(i OrderItem, code string) {
	c.exec(`UPDATE order_item SET refusal = $1 WHERE part = $2 AND order_id = $3 AND item = $4`,
		code, i.Part, i.OrderID, i.Item)
}
