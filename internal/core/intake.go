package core

import (
	"encoding/json"
	"fmt"

	"github.com/covernote/covernote/internal/store"
)

// takeIn drafts the intake: the new proposals grouped into orders by their
// reference, and the notices of repeated ones once more.
func (c *Core) takeIn(r reading, p Partner, o Order, candidates []candidate, found rounds) (*draft, error) {
	d, err := c.draft(r, p)
	if err != nil {
		return nil, err
	}
	requestID := newID()
	d.AddRequestBody(requestID, r.now.UnixMicro(), o.Body)
	orders := make(map[string]string)
	again := make(map[string]bool)
	for item, one := range candidates {
		if one.repeated {
			again[one.claim.OrderID] = true
			continue
		}
		id, ok := orders[one.wish.Reference]
		if !ok {
			id = newID()
			orders[one.wish.Reference] = id
			d.open(id, requestID, one.wish.Reference)
		}
		d.enter(id, item, one)
	}
	for orderID := range again {
		if err := d.tellAgain(r, orderID, found); err != nil {
			return nil, err
		}
	}
	d.audit(actorPartner(p), "order.received", requestID, "", "", fmt.Sprintf("%d of %d new", len(candidates)-repeats(candidates), len(candidates)))
	err = d.remember(o)
	return d, err
}

func repeats(candidates []candidate) int {
	n := 0
	for _, one := range candidates {
		if one.repeated {
			n++
		}
	}
	return n
}

// open drafts a new order and its booking.
func (d *draft) open(id, requestID, reference string) {
	d.AddOrder(store.Order{
		Part: d.part, ID: id, Reference: reference, RequestID: requestID, State: store.OrderReceived,
		ReceivedAt: d.now.UnixMicro(),
	})
	d.later(step{kind: timerBook, owner: id, subject: id, id: timerBook + ":" + id, lane: workLane(d.part, id), at: d.now})
}

// enter drafts one proposal of a new order.
func (d *draft) enter(orderID string, item int, one candidate) {
	one.claim.OrderID = orderID
	if one.expired != "" {
		d.FreeClaim(one.claim.Key, one.expired)
	}
	d.AddClaim(one.claim)
	d.AddParty(one.claim.PolicyID, one.wish.Policyholder)
	d.AddOrderItem(store.OrderItem{
		Part: d.part, OrderID: orderID, Item: int64(item), PolicyID: one.claim.PolicyID, Claim: one.claim.Key,
		Proposal: one.wish,
	})
}

// rounds are the rounds in which a request found notices when it first looked.
type rounds map[string]int64

// tellAgain drafts sending the notices of an order once more, those too that
// are still on their way: who asks again may have got them before we know. A
// try that is being made now is then not recorded, because this was faster. A
// notice that somebody else let go again since the request came is left alone,
// so that many copies of a request do not fight about it.
func (d *draft) tellAgain(r reading, orderID string, found rounds) error {
	notices, err := r.NoticesOf(d.part, orderID)
	if err != nil {
		return fmt.Errorf("read notices: %w", err)
	}
	for _, n := range notices {
		if was, known := found[n.ID]; known && n.Round > was {
			continue
		}
		found[n.ID] = n.Round
		d.DropTimers(orderID, timerNotice, n.ID)
		n.State, n.Round, n.Tries, n.SettledAt = store.NoticeDue, n.Round+1, 0, 0
		d.PutNotice(n)
		d.send(n, d.now)
	}
	return nil
}

// remember drafts the request's own key with the answer it was given.
func (d *draft) remember(o Order) error {
	if o.RepetitionKey == "" {
		return nil
	}
	answer, err := json.Marshal(Receipt{Count: len(o.Proposals)})
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	d.AddRepetition(store.Repetition{
		Part: d.part, Family: repetitionFamilyOrder, Key: o.RepetitionKey, Fingerprint: fingerprintAll(o.Proposals),
		Answer: answer, UsedAt: d.now.UnixMicro(), ExpiresAt: d.now.Add(claimAge).UnixMicro(),
	})
	return nil
}
