package core

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// previewAge is how long what was shown may be confirmed.
const previewAge = 24 * time.Hour

// What can be shown first and confirmed later.
const (
	previewCancellation = "cancellation"
	previewEndorsement  = "endorsement"
	previewRenewal      = "renewal"
)

// shownPreview is what is kept of something that was shown. It names persons
// by the ids they are recorded under.
type shownPreview struct {
	Holder   string          `json:"holder,omitempty"`
	Quotes   []shownQuote    `json:"quotes"`
	Metadata json.RawMessage `json:"metadata,omitempty"`
	// TransactionID is the partner's own name for the package, if it changes.
	TransactionID *string `json:"transaction_id,omitempty"`
}

type shownQuote struct {
	ID           string            `json:"id"`
	Insured      []string          `json:"insured,omitempty"`
	Tariff       string            `json:"tariff,omitempty"`
	StartsAt     time.Time         `json:"starts_at,omitzero"`
	Term         string            `json:"term,omitempty"`
	PartnerPrice string            `json:"partner_price,omitempty"`
	Attributes   map[string]string `json:"attributes,omitempty"`
}

func (s shownPreview) toCancel() []QuoteToCancel {
	quotes := make([]QuoteToCancel, len(s.Quotes))
	for i, q := range s.Quotes {
		quotes[i].ID = q.ID
	}
	return quotes
}

// keepPreview keeps what was shown under an id of its own.
func (v *revision) keepPreview(kind string, shown shownPreview, suffix string) (id string, until time.Time) {
	id = v.core.Keys.tag(3, suffix, "preview", newID())
	until = v.now().Add(previewAge)
	body, err := json.Marshal(shown)
	if err != nil {
		panic(fmt.Sprintf("core: preview: %v", err)) // strings and times always encode
	}
	v.AddPreview(store.Preview{
		Part: v.part, ID: id, OrderID: v.ID, Kind: kind, OrderVersion: v.order.Version,
		CreatedAt: micros(v.now()), ExpiresAt: micros(until), Body: string(body),
	})
	return id, until
}

// previewed reads what was shown and when. It refuses with CodePackageUnknown
// an id that was never given for this package, and with CodeStale one that has
// expired or whose package has changed since; what was shown is then answered,
// too.
func (v *revision) previewed(r reading, id, kind string) (shown shownPreview, at time.Time, err error) {
	kept, ok, err := r.Preview(v.part, id)
	if err != nil {
		return shown, at, fmt.Errorf("read preview: %w", err)
	}
	if !ok || kept.OrderID != v.ID || kept.Kind != kind {
		return shown, at, unknownPackage()
	}
	if err := json.Unmarshal([]byte(kept.Body), &shown); err != nil {
		return shown, at, fmt.Errorf("read preview %s: %w", id, err)
	}
	switch {
	case v.now().UnixMicro() > kept.ExpiresAt:
		err = insurance.Refuse(insurance.CodeStale, "%s expired at %s", id, instant(kept.ExpiresAt).Format(time.RFC3339))
	case kept.OrderVersion != v.order.Version:
		err = insurance.Refuse(insurance.CodeStale, "the booking has changed since %s was made", id)
	}
	return shown, instant(kept.CreatedAt), err
}

// imagined is a copy of the package in which something can be imagined that is
// not stored.
func (v *revision) imagined() *sale {
	shown := *v.sale
	shown.Content.Quotes = slices.Clone(shown.Content.Quotes)
	shown.files = make(map[string]*file, len(v.files))
	for id, f := range v.files {
		copied := *f
		shown.files[id] = &copied
	}
	return &shown
}

func (s *sale) imagine(f *file, next insurance.Policy) { s.files[f.ID].Policy.Policy = next }

// stale adds to a refusal with CodeStale what would come of it now.
func stale(err error, what string, now insurance.Money) error {
	refused, _ := errors.AsType[*insurance.Error](err)
	return insurance.Refuse(insurance.CodeStale, "%s; %s %s", refused.Detail, what, now)
}
