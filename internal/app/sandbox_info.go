package app

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// sandboxInfo is sandbox.json: everything an integrator's script needs.
type sandboxInfo struct {
	URL          string             `json:"url"`
	ClockURL     string             `json:"clock_url"`
	InboxURL     string             `json:"inbox_url"`
	Hepster      hepsterAccess      `json:"hepster"`
	XCover       xcoverAccess       `json:"xcover"`
	Thinksurance thinksuranceAccess `json:"thinksurance"`
	Others       othersInfo         `json:"others"`
}

type hepsterAccess struct {
	BaseURL       string         `json:"base_url"`
	Username      string         `json:"username"`
	Password      string         `json:"password"`
	WebhookSecret string         `json:"webhook_secret,omitempty"`
	Samples       hepsterSamples `json:"samples"`
}

// othersInfo is a second partner of each API, so that separation can be tried.
type othersInfo struct {
	Hepster      hepsterAccess      `json:"hepster"`
	XCover       xcoverAccess       `json:"xcover"`
	Thinksurance thinksuranceAccess `json:"thinksurance"`
}

// infoNow is the info at the sandbox's current time.
func (b *sandbox) infoNow(ctx context.Context) (sandboxInfo, error) {
	now, err := b.node.core.Now(ctx)
	if err != nil {
		return sandboxInfo{}, err
	}
	pool, err := b.thinksuranceAccess(ctx, thinksurancePool)
	if err != nil {
		return sandboxInfo{}, err
	}
	other, err := b.thinksuranceAccess(ctx, thinksuranceOther)
	return sandboxInfo{
		URL: b.baseURL, ClockURL: b.baseURL + "/sandbox/clock", InboxURL: b.baseURL + inboxPath,
		Hepster: b.hepsterAccess(hepsterShop, now), XCover: b.xcoverAccess(xcoverShop, now), Thinksurance: pool,
		Others: othersInfo{
			Hepster: b.hepsterAccess(hepsterOther, now), XCover: b.xcoverAccess(xcoverOther, now), Thinksurance: other,
		},
	}, err
}

func (b *sandbox) hepsterAccess(a account, now time.Time) hepsterAccess {
	access := hepsterAccess{
		BaseURL: b.baseURL, Username: b.username(a), Password: b.password(a), Samples: samplesFor(now),
	}
	if a.told {
		access.WebhookSecret = b.webhookSecret(a)
	}
	return access
}

// writeFile writes sandbox.json whole or not at all; it holds credentials, so
// that only its owner may read it.
func (b *sandbox) writeFile(ctx context.Context) error {
	info, err := b.infoNow(ctx)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(info, "", "  ")
	if err != nil {
		return fmt.Errorf("write sandbox.json: %w", err)
	}
	path := filepath.Join(b.folder, "sandbox.json")
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write sandbox.json: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write sandbox.json: %w", err)
	}
	return nil
}
