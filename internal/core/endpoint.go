package core

import (
	"context"

	"github.com/covernote/covernote/internal/store"
)

// fieldEndpointSecret labels the sealed secret of an endpoint.
const fieldEndpointSecret = "endpoint.secret"

// SetEndpoint lets a partner be told at a URL under a name of its own; set
// again under the same name, it replaces the URL.
func (c *Core) SetEndpoint(ctx context.Context, part, name, url, secret string) error {
	return c.decide(ctx, func(r reading) (*draft, error) {
		was, exists, err := r.Endpoint(part, name)
		if err != nil || (exists && was.URL == url) {
			return nil, err
		}
		sealed, err := c.Keys.Seal([]byte(secret), part, name, fieldEndpointSecret)
		if err != nil {
			return nil, err
		}
		d := c.quiet(r, part)
		endpoint := store.Endpoint{Part: part, ID: name, URL: url, Secret: sealed}
		if exists {
			d.PutEndpoint(endpoint)
		} else {
			d.AddEndpoint(endpoint, r.now.UnixMicro())
		}
		d.audit(actorOperator, "partner.endpoint_set", part, name, "", "")
		return d, nil
	})
}

// RemoveEndpoint stops telling a partner at a name; one that is not there is
// no error.
func (c *Core) RemoveEndpoint(ctx context.Context, part, name string) error {
	return c.decide(ctx, func(r reading) (*draft, error) {
		if _, exists, err := r.Endpoint(part, name); err != nil || !exists {
			return nil, err
		}
		d := c.quiet(r, part)
		d.DropEndpoint(part, name)
		d.audit(actorOperator, "partner.endpoint_removed", part, name, "", "")
		return d, nil
	})
}
