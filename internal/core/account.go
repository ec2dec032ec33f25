package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// Account is what an operator says of a partner that is to be added.
type Account struct {
	Part   string
	Family Family
	Name   string
	// Zone is the name of a time zone, Europe/Berlin if empty.
	Zone string
	// Username may be one that opens another account already, where one user of
	// the API may have several; it then opens both with the secrets it has.
	Username string
	// Secret opens the API; empty lets a random one be made.
	Secret      string
	Networks    []string
	NetworkMode NetworkMode
	Switches    map[string]string
	// Endpoints are the URLs that are told. EndpointSecret signs what they
	// get; empty lets a random one be made.
	Endpoints      []string
	EndpointSecret string
}

// Access is what opens an account. It is shown once and stored only as hash
// or, where it signs, sealed.
type Access struct {
	Username, Secret string
	// EndpointSecret signs notices; empty if there is no endpoint.
	EndpointSecret string
}

// AddPartner adds a partner with its first credential and its endpoints, and
// where its API sends e-mails, with the one that they leave by. A
// partner that is there already is an error.
func (c *Core) AddPartner(ctx context.Context, a Account) (Access, error) {
	access, row, err := c.newAccess(a)
	if err != nil {
		return Access{}, err
	}
	err = c.decide(ctx, func(r reading) (*draft, error) {
		if _, exists, err := r.Partner(a.Part); err != nil || exists {
			return nil, existing("partner", a.Part, err)
		}
		taken, err := r.Credentials(string(a.Family), access.Username)
		open := slices.DeleteFunc(slices.Clone(taken), func(k store.Credential) bool { return !c.inForce(k) })
		if err != nil || len(taken) > 0 && (len(open) == 0 || !a.joins()) {
			return nil, existing("user name", access.Username, err)
		}
		d := c.quiet(r, a.Part)
		row.CreatedAt = r.now.UnixMicro()
		d.AddPartner(row)
		if err := d.beginLog(r); err != nil {
			return nil, err
		}
		if len(taken) > 0 {
			access.Secret = ""
			c.join(d, open)
		} else if err := c.addCredential(d, a.Part, firstCredential, a.Family, access); err != nil {
			return nil, err
		}
		for _, url := range a.Endpoints {
			if err := c.addEndpoint(d, Endpoint{URL: url, Secret: access.EndpointSecret}); err != nil {
				return nil, err
			}
		}
		if slices.Contains(c.Told[a.Family], EventMailRequested) {
			if err := c.addEndpoint(d, Endpoint{Name: mailEndpoint, URL: SchemeMail, Purpose: PurposeEmail}); err != nil {
				return nil, err
			}
		}
		d.audit(actorOperator, "partner.added", a.Part, "", "", a.Name)
		return d, nil
	})
	return access, err
}

// joins tells whether the account may share its user with others.
func (a Account) joins() bool {
	return a.Family == FamilyThinksurance && a.Secret == "" && a.Username != ""
}

// join lets the credentials in force of a user open another account.
func (c *Core) join(d *draft, credentials []store.Credential) {
	for _, k := range credentials {
		k.Part, k.ID, k.CreatedAt = d.part, newID(), d.now.UnixMicro()
		d.AddCredential(k)
	}
}

// ErrExisting is what AddPartner answers where there is one of the name.
var ErrExisting = errors.New("exists already; choose another")

func existing(what, name string, err error) error {
	if err != nil {
		return fmt.Errorf("look up %s %s: %w", what, name, err)
	}
	return fmt.Errorf("the %s %q %w", what, name, ErrExisting)
}

func (c *Core) newAccess(a Account) (Access, store.Partner, error) {
	access := Access{Username: orElse(a.Username, a.Part), Secret: a.Secret, EndpointSecret: a.EndpointSecret}
	if err := fill(&access.Secret); err != nil {
		return access, store.Partner{}, err
	}
	if len(a.Endpoints) == 0 {
		access.EndpointSecret = ""
	} else if err := fill(&access.EndpointSecret); err != nil {
		return access, store.Partner{}, err
	}
	row := store.Partner{
		Part: a.Part, Family: string(a.Family), Name: a.Name, Zone: orElse(a.Zone, "Europe/Berlin"),
		NetworkMode: orElse(string(a.NetworkMode), string(NetworkOff)),
	}
	if _, err := time.LoadLocation(row.Zone); err != nil {
		return access, row, fmt.Errorf("find time zone %q: %w", row.Zone, err)
	}
	err := describe(&row, a.Networks, a.Switches)
	return access, row, err
}

// describe writes what a partner's row holds as JSON.
func describe(row *store.Partner, networks []string, switches map[string]string) error {
	if networks == nil {
		networks = []string{}
	}
	if switches == nil {
		switches = map[string]string{}
	}
	list, err := json.Marshal(networks)
	if err != nil {
		return fmt.Errorf("write networks: %w", err)
	}
	object, err := json.Marshal(switches)
	if err != nil {
		return fmt.Errorf("write switches: %w", err)
	}
	row.Networks, row.Switches = string(list), string(object)
	return nil
}

func fill(secret *string) (err error) {
	if *secret == "" {
		*secret, err = NewSecret()
	}
	return err
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// firstCredential is the id of the credential that a user name begins with, so
// that only one partner can.
const firstCredential = "first"

// addCredential drafts a credential, sealed for families that sign.
func (c *Core) addCredential(d *draft, part, id string, family Family, access Access) (err error) {
	stored := c.Keys.Hash(access.Secret)
	if family.signs() {
		stored, err = c.Keys.Seal([]byte(access.Secret), part, id, fieldCredentialSecret)
	}
	d.AddCredential(store.Credential{
		Family: string(family), Username: access.Username, ID: id, Part: part,
		Secret: stored, CreatedAt: d.now.UnixMicro(),
	})
	return err
}

// mailEndpoint is the name of the endpoint by which e-mails leave.
const mailEndpoint = "mail"

func (c *Core) addEndpoint(d *draft, e Endpoint) error {
	e.Part, e.Name = d.part, orElse(e.Name, newID())
	row, err := c.endpointRow(e)
	d.AddEndpoint(row, d.now.UnixMicro())
	return err
}

// Partners lists all partners.
func (c *Core) Partners(ctx context.Context) ([]Partner, error) {
	var all []Partner
	err := c.read(ctx, func(r reading) error {
		rows, err := r.Partners()
		if err != nil {
			return fmt.Errorf("read partners: %w", err)
		}
		for _, row := range rows {
			p, err := partnerOf(row)
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		return nil
	})
	return all, err
}

// RotateSecret gives the user of a partner a new secret beside the old ones,
// which stop working after the overlap; it opens all accounts that those open.
func (c *Core) RotateSecret(ctx context.Context, part string, overlap time.Duration) (Access, error) {
	secret, err := NewSecret()
	if err != nil {
		return Access{}, err
	}
	access := Access{Secret: secret}
	err = c.decide(ctx, func(r reading) (*draft, error) {
		row, credentials, err := c.accountOf(r, part)
		if err != nil {
			return nil, err
		}
		access.Username = credentials[len(credentials)-1].Username
		shared, err := r.Credentials(row.Family, access.Username)
		if err != nil {
			return nil, fmt.Errorf("read credentials: %w", err)
		}
		d := c.quiet(r, part)
		until := c.Options.Now().Add(overlap).UnixMicro()
		parts := make(map[string]bool)
		for _, old := range shared {
			if old.RevokedAt == 0 || old.RevokedAt > until {
				parts[old.Part] = true
				d.RevokeCredential(old, until)
			}
		}
		parts[part] = true
		for _, of := range slices.Sorted(maps.Keys(parts)) {
			if err := c.addCredential(d, of, newID(), Family(row.Family), access); err != nil {
				return nil, err
			}
		}
		d.audit(actorOperator, "partner.secret_rotated", part, "", "", "")
		return d, nil
	})
	return access, err
}

func (c *Core) accountOf(r reading, part string) (store.Partner, []store.Credential, error) {
	row, ok, err := r.Partner(part)
	if err != nil {
		return row, nil, fmt.Errorf("read partner %s: %w", part, err)
	}
	if !ok {
		return row, nil, fmt.Errorf("there is no partner %q; `covernote partner list` shows them", part)
	}
	credentials, err := r.CredentialsOf(part)
	if err != nil || len(credentials) == 0 {
		return row, nil, fmt.Errorf("read credentials of partner %s: %w", part, err)
	}
	return row, credentials, nil
}

// AllowNetworks replaces the networks that a partner may call from, and says
// what the list does.
func (c *Core) AllowNetworks(ctx context.Context, part string, networks []string, mode NetworkMode) error {
	return c.amend(ctx, part, "partner.networks_set", func(p *Partner) {
		p.Networks, p.NetworkMode = networks, mode
	})
}

// SetSwitches changes switches of a partner; an empty value takes one back.
func (c *Core) SetSwitches(ctx context.Context, part string, changes map[string]string) error {
	return c.amend(ctx, part, "partner.switches_set", func(p *Partner) {
		maps.Copy(p.Switches, changes)
		maps.DeleteFunc(p.Switches, func(_, value string) bool { return value == "" })
	})
}

// amend changes what an operator may change of a partner.
func (c *Core) amend(ctx context.Context, part, action string, change func(*Partner)) error {
	return c.decide(ctx, func(r reading) (*draft, error) {
		row, _, err := c.accountOf(r, part)
		if err != nil {
			return nil, err
		}
		partner, err := partnerOf(row)
		if err != nil {
			return nil, err
		}
		before := amendable(row)
		change(&partner)
		row.NetworkMode = string(partner.NetworkMode)
		if err := describe(&row, partner.Networks, partner.Switches); err != nil {
			return nil, err
		}
		d := c.quiet(r, part)
		d.PutPartner(row)
		d.audit(actorOperator, action, part, "", before, amendable(row))
		return d, nil
	})
}

// amendable is what amend can change, as the audit log shows it.
func amendable(row store.Partner) string {
	return fmt.Sprintf("networks %s %s, switches %s", row.NetworkMode, row.Networks, row.Switches)
}

// ActorOperator is the operator in the audit log.
const ActorOperator = "operator"

// The actors of the audit log who are not partners.
const (
	actorOperator = ActorOperator
	actorCourier  = "courier"
	actorClock    = "clock"
)

func actorPartner(p Partner) string { return "partner:" + p.Part }
