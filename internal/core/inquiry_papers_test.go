package core

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

// paperOf is the document of a kind of an inquiry, as the desk shows it.
func (o *office) paperOf(i Inquiry, kind DocumentKind) DocumentFile {
	o.t.Helper()
	for _, d := range i.Documents {
		if d.Kind == kind {
			file, err := o.DeskDocument(o.t.Context(), o.desk, i.ID, d.ID)
			o.fatal(err)
			return file
		}
	}
	o.t.Fatalf("there is no %s", kind)
	return DocumentFile{}
}

// renamed gives customer and broker other names, and lets the numbers of the
// broker be others.
func (o *office) renamed() {
	o.t.Helper()
	wish := CustomerWish{Party: salon("").Party}
	wish.Company, wish.BusinessAddress.City = "Other GmbH", "Bonn"
	_, err := o.SaveCustomer(o.t.Context(), o.desk, o.customer, wish)
	o.fatal(err)
	o.forwarded(o.account, ForwardWish{
		Broker: o.broker.Token, Change: BrokerWish{BrokerRegister: "D-OTHER", Party: insurance.Party{Company: "Other"}},
	})
}

// A document says who the people were when it was issued, whether its bytes
// were asked for before they changed their names or after.
func TestDocumentsSayWhoThePeopleWere(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o, unread := h.office("pool"), h.office("unread")
		one, other := o.ordered(), unread.ordered()
		kept := o.paperOf(one, DocumentProposal)
		o.renamed()
		unread.renamed()
		h.clock.advance(time.Hour)
		if again := o.paperOf(one, DocumentProposal); !bytes.Equal(kept.PDF, again.PDF) || len(kept.PDF) < 1000 {
			t.Error("the proposal is another now")
		}
		for _, c := range []struct {
			office *office
			of     Inquiry
		}{{o, one}, {unread, other}} {
			h.view(func(r reading) error {
				told, err := h.inquiryAsOf(r, c.office.account, inquiryName(c.of.ID), c.of.Version)
				if told.Customer.Company != "Salon Muster GmbH" || told.Broker.Company != "Makler T-1" ||
					told.Broker.BrokerRegister != "D-ABCD-12345-67" || !told.Customer.BusinessAddress.IsZero() {
					t.Errorf("it names %s and %s", told.Customer.Company.Reveal(), told.Broker.Company.Reveal())
				}
				return err
			})
			if file := c.office.paperOf(c.of, DocumentCoverOrder); !bytes.HasPrefix(file.PDF, []byte("%PDF-")) ||
				file.Name != "cover_order_"+strconv.FormatInt(c.of.ID, 10)+".pdf" {
				t.Errorf("the order is %s of %d bytes", file.Name, len(file.PDF))
			}
		}
		// What is issued from now on names them anew.
		now := o.ordered()
		if now.Customer.Company != "Other GmbH" || bytes.Equal(o.paperOf(now, DocumentProposal).PDF, kept.PDF) {
			t.Errorf("the new one names %s", now.Customer.Company.Reveal())
		}
	})
}

// Every way to a document opens those of its own inquiries, and tells what
// belongs to others from nothing.
func TestAnothersDocumentsDoNotExist(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		i, another := o.ordered(), o.ordered()
		sibling, stranger := h.officeOf(o.account, "T-2"), h.office("other")
		file := o.paperOf(i, DocumentProposal)
		for name, scope := range map[string]Scope{"broker": {Broker: o.broker.Token}, "account": h.ofAccount(o.account)} {
			got, err := h.InquiryDocument(t.Context(), o.account, DocumentName{Scope: scope, ID: file.ID})
			if err != nil || !bytes.Equal(got.PDF, file.PDF) || got.Kind != DocumentProposal || got.Language != "de" {
				t.Errorf("of the %s: %+v, %v", name, got.InquiryDocument, err)
			}
		}
		words := strings.Split(file.ID, "-")
		guessed := strings.Join(append([]string{words[0], "certificate"}, words[2:]...), "-")
		for _, id := range []string{"", "x", "1-2-3-4", guessed, file.ID[:len(file.ID)-1], file.ID + "0", "9" + file.ID} {
			_, err := h.InquiryDocument(t.Context(), o.account, DocumentName{Scope: h.ofAccount(o.account), ID: id})
			h.refused(err, insurance.CodeDocumentUnknown)
			_, err = h.DeskDocument(t.Context(), o.desk, i.ID, id)
			h.refused(err, insurance.CodeDocumentUnknown)
			_, err = h.LinkedDocument(t.Context(), id, i.DocumentsToken)
			h.refused(err, insurance.CodeDocumentUnknown)
		}
		_, err := h.InquiryDocument(t.Context(), o.account, DocumentName{Scope: Scope{Broker: sibling.broker.Token}, ID: file.ID})
		h.refused(err, insurance.CodeDocumentUnknown)
		_, err = h.InquiryDocument(t.Context(), stranger.account, DocumentName{Scope: h.ofAccount(stranger.account), ID: file.ID})
		h.refused(err, insurance.CodeDocumentUnknown)
		_, err = h.InquiryDocument(t.Context(), stranger.account, DocumentName{Scope: h.ofAccount(o.account), ID: file.ID})
		h.refused(err, insurance.CodeAccountUnknown)
		_, err = h.DeskDocument(t.Context(), o.desk, another.ID, file.ID)
		h.refused(err, insurance.CodeDocumentUnknown)
		for _, from := range []*office{sibling, stranger} {
			_, err = h.DeskDocument(t.Context(), from.desk, i.ID, file.ID)
			h.refused(err, insurance.CodeInquiryUnknown)
		}
	})
}

// The token of an inquiry opens its documents, for thirty days.
func TestLinksToDocuments(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		i, other := o.ordered(), o.ordered()
		file := o.paperOf(i, DocumentProposal)
		opens := func(token string) bool {
			t.Helper()
			got, err := h.LinkedDocument(t.Context(), file.ID, token)
			if err != nil {
				h.refused(err, insurance.CodeDocumentUnknown)
			}
			return err == nil && bytes.Equal(got.PDF, file.PDF)
		}
		if until := day("2026-02-15").Start(o.account.Zone).Add(-time.Second); !i.DocumentsUntil.Equal(until) {
			t.Errorf("they work until %s, want %s", i.DocumentsUntil, until)
		}
		stamp, mac, _ := strings.Cut(i.DocumentsToken, ".")
		later := strconv.FormatInt(i.DocumentsUntil.AddDate(1, 0, 0).Unix(), 36)
		forged := h.Keys.linksToken("other", i.ID, i.DocumentsUntil)
		for _, token := range []string{"", ".", stamp, mac, later + "." + mac, stamp + ".", i.DocumentsToken + "0", other.DocumentsToken, forged} {
			if opens(token) {
				t.Errorf("token %q opens it", token)
			}
		}
		o.at(i.DocumentsUntil.Add(time.Second - time.Microsecond))
		if !opens(i.DocumentsToken) {
			t.Error("it does not open them in the last second")
		}
		o.at(i.DocumentsUntil.Add(time.Second))
		if opens(i.DocumentsToken) || !opens(o.now(i).DocumentsToken) {
			t.Error("it opens them for too long, or no new one does")
		}
	})
}

// What an insurer says of its product can be read before anything is ordered.
func TestDocumentsOfAnOffer(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	i := o.calculated(hairdresser)
	for _, kind := range []DocumentKind{DocumentIPID, DocumentWithdrawal} {
		file, err := h.OfferDocument(t.Context(), o.desk, i.ID, hafenlicht, kind)
		h.fatal(err)
		if !bytes.HasPrefix(file.PDF, []byte("%PDF-")) || file.Name != string(kind)+"_TS_Cyber_Hafenlicht.pdf" {
			t.Errorf("%s is %d bytes", file.Name, len(file.PDF))
		}
	}
	for offer, kind := range map[string]DocumentKind{"4711": DocumentIPID, hafenlicht: DocumentCertificate} {
		_, err := h.OfferDocument(t.Context(), o.desk, i.ID, offer, kind)
		h.refused(err, insurance.CodeDocumentUnknown)
	}
	_, err := h.OfferDocument(t.Context(), h.officeOf(o.account, "T-2").desk, i.ID, hafenlicht, DocumentIPID)
	h.refused(err, insurance.CodeInquiryUnknown)
}

// What a notice leads to is there for whom it was sent to, and only under that
// notice.
func TestWhatANoticeLeadsTo(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o, stranger := h.office("pool"), h.office("other")
		h.deliver(200)
		i := o.ordered()
		var notices []string
		for _, d := range h.deliver(200) {
			notices = append(notices, d.Notice.ID)
		}
		foreign := stranger.ordered()
		var theirs string
		for _, d := range h.deliver(200) {
			theirs = d.Notice.ID
		}
		customer, file := strconv.FormatInt(i.Customer.ID, 10), o.paperOf(i, DocumentProposal)
		for _, notice := range notices {
			for _, id := range []string{i.Policy.ID, i.Policy.CertificateNumber} {
				if told, err := h.ToldPolicy(t.Context(), o.account, Told{Notification: notice, ID: id}); err != nil || told.ID != i.ID {
					t.Errorf("policy %s: %d, %v", id, told.ID, err)
				}
			}
			if told, err := h.ToldCustomer(t.Context(), o.account, Told{Notification: notice, ID: customer}); err != nil || told.ID != i.ID {
				t.Errorf("customer: %d, %v", told.ID, err)
			}
			got, err := h.InquiryDocument(t.Context(), o.account, DocumentName{Notification: notice, ID: file.ID})
			if err != nil || !bytes.Equal(got.PDF, file.PDF) {
				t.Errorf("document: %v", err)
			}
		}
		for _, c := range []struct {
			who                          Partner
			notice, policy, customer, id string
		}{
			{stranger.account, notices[0], i.Policy.ID, customer, file.ID},
			{o.account, theirs, foreign.Policy.ID, strconv.FormatInt(foreign.Customer.ID, 10), file.ID},
			{o.account, "", i.Policy.ID, customer, ""},
			{o.account, "never sent", i.Policy.ID, customer, file.ID},
			{o.account, notices[0], foreign.Policy.ID, strconv.FormatInt(foreign.Customer.ID, 10), "x"},
			{o.account, notices[0], "", "", ""},
		} {
			_, err := h.ToldPolicy(t.Context(), c.who, Told{Notification: c.notice, ID: c.policy})
			h.refused(err, insurance.CodeInquiryUnknown)
			_, err = h.ToldCustomer(t.Context(), c.who, Told{Notification: c.notice, ID: c.customer})
			h.refused(err, insurance.CodeInquiryUnknown)
			if c.notice != "" {
				_, err = h.InquiryDocument(t.Context(), c.who, DocumentName{Notification: c.notice, ID: c.id})
				h.refused(err, insurance.CodeDocumentUnknown)
			}
		}
	})
}

// A fault of ours is not told as a document that is not there.
func TestADocumentThatCannotBeFound(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	file := o.paperOf(o.proposed(), DocumentProposal)
	h.deliver(200)
	notice := h.notices()[0]
	storetest.Exec(t, h.dsn, `UPDATE notice SET subject = 'inquiry/x' WHERE id = $1`, notice.ID)
	_, err := h.InquiryDocument(t.Context(), o.account, DocumentName{Notification: notice.ID, ID: file.ID})
	if insurance.CodeOf(err) != insurance.CodeInternal {
		t.Errorf("got %v", err)
	}
	storetest.Exec(t, h.dsn, `UPDATE notice SET subject = $1 WHERE id = $2`, notice.Subject, notice.ID)
}
