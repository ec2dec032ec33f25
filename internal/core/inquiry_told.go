package core

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/covernote/covernote/internal/store"
)

// toldInquiry is the inquiry that a notice was about. It refuses with
// CodeInquiryUnknown.
func (c *Core) toldInquiry(r reading, p Partner, notification string) (Partner, store.Inquiry, error) {
	accounts, err := c.accounts(r, p)
	if err != nil {
		return Partner{}, store.Inquiry{}, err
	}
	for _, account := range accounts {
		notice, ok, err := r.Notice(account.Part, notification)
		if err != nil {
			return account, store.Inquiry{}, fmt.Errorf("read notice: %w", err)
		}
		id, about := strings.CutPrefix(notice.Subject, refInquiry+"/")
		if !ok || !about {
			continue
		}
		number, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return account, store.Inquiry{}, fmt.Errorf("read subject %s: %w", notice.Subject, err)
		}
		row, ok, err := r.Inquiry(account.Part, number)
		return account, row, needed(ok, err)
	}
	return Partner{}, store.Inquiry{}, unknownInquiry()
}

// ToldPolicy is the inquiry whose policy a notice led to. It refuses with
// CodeInquiryUnknown.
func (c *Core) ToldPolicy(ctx context.Context, p Partner, t Told) (Inquiry, error) {
	return c.ledTo(ctx, p, t, func(i Inquiry) bool {
		return i.Policy != nil && (i.Policy.ID == t.ID || i.Policy.CertificateNumber == t.ID)
	})
}

// ToldCustomer is the inquiry whose customer a notice led to. It refuses with
// CodeInquiryUnknown.
func (c *Core) ToldCustomer(ctx context.Context, p Partner, t Told) (Inquiry, error) {
	return c.ledTo(ctx, p, t, func(i Inquiry) bool { return strconv.FormatInt(i.Customer.ID, 10) == t.ID })
}

func (c *Core) ledTo(ctx context.Context, p Partner, t Told, is func(Inquiry) bool) (Inquiry, error) {
	var told Inquiry
	err := c.read(ctx, func(r reading) error {
		account, row, err := c.toldInquiry(r, p, t.Notification)
		if err != nil {
			return err
		}
		if told, err = c.inquiryOf(r, account, row); err == nil && !is(told) {
			return unknownInquiry()
		}
		return err
	})
	return told, err
}
