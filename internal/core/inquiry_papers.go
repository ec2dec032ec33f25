package core

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// linksAge is how many days the links to documents work that an answer holds.
const linksAge = 30

// hashSecret is what an account's security hashes are made with that has chosen
// no secret of its own.
func (k Keys) hashSecret(part string) string {
	return hex.EncodeToString(k.derive("security hash", part)[:20])
}

// paper is a document of an inquiry by its name.
type paper struct {
	inquiry int64
	kind    string
	version int64
}

// paperID names a document so that nobody can guess it: inquiry, kind and
// version, and what nobody without the key can make of them.
func (k Keys) paperID(part string, p paper) string {
	name := fmt.Sprintf("%d-%s-%d", p.inquiry, p.kind, p.version)
	return name + "-" + hex.EncodeToString(k.derive("paper", part, name)[:10])
}

// readPaper reads what a name says, whether it is true or not.
func readPaper(id string) (p paper, ok bool) {
	parts := strings.Split(id, "-")
	if len(parts) != 4 {
		return p, false
	}
	inquiry, err := strconv.ParseInt(parts[0], 10, 32)
	version, err2 := strconv.ParseInt(parts[2], 10, 64)
	return paper{inquiry: inquiry, kind: parts[1], version: version}, err == nil && err2 == nil
}

// linksToken opens the links to the documents of an inquiry until the end of a
// day.
func (k Keys) linksToken(part string, inquiry int64, until time.Time) string {
	day := strconv.FormatInt(until.Unix(), 36)
	return day + "." + hex.EncodeToString(k.derive("links", part, strconv.FormatInt(inquiry, 10), day)[:16])
}

// opensLinks tells whether a token opens the documents of an inquiry now.
func (k Keys) opensLinks(part string, inquiry int64, token string, now time.Time) bool {
	day, _, found := strings.Cut(token, ".")
	until, err := strconv.ParseInt(day, 36, 64)
	return found && err == nil && now.Unix() <= until &&
		hmac.Equal([]byte(token), []byte(k.linksToken(part, inquiry, time.Unix(until, 0))))
}

// addPapers adds the documents of an inquiry and of its policy, by the time of
// their issue.
func (c *Core) addPapers(r reading, p Partner, row store.Inquiry, told *Inquiry) error {
	records, err := paperRecords(r, row)
	if err != nil {
		return err
	}
	for _, d := range records {
		told.Documents = append(told.Documents, InquiryDocument{
			ID:   c.Keys.paperID(row.Part, paper{inquiry: row.ID, kind: d.Kind, version: d.Version}),
			Kind: DocumentKind(d.Kind), IssuedAt: instant(d.IssuedAt), Language: insurance.Language(d.Language),
		})
	}
	told.DocumentsUntil = insurance.DateIn(r.now, p.Zone).AddDays(linksAge).End(p.Zone).Add(-time.Second)
	told.DocumentsToken = c.Keys.linksToken(row.Part, row.ID, told.DocumentsUntil)
	return nil
}

// paperRecords are the documents that an inquiry had in its version.
func paperRecords(r reading, row store.Inquiry) ([]store.Document, error) {
	records, err := r.DocumentsOf(row.Part, inquiryName(row.ID))
	records = slices.DeleteFunc(records, func(d store.Document) bool { return d.Version > row.Version })
	if err == nil && row.Content.PolicyID != "" {
		var ofPolicy []store.Document
		ofPolicy, err = r.DocumentsOf(row.Part, row.Content.PolicyID)
		records = append(records, ofPolicy...)
	}
	if err != nil {
		return nil, fmt.Errorf("read documents of inquiry %d: %w", row.ID, err)
	}
	slices.SortStableFunc(records, func(a, b store.Document) int {
		return int(min(1, max(-1, a.IssuedAt-b.IssuedAt)))
	})
	return records, nil
}

// InquiryDocument is a document of an inquiry of a broker or account. It refuses
// with CodeAccountUnknown, CodeBrokerUnknown and CodeDocumentUnknown.
func (c *Core) InquiryDocument(ctx context.Context, p Partner, name DocumentName) (DocumentFile, error) {
	return c.fetch(ctx, name.ID, func(r reading, id int64) (Partner, store.Inquiry, error) {
		if name.Notification != "" {
			account, row, err := c.toldInquiry(r, p, name.Notification)
			if insurance.CodeOf(err) == insurance.CodeInquiryUnknown || err == nil && row.ID != id {
				err = unknownPaper()
			}
			return account, row, err
		}
		account, broker, err := c.within(r, p, name.Scope)
		if err != nil {
			return account, store.Inquiry{}, err
		}
		row, ok, err := r.Inquiry(account.Part, id)
		if err == nil && (!ok || broker != nil && row.Broker != broker.ID) {
			err = unknownPaper()
		}
		return account, row, err
	})
}

// LinkedDocument is a document for whoever has a link to it. It refuses with
// CodeDocumentUnknown what was never issued and a token that does not open it.
func (c *Core) LinkedDocument(ctx context.Context, id, token string) (DocumentFile, error) {
	return c.fetch(ctx, id, func(r reading, inquiry int64) (Partner, store.Inquiry, error) {
		part, ok, err := r.InquiryAnywhere(inquiry)
		if err != nil {
			return Partner{}, store.Inquiry{}, fmt.Errorf("find inquiry: %w", err)
		}
		if !ok || !c.Keys.opensLinks(part, inquiry, token, r.now) {
			return Partner{}, store.Inquiry{}, unknownPaper()
		}
		account, err := c.partner(r, part, "")
		if err != nil {
			return account, store.Inquiry{}, err
		}
		row, ok, err := r.Inquiry(part, inquiry)
		return account, row, needed(ok, err)
	})
}

// DeskDocument is a document of an inquiry of the desk's broker. It refuses with
// CodeInquiryUnknown and CodeDocumentUnknown.
func (c *Core) DeskDocument(ctx context.Context, d Desk, inquiryID int64, documentID string) (DocumentFile, error) {
	return c.fetch(ctx, documentID, func(r reading, id int64) (Partner, store.Inquiry, error) {
		row, err := inquiryAt(r, d, inquiryID)
		if err == nil && id != inquiryID {
			err = unknownPaper()
		}
		return d.Partner, row, err
	})
}

func unknownPaper() *insurance.Error {
	return insurance.Refuse(insurance.CodeDocumentUnknown, "the document does not exist")
}

// fetch is a document by its name; find says whose inquiry it is of.
func (c *Core) fetch(
	ctx context.Context, id string, find func(r reading, inquiry int64) (Partner, store.Inquiry, error),
) (DocumentFile, error) {
	name, ok := readPaper(id)
	if !ok {
		name.inquiry = -1 // and whoever asks is looked at all the same
	}
	var file DocumentFile
	var all []*printed
	err := c.decide(ctx, func(r reading) (*draft, error) {
		account, row, err := find(r, name.inquiry)
		if err != nil {
			return nil, err
		}
		records, err := paperRecords(r, row)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(records, func(d store.Document) bool { return d.Kind == name.kind && d.Version == name.version })
		if i < 0 || !hmac.Equal([]byte(id), []byte(c.Keys.paperID(account.Part, name))) {
			return nil, unknownPaper()
		}
		file = DocumentFile{Name: fileName(name), InquiryDocument: InquiryDocument{
			ID: id, Kind: DocumentKind(name.kind), IssuedAt: instant(records[i].IssuedAt),
			Language: insurance.Language(records[i].Language),
		}}
		var d *draft
		all, d, err = c.printed(r, account, records[i])
		return d, err
	})
	if err != nil {
		return DocumentFile{}, err
	}
	file.PDF = all[0].pdf
	return file, nil
}

func fileName(p paper) string { return fmt.Sprintf("%s_%d.pdf", p.kind, p.inquiry) }

// OfferDocument is what an insurer says of the product of an offer, before
// anything is ordered. It refuses with CodeInquiryUnknown and
// CodeDocumentUnknown.
func (c *Core) OfferDocument(
	ctx context.Context, d Desk, inquiryID int64, offerID string, kind DocumentKind,
) (DocumentFile, error) {
	inquiry, err := c.DeskInquiry(ctx, d, inquiryID)
	if err != nil {
		return DocumentFile{}, err
	}
	i := slices.IndexFunc(inquiry.Offers, func(o Offer) bool { return o.ID == offerID })
	if i < 0 {
		return DocumentFile{}, unknownPaper()
	}
	product := inquiry.Offers[i].Product
	about := document.Information{
		Product: product, Country: product.Markets[0].Country, Language: languageOf(product), IssuedAt: inquiry.UpdatedAt,
		Specimen: c.Sandbox,
	}
	file := DocumentFile{Name: fmt.Sprintf("%s_%s.pdf", kind, product.Code)}
	switch kind {
	case DocumentIPID:
		file.PDF, err = document.RenderInformation(about)
	case DocumentWithdrawal:
		file.PDF, err = document.RenderWithdrawalInstruction(document.WithdrawalInstruction(about))
	default:
		err = unknownPaper()
	}
	return file, err
}
