package hepster

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// Told are the events that hepster's webhook has a form for: what became of
// an order. A partner reads the rest from the list of contracts.
func (d *Dialect) Told() []core.EventType {
	return []core.EventType{core.EventOrderBooked, core.EventOrderRefused}
}

// Asked is nothing: every partner is told the same.
func (d *Dialect) Asked(core.Partner) []core.EventType { return nil }

// Tell writes the webhook for an event of Told, in the published snake case.
func (d *Dialect) Tell(n core.Notice) (dialect.Message, error) {
	switch n.Event.Type {
	case core.EventOrderBooked:
		return tellBooked(n)
	case core.EventOrderRefused:
		return tellRefused(n)
	}
	return dialect.Message{}, fmt.Errorf("hepster has no webhook for %s", n.Event.Type)
}

// Sign adds nothing: no way to sign was published, and ours is on every message.
func (d *Dialect) Sign(core.Notice, []byte, core.EndpointKey, time.Time) http.Header { return nil }

// Tries leaves the number of tries to the courier.
func (d *Dialect) Tries(core.Partner) int { return 0 }

// Delivered takes every status from 200 to 299 for an acceptance.
func (d *Dialect) Delivered(status int) bool { return 200 <= status && status <= 299 }

func tellBooked(n core.Notice) (dialect.Message, error) {
	var booked core.OrderBooked
	if err := n.Event.Decode(&booked); err != nil {
		return dialect.Message{}, err
	}
	body := wireBooked{
		wireMessages: wireMessages{
			Status:   statusOK,
			Messages: []wireMessage{{Message: "OK", Type: "info"}},
		},
		OrderReference: booked.Reference,
		Contracts:      make([]wireBoundContract, len(booked.Policies)),
	}
	for i, policy := range booked.Policies {
		premium, err := insurance.ParseMoney(policy.Gross, insurance.Currency(policy.Currency))
		if err != nil {
			return dialect.Message{}, fmt.Errorf("premium of %s: %w", policy.CertificateNumber, err)
		}
		body.Contracts[i] = wireBoundContract{
			Product:           policy.ProductName.In(languageOf(n.Partner)),
			CertificateNumber: policy.CertificateNumber,
			ContractStartDate: policy.InceptionOn,
			ContractPremium:   amount(premium),
		}
	}
	return message(body)
}

// productNotFound is what the published sample of the webhook says where the
// published table says 1002.
const productNotFound = 1005

func tellRefused(n core.Notice) (dialect.Message, error) {
	var refused core.OrderRefused
	if err := n.Event.Decode(&refused); err != nil {
		return dialect.Message{}, err
	}
	id, text := refusedAs(n.Partner, refused.Code)
	body := wireRefused{
		wireMessages: wireMessages{
			Status:   wireStatus{ID: id},
			Messages: []wireMessage{{Message: text, Type: "error"}},
		},
	}
	if n.Partner.Switch(switchStrictSample, "") != "true" {
		body.OrderReference = refused.Reference
	}
	return message(body)
}

// refusedAs is id and text of a refusal. The webhook writes "not found" small
// where the table of codes does not.
func refusedAs(p core.Partner, code insurance.Code) (int, string) {
	switch code {
	case insurance.CodeProductUnknown:
		if p.Switch(switchProductNotFound, "") == strconv.Itoa(codeProductNotFound) {
			return codeProductNotFound, "Product not found"
		}
		return productNotFound, "Product not found"
	case insurance.CodeCoverageUnknown:
		return codeCoverageNotFound, "Coverage not found"
	case insurance.CodeInvalid, insurance.CodeKeyConflict:
		return codeInvalid, invalidMessage
	}
	return codeUnknown, refusals[insurance.CodeInternal].message
}

func message(body any) (dialect.Message, error) {
	text, err := dialect.EncodeJSON(body)
	if err != nil {
		return dialect.Message{}, err
	}
	return dialect.Message{
		Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		Body:   text,
	}, nil
}
