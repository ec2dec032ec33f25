package dialecttest

import (
	"context"
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// BrokerSystem is the system of a broker as the exchanges find it that are about
// neither the one nor the other: signed in, with an account and a broker in it.
type BrokerSystem struct{ Token, Account, Broker string }

// SettleBroker signs an API user in for more than a year, and gives the first of
// its accounts the broker 1001.
func SettleBroker(ctx context.Context, c *core.Core, user, secret string) (BrokerSystem, error) {
	p, err := c.Authenticate(ctx, core.FamilyThinksurance, core.Claim{User: user, Secret: secret})
	if err != nil {
		return BrokerSystem{}, err
	}
	session, err := c.OpenSession(ctx, p, core.SessionWish{Lifetime: 400 * 24 * time.Hour})
	if err != nil {
		return BrokerSystem{}, err
	}
	accounts, err := c.Accounts(ctx, p, struct{}{})
	if err != nil {
		return BrokerSystem{}, err
	}
	broker, err := c.SetBroker(ctx, p, core.BrokerWish{
		Account: accounts[0].Token, Kind: core.BrokerOwnID, ExternalID: "1001",
		Party: insurance.Party{LastName: "Makler", Email: "makler@example.com"},
	})
	return BrokerSystem{Token: session.Token, Account: accounts[0].Token, Broker: broker.Token}, err
}

// Sign is the Credential of the system.
func (s BrokerSystem) Sign(r *http.Request) { r.Header.Set("Authorization", "Bearer "+s.Token) }

// Values are what the system knows, for House.Values: token, account and broker,
// each behind a prefix.
func (s BrokerSystem) Values(prefix string) map[string]string {
	return map[string]string{prefix + "token": s.Token, prefix + "account": s.Account, prefix + "broker": s.Broker}
}
