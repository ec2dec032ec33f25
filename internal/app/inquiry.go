package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// inquiryCommands look after inquiries.
type inquiryCommands struct {
	List  inquiryList  `cmd:"" help:"List the inquiries that were changed last."`
	Offer inquiryOffer `cmd:"" help:"Enter the offer that an insurer has made by hand for an inquiry that is tendered."`
}

type inquiryList struct {
	worked
	Partner string `help:"Short name of an account; all of them if left out."`
	Limit   int    `help:"Most lines per partner." default:"50"`
}

// Run lists the inquiries, without their customers.
func (l *inquiryList) Run(t *terminal) error {
	return l.work(t, func(c *core.Core) error {
		partners, err := l.partners(t, c)
		if err != nil {
			return err
		}
		rows := [][]string{{"INQUIRY", "ACCOUNT", "BROKER", "LINE", "STATUS", "CHANGED", "INSURER", "YEARLY"}}
		for _, p := range partners {
			inquiries, err := c.OperatorInquiries(t.ctx, p.Part, l.Limit)
			if err != nil {
				return err
			}
			for _, i := range inquiries {
				rows = append(rows, inquiryRow(p, i))
			}
		}
		return printTable(t, rows)
	})
}

// partners are those whose inquiries are listed.
func (l *inquiryList) partners(t *terminal, c *core.Core) ([]core.Partner, error) {
	all, err := c.Partners(t.ctx)
	if err != nil {
		return nil, err
	}
	var listed []core.Partner
	for _, p := range all {
		if p.Family == core.FamilyThinksurance && (l.Partner == "" || l.Partner == p.Part) {
			listed = append(listed, p)
		}
	}
	if l.Partner != "" && len(listed) == 0 {
		return nil, fmt.Errorf("no partner %q has inquiries; `covernote partner list` shows them", l.Partner)
	}
	return listed, nil
}

func inquiryRow(p core.Partner, i core.Inquiry) []string {
	line, insurer, yearly := cmp.Or(i.Line.Name.In("en"), strconv.Itoa(i.Line.ID)), "", ""
	if i.Chosen != nil {
		insurer, yearly = i.Chosen.Product.Insurer.Name, i.Chosen.Yearly.String()
	}
	return []string{
		strconv.FormatInt(i.ID, 10), p.Part, cmp.Or(i.Broker.ExternalID, i.Broker.Token), line, string(i.Status),
		i.UpdatedAt.Format(time.RFC3339), insurer, yearly,
	}
}

type inquiryOffer struct {
	worked
	ID         int64  `arg:"" help:"Number of the inquiry."`
	Insurer    int    `help:"Id of the insurer, as its product files have it." required:""`
	Premium    string `help:"Premium of one interval with tax, such as 1200.00." required:""`
	Interval   int    `help:"Months that the premium pays for: 1, 3, 6 or 12." enum:"1,3,6,12" default:"12"`
	SumInsured string `help:"Sum insured; what was asked for if left out."`
	Deductible string `help:"Deductible; what was asked for if left out."`
	StartsOn   string `help:"First day of cover, such as 2027-01-31; what was asked for if left out."`
	Note       string `help:"What the insurer adds, for the broker to read."`
}

// Run enters the offer.
func (o *inquiryOffer) Run(t *terminal) error {
	offer := core.TenderOffer{
		InquiryID: o.ID, InsurerID: o.Insurer, Gross: o.Premium, Interval: insurance.Months(o.Interval),
		SumInsured: o.SumInsured, Deductible: o.Deductible, Note: o.Note,
	}
	if o.StartsOn != "" {
		day, err := insurance.ParseDate(o.StartsOn)
		if err != nil {
			return fmt.Errorf("read --starts-on %q: it is no day such as 2027-01-31", o.StartsOn)
		}
		offer.StartsOn = day
	}
	return o.work(t, func(c *core.Core) error {
		inquiry, err := c.EnterOffer(t.ctx, offer)
		if err != nil {
			return o.refused(t.ctx, c, err)
		}
		_, err = fmt.Fprintf(t.out, "Inquiry %d is %s: the broker finds the offer at the desk.\n", o.ID, inquiry.Status)
		return err
	})
}

// refused says what to do about an offer that was not taken.
func (o *inquiryOffer) refused(ctx context.Context, c *core.Core, err error) error {
	refusal, ok := errors.AsType[*insurance.Error](err)
	if !ok {
		return fmt.Errorf("the offer is not taken: %w", err)
	}
	switch {
	case refusal.Code == insurance.CodeInquiryUnknown:
		return fmt.Errorf("there is no inquiry %d; `covernote inquiry list` shows them", o.ID)
	case refusal.Code == insurance.CodeInsurerUnknown:
		return o.otherInsurers(ctx, c)
	case refusal.Code == insurance.CodeStateForbidden:
		return fmt.Errorf("inquiry %d is %s; an offer is entered while it is tendering, a lead or calculated", o.ID, refusal.Detail)
	case len(refusal.Problems) > 0:
		return fmt.Errorf("the offer is not taken: %s", inFlags(refusal.Problems))
	}
	return fmt.Errorf("the offer is not taken: %w", err)
}

// otherInsurers names those of the inquiry's line, in place of one that is not
// among them.
func (o *inquiryOffer) otherInsurers(ctx context.Context, c *core.Core) error {
	desk, err := c.OperatorDesk(ctx, o.ID)
	if err != nil {
		return err
	}
	inquiry, err := c.DeskInquiry(ctx, desk, o.ID)
	if err != nil {
		return err
	}
	today := insurance.DateIn(desk.Now, desk.Partner.Zone)
	var insurers []string
	for _, p := range c.Catalogue.OnSale(string(desk.Partner.Family), inquiry.Line.ID, today) {
		insurers = append(insurers, fmt.Sprintf("%d (%s)", p.Insurer.ID, p.Insurer.Name))
	}
	return fmt.Errorf("no insurer %d sells what inquiry %d is about; --insurer is one of %s", o.Insurer, o.ID, strings.Join(insurers, ", "))
}

// offerFlags are the fields of an offer as the command line names them.
var offerFlags = map[insurance.Field]string{
	insurance.FieldTenderPrice:                       "--premium",
	insurance.FieldInterval:                          "--interval",
	insurance.FieldInception:                         "--starts-on",
	insurance.FieldDeductible:                        "--deductible",
	insurance.FieldOf(insurance.AttributeDeductible): "--deductible",
	insurance.FieldOf(insurance.AttributeSumInsured): "--sum-insured",
}

// inFlags says what is wrong in the words of the command line.
func inFlags(problems []insurance.Problem) string {
	sentences := make([]string, len(problems))
	for i, p := range problems {
		sentences[i] = cmp.Or(offerFlags[p.Field], string(p.Field)) + " " + p.Detail
	}
	return strings.Join(sentences, "; ")
}

// worked is a database to work on: the configured one, or else a sandbox's.
type worked struct {
	configured
	Database string `help:"SQLite file or postgres:// URL of a sandbox; else the configured database."`
	Data     string `help:"Folder of a sandbox." type:"existingdir"`
}

// work runs a command on a core that does not serve.
func (w worked) work(t *terminal, f func(*core.Core) error) error {
	if dsn := w.sandbox(); dsn != "" {
		return workOnSandbox(t, dsn, f)
	}
	return w.onCore(t, func(c *core.Core, _ Config) error { return f(c) })
}

// sandbox names the database of a sandbox; empty if the configured one is meant.
func (w worked) sandbox() string {
	if w.Database == "" && w.Data != "" {
		return filepath.Join(w.Data, sandboxFile)
	}
	return w.Database
}

// workOnSandbox runs a command beside a sandbox, with its keys and products.
func workOnSandbox(t *terminal, dsn string, f func(*core.Core) error) error {
	if err := exists(dsn); err != nil {
		return err
	}
	return onStore(t, dsn, func(s *store.Store, log *slog.Logger) error {
		if err := s.Ready(t.ctx); err != nil {
			return fmt.Errorf("the database is not ready: %w; covernote sandbox brings it to this version", err)
		}
		mode, err := modeOfDatabase(t.ctx, s)
		if err != nil {
			return err
		}
		if mode != modeSandbox {
			return errors.New("this database is no sandbox's; --config names a live one")
		}
		box, err := sandboxOn(t.ctx, s, log)
		if err != nil {
			return err
		}
		if err := box.build(t.ctx); err != nil {
			return err
		}
		return f(box.node.core)
	})
}
