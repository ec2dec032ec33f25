package load

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// thinksuranceJudge: a failure is a 200 with the word error, and of those one
// says that the session has ended.
func thinksuranceJudge(a Answer) verdict {
	switch {
	case a.Status == http.StatusOK && !bytes.HasPrefix(a.Body, []byte(`{"error"`)):
		return done
	case a.Status >= 200 && a.Status < 500:
		return refused
	}
	return unknown
}

// SignIn gives the bearer token of a session.
func (p Pool) SignIn(ctx context.Context, client *http.Client, base string) (string, error) {
	body := fmt.Appendf(nil, `{"hash":%q,"secret":%q}`, p.Hash, p.Secret)
	answer, err := Send(ctx, client, base, Request{Method: http.MethodPost, Path: "/api/ipn/tokens", Body: body})
	if err != nil {
		return "", err
	}
	var session struct{ Token string }
	if err := json.Unmarshal(answer.Body, &session); err != nil || session.Token == "" {
		return "", fmt.Errorf("sign in: %d %.200s", answer.Status, answer.Body)
	}
	return session.Token, nil
}

// Sign proves that the pool asks, for its account or for its broker.
func (p Pool) Sign(bearer string, broker bool) func(*http.Request) error {
	return func(r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+bearer)
		if broker {
			r.Header.Set("X-Broker-Token", p.BrokerToken)
		} else {
			r.Header.Set("X-Account-Token", p.AccountToken)
		}
		return nil
	}
}

// bearer is the session of this era, which all clients share.
func (d *deed) bearer(ctx context.Context) (string, error) {
	d.crowd.mu.Lock()
	token := d.crowd.session
	d.crowd.mu.Unlock()
	if token != "" {
		return token, nil
	}
	token, err := d.info.Thinksurance.SignIn(ctx, d.crowd.client, d.crowd.Nodes[d.node%len(d.crowd.Nodes)])
	if err != nil {
		return "", err
	}
	d.crowd.mu.Lock()
	defer d.crowd.mu.Unlock()
	d.crowd.session = token
	return token, nil
}

// inquire forwards a broker, enters the desk and mostly has cover ordered.
func (d *deed) inquire(ctx context.Context) {
	d.begin("thinksurance", "inquiry")
	body, err := d.info.Thinksurance.Samples.Vary("forward", map[string]any{
		"cExternalId":         "C-" + d.Name,
		"cLastName":           LastName,
		"cEmail":              Email,
		"iExternalReferences": []any{map[string]any{"origin": "crm", "paramKey": "r", "paramValue": d.Name}},
	})
	if err != nil {
		d.crowd.Findings.Add("answers", d.Name, "%v", err)
		return
	}
	if !d.forward(ctx, body) || !d.enter(ctx, body) {
		return
	}
	d.Booked, d.Stage = true, "created"
	to := []string{"calculated", "proposed", "ordered", "ordered", "ordered"}[d.chance.IntN(5)]
	answer, ok := d.decide(ctx, to, Request{
		Method: http.MethodPost, Path: "/sandbox/inquiries/" + d.Number, Body: fmt.Appendf(nil, `{"to":%q}`, to),
	}, controlJudge)
	if !ok {
		d.wrong(to, answer)
		return
	}
	if d.Stage = to; to == "ordered" {
		d.Contracts = 1
	}
}

// controlJudge is of the sandbox's own controls, which answer 500 to what they
// cannot explain; that is asked again.
func controlJudge(a Answer) verdict {
	switch {
	case a.Status == http.StatusOK:
		return done
	case a.Status >= 400 && a.Status < 500 && a.Status != http.StatusConflict:
		return refused
	}
	return unknown
}

// forward sends a forward until it is acknowledged. Who forwards twice opens one
// inquiry.
func (d *deed) forward(ctx context.Context, body []byte) bool {
	r := Request{
		Method: http.MethodPost, Path: "/api/ipn/brokers/forward", Body: body,
		Sign: func(r *http.Request) error {
			token, err := d.bearer(r.Context())
			if err != nil {
				return err
			}
			return d.info.Thinksurance.Sign(token, true)(r)
		},
	}
	answer, ok := d.decide(ctx, "forward", r, func(a Answer) verdict {
		if a.Status == http.StatusOK && bytes.Contains(a.Body, []byte("not existing or deactivated")) {
			d.crowd.mu.Lock()
			d.crowd.session = ""
			d.crowd.mu.Unlock()
			return unknown
		}
		return thinksuranceJudge(a)
	})
	if !ok {
		d.wrong("forward", answer)
		return false
	}
	var link struct{ URL string }
	_ = json.Unmarshal(answer.Body, &link) // what is none leads nowhere
	_, d.Number, _ = strings.Cut(link.URL, "/desk/enter/")
	return true
}

// enter opens the link of the forward, which leads to the inquiry. A link opens
// once: whoever missed where it led forwards again.
func (d *deed) enter(ctx context.Context, body []byte) bool {
	for range 20 {
		gone := false
		answer, ok := d.decide(ctx, "enter", Request{Method: http.MethodGet, Path: "/desk/enter/" + d.Number}, func(a Answer) verdict {
			switch {
			case a.Status == http.StatusSeeOther:
				return done
			case a.Status == http.StatusGone:
				gone = true
				return refused
			case a.Status >= 400 && a.Status < 500:
				return refused
			}
			return unknown
		})
		if ok {
			page := answer.Header.Get("Location")
			d.Number = page[strings.LastIndexByte(page, '/')+1:]
			return true
		}
		if !gone {
			d.wrong("enter", answer)
			return false
		}
		if !d.forward(ctx, body) {
			return false
		}
	}
	return false
}

// Session signs in at some node.
func (c *Crowd) Session(ctx context.Context) (token string, err error) {
	for _, node := range c.Nodes {
		if token, err = c.Info().Thinksurance.SignIn(ctx, c.client, node); err == nil {
			break
		}
	}
	return token, err
}
