package xcover

import (
	"context"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// Core is what the API needs done. Its methods refuse with *insurance.Error.
// Those that are handed a core.Once answer *core.Repeated for a request that
// was answered before under its key.
type Core interface {
	PolicyTypes(context.Context, core.Partner, struct{}) ([]core.PolicyType, error)

	Quote(context.Context, core.Partner, core.PackageWish, core.Once) (core.Package, error)
	Package(context.Context, core.Partner, core.PackageRef) (core.Package, error)
	Amend(context.Context, core.Partner, core.PackageWish, core.Once) (core.Package, error)
	AddQuotes(context.Context, core.Partner, core.PackageWish, core.Once) (core.Package, error)
	DropQuotes(context.Context, core.Partner, core.PackageRef, core.Once) (core.Package, error)
	DeletePackage(context.Context, core.Partner, core.PackageRef, core.Once) (core.Nothing, error)
	OptOut(context.Context, core.Partner, core.PackageRef, core.Once) (core.Nothing, error)

	Book(context.Context, core.Partner, core.BookingWish, core.Once) (core.Package, error)
	BookAtOnce(context.Context, core.Partner, core.InstantWish, core.Once) (core.Package, error)
	ConfirmPayment(context.Context, core.Partner, core.PackageRef, core.Once) (core.Package, error)
	Booking(context.Context, core.Partner, core.PackageRef) (core.Package, error)
	Bookings(context.Context, core.Partner, core.BookingFilter) (core.BookingPage, error)
	SendMail(context.Context, core.Partner, core.MailWish, core.Once) (core.Nothing, error)

	Endorse(context.Context, core.Partner, core.ChangeWish, core.Once) (core.Change, error)
	PreviewEndorsement(context.Context, core.Partner, core.ChangeWish, core.Once) (core.Change, error)
	ConfirmEndorsement(context.Context, core.Partner, core.Confirmation, core.Once) (core.Change, error)
	Cancel(context.Context, core.Partner, core.CancelWish, core.Once) (core.Cancellation, error)
	ConfirmCancellation(context.Context, core.Partner, core.Confirmation, core.Once) (core.Cancellation, error)

	PayRenewal(context.Context, core.Partner, core.RenewalPayment, core.Once) (core.Nothing, error)
	OfferRenewal(context.Context, core.Partner, core.PackageRef, core.Once) (core.RenewalOffer, error)
	ConfirmRenewal(context.Context, core.Partner, core.Confirmation, core.Once) (core.Package, error)
	DeclineRenewal(context.Context, core.Partner, core.PackageRef, core.Once) (core.Nothing, error)

	Instalments(context.Context, core.Partner, core.PackageRef) (core.Schedules, error)
	ReportInstalments(context.Context, core.Partner, core.InstalmentReport, core.Once) (core.Nothing, error)
}

// Dialect is the API. It keeps no state and is safe for concurrent use.
type Dialect struct {
	core Core
	// site is where the pages for customers are, without a slash at the end.
	site string
	// sandbox lets a refused signature be explained.
	sandbox bool
}

var _ dialect.Dialect = (*Dialect)(nil)

// New speaks for a core. site is the base URL of the pages that answers link
// to, such as "https://cover.example", without a slash at the end. In a sandbox
// a refused signature is explained.
func New(c Core, site string, sandbox bool) *Dialect {
	return &Dialect{core: c, site: site, sandbox: sandbox}
}

// Family is core.FamilyXCover.
func (d *Dialect) Family() core.Family { return core.FamilyXCover }
