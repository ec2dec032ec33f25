package core

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// SetBroker makes a broker of an account, or finds the one that was made
// before: a broker is there once. What is known of one that is found stays as it
// is. It refuses with CodeAccountUnknown and CodeInvalid.
func (c *Core) SetBroker(ctx context.Context, p Partner, wish BrokerWish) (Broker, error) {
	var told Broker
	err := c.decide(ctx, func(r reading) (*draft, error) {
		if err := invalid(wish.check(true)); err != nil {
			return nil, err
		}
		account, _, err := c.within(r, p, Scope{Account: wish.Account})
		if err != nil {
			return nil, err
		}
		found, ok, err := c.findBroker(r, account, wish)
		if err != nil {
			return nil, err
		}
		if ok {
			told, err = c.brokerOf(r, found)
			return nil, err
		}
		d := c.quiet(r, account.Part)
		told, err = c.addBroker(d, account, wish)
		return d, err
	})
	return told, err
}

// FindBroker finds a broker of an account: by the partner's id, or by e-mail
// address and name where the partner has none. It refuses with
// CodeAccountUnknown, CodeInvalid and CodeBrokerUnknown.
func (c *Core) FindBroker(ctx context.Context, p Partner, wish BrokerWish) (Broker, error) {
	var told Broker
	err := c.read(ctx, func(r reading) error {
		account, _, err := c.within(r, p, Scope{Account: wish.Account})
		if err != nil {
			return err
		}
		found, ok, err := c.findBroker(r, account, wish)
		if err != nil {
			return err
		}
		if !ok {
			return unknownBroker()
		}
		told, err = c.brokerOf(r, found)
		return err
	})
	return told, err
}

// findBroker finds who is meant.
func (c *Core) findBroker(r reading, account Partner, wish BrokerWish) (found store.Broker, ok bool, err error) {
	if wish.ExternalID != "" {
		found, ok, err = r.BrokerByKey(account.Part, brokerIDKey(wish.ExternalID))
		if err != nil || ok || wish.Kind == BrokerOwnID {
			return found, ok, err
		}
	}
	return r.BrokerByKey(account.Part, c.brokerDataKey(wish.Party))
}

// brokerIDKey is the natural key of a broker whom the partner has an id for.
func brokerIDKey(externalID string) string { return "id/" + externalID }

// brokerDataKey is the natural key of one who is known by data; it shows none of
// them.
func (c *Core) brokerDataKey(p insurance.Party) string {
	known := strings.ToLower(p.Email.Reveal() + "\x00" + p.LastName.Reveal() + "\x00" + p.Company.Reveal())
	return "data/" + hex.EncodeToString(c.Keys.Hash(known))
}

// brokerKey lets an account have a broker once.
func (c *Core) brokerKey(externalID string, p insurance.Party) string {
	if externalID != "" {
		return brokerIDKey(externalID)
	}
	return c.brokerDataKey(p)
}

// check finds what is wrong with a broker: one who is to be made needs an e-mail
// address.
func (w BrokerWish) check(fresh bool) []insurance.Problem {
	return append(w.CheckContact(fresh), checkNames(0, []foreignName{
		{insurance.FieldBrokerExternalID, w.ExternalID}, {insurance.FieldCompanyRegister, w.CompanyRegister},
		{insurance.FieldBrokerRegister, w.BrokerRegister},
	})...)
}

// foreignName is what another system calls something.
type foreignName struct {
	field insurance.Field
	text  string
}

// checkNames finds what is wrong with names of one item, in their order.
func checkNames(item int, names []foreignName) []insurance.Problem {
	var problems []insurance.Problem
	for _, n := range names {
		if problem, bad := insurance.CheckName(n.field, n.text); bad {
			problem.Item = item
			problems = append(problems, problem)
		}
	}
	return problems
}

func (c *Core) addBroker(d *draft, account Partner, wish BrokerWish) (Broker, error) {
	token, err := brokerToken()
	if err != nil {
		return Broker{}, err
	}
	row := store.Broker{
		Part: account.Part, ID: token, Kind: int64(wish.Kind), ExternalID: wish.ExternalID,
		Key: c.brokerKey(wish.ExternalID, wish.Party), Party: newID(), CompanyRegister: wish.CompanyRegister,
		BrokerRegister: wish.BrokerRegister, Active: true, CreatedAt: micros(d.now), UpdatedAt: micros(d.now),
	}
	d.AddParty(row.Party, wish.Party)
	d.AddBroker(row)
	d.audit(actorPartner(account), "broker.added", token, "", "", wish.ExternalID)
	return c.brokerKnown(row, wish.Party), nil
}

// brokerToken is 25 digits of sixteen, which nobody guesses although it opens
// nothing.
func brokerToken() (string, error) {
	random := make([]byte, 13)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("make broker token: %w", err)
	}
	return hex.EncodeToString(random)[:25], nil
}

func (c *Core) brokerOf(r reading, row store.Broker) (Broker, error) {
	party, ok, err := r.Party(row.Part, row.Party)
	if err := needed(ok, err); err != nil {
		return Broker{}, fmt.Errorf("read broker %s: %w", row.ID, err)
	}
	return c.brokerKnown(row, party), nil
}

func (c *Core) brokerKnown(row store.Broker, party insurance.Party) Broker {
	return Broker{
		Token: row.ID, Kind: BrokerKind(row.Kind), ExternalID: row.ExternalID, Party: party,
		CompanyRegister: row.CompanyRegister, BrokerRegister: row.BrokerRegister, Active: row.Active,
		Code: c.Keys.tag(2, "", "broker code", row.Part, row.ID),
	}
}

// changeBroker drafts what a request says of a broker; what it does not say
// stays.
func (c *Core) changeBroker(r reading, d *draft, account Partner, row *store.Broker, wish BrokerWish) error {
	was, err := c.brokerOf(r, *row)
	if err != nil {
		return err
	}
	next, party := *row, overlay(was.Party, wish.Party)
	next.ExternalID = cmp.Or(wish.ExternalID, row.ExternalID)
	next.CompanyRegister = cmp.Or(wish.CompanyRegister, row.CompanyRegister)
	next.BrokerRegister = cmp.Or(wish.BrokerRegister, row.BrokerRegister)
	if wish.Active != nil {
		next.Active = *wish.Active
	}
	if next.Key = c.brokerKey(next.ExternalID, party); next.Key != row.Key {
		if _, taken, err := r.BrokerByKey(row.Part, next.Key); err != nil || taken {
			return takenByBroker(err)
		}
	}
	if party != was.Party {
		next.Party = newID()
		d.AddParty(next.Party, party)
	}
	if next == *row {
		return nil
	}
	next.UpdatedAt = micros(d.now)
	d.PutBroker(next)
	d.audit(actorPartner(account), "broker.changed", row.ID, "", activity(row.Active), activity(next.Active))
	next.Version++
	*row = next
	return nil
}

func takenByBroker(err error) error {
	if err != nil {
		return fmt.Errorf("read broker: %w", err)
	}
	return insurance.Invalid(insurance.FieldBrokerExternalID, "is that of another broker")
}

func activity(active bool) string {
	if active {
		return "active"
	}
	return "inactive"
}

// overlay is a party with what another one knows better.
func overlay(was, now insurance.Party) insurance.Party {
	better := partsOf(&now)
	for i, value := range partsOf(&was) {
		*value = cmp.Or(*better[i], *value)
	}
	was.Country = cmp.Or(now.Country, was.Country)
	was.Salutation = cmp.Or(now.Salutation, was.Salutation)
	return was
}
