package core

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// The kinds of handle: tokens that say by themselves neither whose they are nor
// what they open.
const (
	handleSession = "session"
	handleForward = "forward"
	handleDesk    = "desk"
)

// OpenSession makes a token that stands for the credential of a request until
// it expires.
func (c *Core) OpenSession(ctx context.Context, p Partner, wish SessionWish) (Session, error) {
	token, err := NewSecret()
	if err != nil {
		return Session{}, err
	}
	session := Session{Token: token, Zone: p.Zone}
	err = c.decide(ctx, func(r reading) (*draft, error) {
		session.ExpiresAt = r.now.Add(wish.Lifetime)
		d := c.quiet(r, p.Part)
		d.AddHandle(store.Handle{
			Hash: c.Keys.Hash(token), Kind: handleSession, Part: p.Part, Subject: p.User, Detail: p.credential,
			CreatedAt: micros(r.now), ExpiresAt: micros(session.ExpiresAt),
		})
		return d, nil
	})
	return session, err
}

// inSession finds the partner of a token. It refuses with CodeUnauthenticated
// one that was never given, has expired, or stands for a credential that was
// revoked; whose it was that expired is answered all the same.
func (c *Core) inSession(r reading, family Family, token string) (Partner, error) {
	refused := insurance.Refuse(insurance.CodeUnauthenticated, "the token is not valid")
	handle, ok, err := r.Handle(c.Keys.Hash(token), handleSession)
	switch {
	case err != nil:
		return Partner{}, fmt.Errorf("read session: %w", err)
	case !ok:
		return Partner{}, refused
	case handle.ExpiresAt <= r.now.UnixMicro():
		p, err := c.partner(r, handle.Part, "")
		if err != nil {
			return Partner{}, err
		}
		return p, refused
	}
	credentials, err := r.Credentials(string(family), handle.Subject)
	if err != nil {
		return Partner{}, fmt.Errorf("read credentials: %w", err)
	}
	if !slices.ContainsFunc(credentials, func(k store.Credential) bool { return c.standsFor(handle, k) }) {
		return Partner{}, refused
	}
	p, err := c.partner(r, handle.Part, handle.Subject)
	p.credential = handle.Detail
	return p, err
}

// addressed is the account of a user that a request is about, so that its
// networks, its limits and its words hold.
func (c *Core) addressed(r reading, p Partner, scope Scope) (Partner, error) {
	if scope == (Scope{}) {
		return p, nil
	}
	account, _, err := c.within(r, p, scope)
	if _, refused := errors.AsType[*insurance.Error](err); refused {
		return p, nil
	}
	account.credential = p.credential
	return account, err
}

// standsFor tells whether a session was opened with a credential that is in
// force, so that it ends when a secret that leaked is rotated. One that was
// opened without any goes by its user.
func (c *Core) standsFor(session store.Handle, k store.Credential) bool {
	return k.Part == session.Part && c.inForce(k) && (session.Detail == "" || session.Detail == k.ID)
}

// partner reads a partner that must be there, as a user of its API.
func (c *Core) partner(r reading, part, user string) (Partner, error) {
	row, ok, err := r.Partner(part)
	if err := needed(ok, err); err != nil {
		return Partner{}, fmt.Errorf("read partner %s: %w", part, err)
	}
	p, err := partnerOf(row)
	p.User = user
	return p, err
}

// partsOf are the accounts that a user name opens, in alphabetical order.
func (c *Core) partsOf(r reading, family Family, user string) ([]string, error) {
	credentials, err := r.Credentials(string(family), user)
	if err != nil {
		return nil, fmt.Errorf("read credentials: %w", err)
	}
	var parts []string
	for _, k := range credentials {
		if c.inForce(k) {
			parts = append(parts, k.Part)
		}
	}
	slices.Sort(parts)
	return slices.Compact(parts), nil
}

// Accounts are the accounts of an API user.
func (c *Core) Accounts(ctx context.Context, p Partner, _ struct{}) ([]AccountToken, error) {
	var tokens []AccountToken
	err := c.read(ctx, func(r reading) error {
		accounts, err := c.accounts(r, p)
		for _, a := range accounts {
			tokens = append(tokens, AccountToken{Name: a.Name, Tag: a.Part, Token: c.Keys.accountToken(a.Part)})
		}
		return err
	})
	return tokens, err
}

func (c *Core) accounts(r reading, p Partner) ([]Partner, error) {
	parts, err := c.partsOf(r, p.Family, p.User)
	if err != nil {
		return nil, err
	}
	accounts := make([]Partner, 0, len(parts))
	for _, part := range parts {
		account, err := c.partner(r, part, p.User)
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, account)
	}
	return accounts, nil
}

// accountToken identifies an account outside.
func (k Keys) accountToken(part string) string {
	return hex.EncodeToString(k.derive("account", part)[:16])
}

// within is the account, and the broker if one is named, that a scope means for
// an API user. What belongs to somebody else is as unknown as what does not
// exist.
func (c *Core) within(r reading, p Partner, s Scope) (Partner, *store.Broker, error) {
	accounts, err := c.accounts(r, p)
	if err != nil {
		return Partner{}, nil, err
	}
	if s.Account != "" {
		accounts = slices.DeleteFunc(accounts, func(a Partner) bool { return !c.isAccount(a, s.Account) })
	}
	switch {
	case s == Scope{}:
		return Partner{}, nil, insurance.Invalid(insurance.FieldBroker, "is required, or that of an account")
	case len(accounts) == 0:
		return Partner{}, nil, insurance.Refuse(insurance.CodeAccountUnknown, "the account does not exist")
	case s.Broker == "":
		return accounts[0], nil, nil
	}
	for _, account := range accounts {
		broker, ok, err := r.Broker(account.Part, s.Broker)
		if err != nil {
			return Partner{}, nil, fmt.Errorf("read broker: %w", err)
		}
		if ok {
			return account, &broker, nil
		}
	}
	return Partner{}, nil, unknownBroker()
}

func (c *Core) isAccount(p Partner, token string) bool {
	return hmac.Equal([]byte(c.Keys.accountToken(p.Part)), []byte(strings.ToLower(token)))
}

func unknownBroker() *insurance.Error {
	return insurance.Refuse(insurance.CodeBrokerUnknown, "the broker does not exist")
}
