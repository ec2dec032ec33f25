package core

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// Authenticate finds the partner of a family whose credential this is, with
// CodeUnauthenticated if there is none. An unknown name costs the same time as
// a wrong secret.
func (c *Core) Authenticate(ctx context.Context, family Family, username, secret string) (Partner, error) {
	var partner Partner
	err := c.read(ctx, func(r reading) error {
		credentials, err := r.Credentials(string(family), username)
		if err != nil {
			return fmt.Errorf("read credentials: %w", err)
		}
		part, ok := c.match(credentials, secret)
		if !ok {
			return insurance.Refuse(insurance.CodeUnauthenticated, "the credentials are not valid")
		}
		row, ok, err := r.Partner(part)
		if err := needed(ok, err); err != nil {
			return fmt.Errorf("read partner %s of a credential: %w", part, err)
		}
		partner, err = partnerOf(row)
		return err
	})
	return partner, err
}

// match finds the credential in force that the secret opens. At least one
// hash is always computed.
func (c *Core) match(credentials []store.Credential, secret string) (part string, ok bool) {
	now := c.Options.Now().UnixMicro()
	hash := c.Keys.Hash(secret)
	for _, k := range credentials {
		if equal(hash, k.Secret) && (k.RevokedAt == 0 || k.RevokedAt > now) {
			part, ok = k.Part, true
		}
	}
	return part, ok
}

func partnerOf(row store.Partner) (Partner, error) {
	zone, err := time.LoadLocation(row.Zone)
	if err != nil {
		return Partner{}, fmt.Errorf("read zone of partner %s: %w", row.Part, err)
	}
	p := Partner{
		Part: row.Part, Family: Family(row.Family), Name: row.Name, Zone: zone,
		NetworkMode: NetworkMode(row.NetworkMode), Notified: row.Endpoints > 0,
	}
	if err := json.Unmarshal([]byte(row.Networks), &p.Networks); err != nil {
		return Partner{}, fmt.Errorf("read networks of partner %s: %w", row.Part, err)
	}
	if err := json.Unmarshal([]byte(row.Switches), &p.Switches); err != nil {
		return Partner{}, fmt.Errorf("read switches of partner %s: %w", row.Part, err)
	}
	return p, nil
}
