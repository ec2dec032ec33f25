package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	orderPath    = "/services/integrator/partner/v1/order"
	contractPath = "/services/integrator/contracts/"
	lookupPath   = contractPath + "lookup/organisation"
	documentPath = "/services/integrator/documents/"
)

// original is a real policy of the shop, of which there are copies.
type original struct {
	s *sandbox
	// certificate is its number. Copy n is called the same but for the last twelve
	// characters, which are n.
	certificate string
	copies      int64
}

// named is the certificate number of each copy, with serial for its number.
func (t *original) named() string { return t.certificate[:len(t.certificate)-digits] + serial }

// sold starts a sandbox in which the shop has sold a policy. Whoever asks for it
// ends the sandbox.
func (b *bench) sold(ctx context.Context) (*original, error) {
	s, err := b.start(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.sell(ctx, "order", nil)
	if err != nil {
		s.end()
		return nil, err
	}
	return t, nil
}

// lookup is a page of the shop's policies.
type lookup struct {
	Content []struct {
		Certificate string `json:"certificateNumber"`
		Reference   string `json:"externalOrderReference"`
	} `json:"content"`
	Total int64 `json:"totalElements"`
	Pages int64 `json:"totalPages"`
}

// sell has the shop order a sample with other values, and waits until that has
// become a policy.
func (s *sandbox) sell(ctx context.Context, sample string, values map[string]any) (*original, error) {
	reference := "BENCH-" + strconv.FormatInt(time.Now().UnixNano(), 36)
	all := map[string]any{"Contract.externalOrderReference": reference, "insuredObject.serialNumber": reference}
	for place, value := range values {
		all[place] = value
	}
	shop := s.info.Others.Hepster
	order, err := with(shop.Samples[sample], all)
	if err != nil {
		return nil, err
	}
	if err := s.send(ctx, http.MethodPost, orderPath, shop.authorization(), order, nil); err != nil {
		return nil, err
	}
	t := &original{s: s}
	err = until(ctx, "the order is booked", func() (bool, error) {
		page, err := s.lookup(ctx, "size=200")
		for _, policy := range page.Content {
			if policy.Reference == reference {
				t.certificate = policy.Certificate
			}
		}
		return t.certificate != "", err
	})
	return t, err
}

func (s *sandbox) lookup(ctx context.Context, query string) (lookup, error) {
	var page lookup
	err := s.send(ctx, http.MethodGet, lookupPath+"?"+query, s.info.Others.Hepster.authorization(), nil, &page)
	return page, err
}

// copy makes more copies of the original. A crowd of copies is no more than what
// lists and sweeps pass by, and lies spread over days.
func (t *original) copy(ctx context.Context, b *bench, count int64, crowd bool) error {
	var more []string
	if crowd {
		more = append(more, "--crowd")
	}
	_, err := t.clone(ctx, b, count, more...)
	return err
}

// clone makes more copies, and tells how many a second there were.
func (t *original) clone(ctx context.Context, b *bench, count int64, more ...string) (rate float64, err error) {
	args := slices.Concat([]string{"bench", "clone", "--partner", shopName, "--certificate", t.certificate,
		"--first", strconv.FormatInt(t.copies, 10), "--count", strconv.FormatInt(count, 10)}, t.s.stored(), more)
	t.copies += count
	said, err := b.ask(ctx, args...)
	if err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(said), 64)
	if err != nil {
		return 0, fmt.Errorf("covernote bench clone said no time: %w", err)
	}
	return float64(count) / seconds, nil
}

// shopName is the account of the shop, which is told nothing of its own.
const shopName = "hepster-other"

// told has the shop told of events at a URL.
func (s *sandbox) told(ctx context.Context, b *bench, url string) error {
	return b.call(ctx, append([]string{"bench", "tell", "--partner", shopName, "--url", url}, s.stored()...)...)
}

// move moves the sandbox's clock to an instant.
func (s *sandbox) move(ctx context.Context, to time.Time) error {
	body, err := json.Marshal(map[string]string{"now": to.UTC().Format(time.RFC3339Nano)})
	if err != nil {
		return err
	}
	return s.send(ctx, http.MethodPost, "/sandbox/clock", nil, body, nil)
}

// counter reads one of the sandbox's metrics; one that never counted is 0.
func (s *sandbox) counter(ctx context.Context, name string) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+"/metrics", http.NoBody)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	var text bytes.Buffer
	if _, err := text.ReadFrom(response.Body); err != nil {
		return 0, err
	}
	for line := range strings.Lines(text.String()) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, nil
}

// waiting is how long something may take that is waited for.
const waiting = 15 * time.Minute

// until asks again and again until something holds.
func until(ctx context.Context, what string, holds func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, waiting)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		done, err := holds()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until %s: %w", what, ctx.Err())
		case <-tick.C:
		}
	}
}
