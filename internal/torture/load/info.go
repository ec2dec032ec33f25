package load

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// Info is what a sandbox says of itself: credentials, and samples that succeed.
type Info struct {
	Hepster      Shop   `json:"hepster"`
	XCover       Agency `json:"xcover"`
	Thinksurance Pool   `json:"thinksurance"`
	Others       struct {
		Hepster      Shop   `json:"hepster"`
		XCover       Agency `json:"xcover"`
		Thinksurance Pool   `json:"thinksurance"`
	} `json:"others"`
}

// Samples are request bodies by name.
type Samples map[string]json.RawMessage

// Shop is a partner of hepster's API.
type Shop struct {
	Username, Password string
	WebhookSecret      string `json:"webhook_secret"`
	Samples            Samples
}

// Agency is a partner of XCover's API.
type Agency struct {
	Partner       string
	APIKey        string `json:"api_key"`
	APISecret     string `json:"api_secret"`
	WebhookKey    string `json:"webhook_key"`
	WebhookSecret string `json:"webhook_secret"`
	Samples       Samples
}

// Pool is an account of Thinksurance's API.
type Pool struct {
	Hash, Secret  string
	AccountToken  string `json:"account_token"`
	BrokerToken   string `json:"broker_token"`
	WebhookSecret string `json:"webhook_secret"`
	Samples       Samples
}

// ReadInfo asks a node what it says of itself.
func ReadInfo(ctx context.Context, client *http.Client, base string) (Info, error) {
	answer, err := Send(ctx, client, base, Request{Method: http.MethodGet, Path: "/sandbox/info"})
	if err != nil {
		return Info{}, fmt.Errorf("read the sandbox's credentials: %w", err)
	}
	var info Info
	if err := json.Unmarshal(answer.Body, &info); err != nil || answer.Status != http.StatusOK {
		return Info{}, fmt.Errorf("read the sandbox's credentials: %d %w", answer.Status, err)
	}
	return info, nil
}

// Mark is in every name and address of a person that clients send, in any case of its
// letters, and nowhere else: where it shows, personal data shows.
const Mark = "zzmarkedname"

// LastName and Email are those of every person that clients insure.
const (
	LastName = "Zzmarkedname"
	Email    = Mark + "@example.com"
)

// Secrets are what nobody may find in logs, or in the clear in a database.
func (i Info) Secrets() []string {
	var all []string
	for _, s := range []Shop{i.Hepster, i.Others.Hepster} {
		all = append(all, s.Password, s.WebhookSecret)
	}
	for _, a := range []Agency{i.XCover, i.Others.XCover} {
		all = append(all, a.APISecret, a.WebhookSecret)
	}
	for _, p := range []Pool{i.Thinksurance, i.Others.Thinksurance} {
		all = append(all, p.Secret, p.WebhookSecret)
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// Vary is a sample with some of its members changed. Names lead into objects and
// into the first of a list.
func (s Samples) Vary(name string, changes map[string]any) ([]byte, error) {
	var body any
	if err := json.Unmarshal(s[name], &body); err != nil {
		return nil, fmt.Errorf("read the sample %s: %w", name, err)
	}
	for path, value := range changes {
		if !set(body, path, value) {
			return nil, fmt.Errorf("the sample %s has no place for %s", name, path)
		}
	}
	return json.Marshal(body)
}
