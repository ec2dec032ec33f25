package core

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// AddAgencyNumbers adds agency numbers to a broker or, without one, to an
// account: all of them or, if one cannot be added, none. A number that is there
// is replaced, so that adding again changes nothing. Of several that want to be
// the first choice the last one is, those from before included. It refuses with
// CodeAccountUnknown, CodeBrokerUnknown, CodeInsurerUnknown and CodeInvalid,
// such as an external id that another number of the account has.
func (c *Core) AddAgencyNumbers(ctx context.Context, p Partner, wish AgencyWish) (Nothing, error) {
	return Nothing{}, c.changeAgency(ctx, p, wish, "agency.added", (*agency).add)
}

// DropAgencyNumbers takes agency numbers away; those that are not there are no
// error. It refuses as AddAgencyNumbers does.
func (c *Core) DropAgencyNumbers(ctx context.Context, p Partner, wish AgencyWish) (Nothing, error) {
	return Nothing{}, c.changeAgency(ctx, p, wish, "agency.dropped", (*agency).drop)
}

// AgencyNumbers lists those of a broker or, without one, of an account, by
// insurer.
func (c *Core) AgencyNumbers(ctx context.Context, p Partner, scope Scope) ([]AgencySet, error) {
	var sets []AgencySet
	err := c.read(ctx, func(r reading) error {
		account, broker, err := c.within(r, p, scope)
		if err != nil {
			return err
		}
		numbers, err := c.agencyNumbers(r, account, ownerOf(broker))
		for _, n := range numbers {
			if last := len(sets) - 1; last < 0 || sets[last].Insurer != nameOfInsurer(n.Insurer) {
				sets = append(sets, AgencySet{Insurer: nameOfInsurer(n.Insurer)})
			}
			set := &sets[len(sets)-1]
			set.Numbers = append(set.Numbers, n)
		}
		return err
	})
	return sets, err
}

// agencyNumbers are those of one owner, by insurer.
func (c *Core) agencyNumbers(r reading, account Partner, owner string) ([]AgencyNumber, error) {
	rows, err := r.AgencyNumbers(account.Part, owner)
	if err != nil {
		return nil, fmt.Errorf("read agency numbers: %w", err)
	}
	insurers := make(map[int]insurance.Insurer)
	for _, i := range c.Catalogue.Insurers(string(account.Family)) {
		insurers[i.ID] = i
	}
	numbers := make([]AgencyNumber, 0, len(rows))
	for _, row := range rows {
		insurer, sells := insurers[int(row.Insurer)]
		if !sells {
			insurer.ID = int(row.Insurer)
		}
		numbers = append(numbers, agencyNumberOf(row, insurer))
	}
	return numbers, nil
}

// ownerOf is whose agency numbers are meant: a broker's, or "" for those of the
// account.
func ownerOf(broker *store.Broker) string {
	if broker == nil {
		return ""
	}
	return broker.ID
}

// nameOfInsurer calls an insurer by all numbers that it has.
func nameOfInsurer(i insurance.Insurer) InsurerName {
	return InsurerName{BaFinID: i.BaFinID, SupervisingAuthorityID: i.SupervisingAuthorityID, ID: strconv.Itoa(i.ID)}
}

// insurer finds who is called by all the numbers of a name. That of a supervisor
// may be either kind: the published text calls both the insurer's BaFin ID.
func (c *Core) insurer(p Partner, name InsurerName) (insurance.Insurer, bool) {
	if name == (InsurerName{}) {
		return insurance.Insurer{}, false
	}
	fits := func(said string, is ...string) bool { return said == "" || slices.Contains(is, said) }
	for _, i := range c.Catalogue.Insurers(string(p.Family)) {
		if fits(name.BaFinID, i.BaFinID) && fits(name.ID, strconv.Itoa(i.ID)) &&
			fits(name.SupervisingAuthorityID, i.SupervisingAuthorityID, i.BaFinID) {
			return i, true
		}
	}
	return insurance.Insurer{}, false
}

// agency is the agency numbers of one owner being changed.
type agency struct {
	account Partner
	owner   string
	// numbers are those that are there, and as they will be.
	before, numbers []store.AgencyNumber
	// touched are the insurers whose numbers change.
	touched []int64
}

func (c *Core) changeAgency(
	ctx context.Context, p Partner, wish AgencyWish, action string, change func(*agency, int64, AgencySet, int) []insurance.Problem,
) error {
	// Those who change the numbers of one owner through this node take turns.
	done, err := c.inHand.begin(ctx, "agency\x00"+wish.Scope.Account+"\x00"+wish.Scope.Broker)
	if err != nil {
		return err
	}
	defer done()
	return c.decide(ctx, func(r reading) (*draft, error) {
		account, broker, err := c.within(r, p, wish.Scope)
		if err != nil {
			return nil, err
		}
		a := &agency{account: account, owner: ownerOf(broker)}
		if a.before, err = r.AgencyNumbers(account.Part, a.owner); err != nil {
			return nil, fmt.Errorf("read agency numbers: %w", err)
		}
		a.numbers = slices.Clone(a.before)
		var problems []insurance.Problem
		for item, set := range wish.Sets {
			insurer, ok := c.insurer(account, set.Insurer)
			if !ok && len(problems) == 0 {
				return nil, onItem(insurance.RefuseField(insurance.CodeInsurerUnknown, insurance.FieldAgencyInsurer, "is not known"), item)
			}
			problems = append(problems, change(a, int64(insurer.ID), set, item)...)
		}
		problems = append(problems, a.bounded()...)
		if err := invalid(problems); err != nil {
			return nil, err
		}
		return c.draftAgency(r, a, action)
	})
}

// add puts the numbers of a set where they belong.
func (a *agency) add(insurer int64, set AgencySet, item int) []insurance.Problem {
	var problems []insurance.Problem
	for _, n := range set.Numbers {
		problems = append(problems, n.check(item)...)
		row := store.AgencyNumber{
			Part: a.account.Part, Owner: a.owner, Insurer: insurer, Number: n.Number, Label: n.Label,
			ExternalInsurerID: n.ExternalInsurerID, ExternalUniqueID: n.ExternalUniqueID, ForTenders: n.ForTenders,
			ForCalculations: n.ForCalculations, CollectionType: string(n.CollectionType), Comment: n.Comment,
			Active: n.Active,
		}
		a.prefer(row)
		i := slices.IndexFunc(a.numbers, func(o store.AgencyNumber) bool { return o.Insurer == insurer && o.Number == n.Number })
		if i < 0 {
			row.Position = a.next()
			a.numbers = append(a.numbers, row)
			continue
		}
		row.Position = a.numbers[i].Position
		a.numbers[i] = row
	}
	return problems
}

// next is the place behind all numbers.
func (a *agency) next() int64 {
	var last int64
	for _, n := range a.numbers {
		last = max(last, n.Position)
	}
	return last + 1
}

// prefer lets a number be the only first choice that it wants to be.
func (a *agency) prefer(row store.AgencyNumber) {
	for i, other := range a.numbers {
		if other.Insurer == row.Insurer {
			a.numbers[i].ForTenders = other.ForTenders && !row.ForTenders
			a.numbers[i].ForCalculations = other.ForCalculations && !row.ForCalculations
		}
	}
}

// check finds what is wrong with one number of a set.
func (n AgencyNumber) check(item int) []insurance.Problem {
	var problems []insurance.Problem
	if n.Number == "" {
		problems = append(problems, insurance.Problem{Item: item, Field: insurance.FieldAgencyNumber, Detail: "is required"})
	}
	return append(problems, checkNames(item, []foreignName{
		{insurance.FieldAgencyNumber, n.Number}, {insurance.FieldAgencyLabel, n.Label},
		{insurance.FieldAgencyExternalID, n.ExternalInsurerID}, {insurance.FieldAgencyExternalID, n.ExternalUniqueID},
		{insurance.FieldAgencyLabel, n.Comment},
	})...)
}

// drop takes away the numbers that a set describes, or all of its insurer.
func (a *agency) drop(insurer int64, set AgencySet, _ int) []insurance.Problem {
	a.numbers = slices.DeleteFunc(a.numbers, func(row store.AgencyNumber) bool {
		return row.Insurer == insurer && (len(set.Numbers) == 0 || slices.ContainsFunc(set.Numbers, func(n AgencyNumber) bool { return n.describes(row) }))
	})
	return nil
}

// describes tells whether all that is said of a number fits.
func (n AgencyNumber) describes(row store.AgencyNumber) bool {
	fits := func(said, is string) bool { return said == "" || said == is }
	return fits(n.Number, row.Number) && fits(n.ExternalInsurerID, row.ExternalInsurerID) &&
		fits(n.ExternalUniqueID, row.ExternalUniqueID)
}

// maxAgencyNumbers is how many one owner may have.
const maxAgencyNumbers = 5000

// bounded finds numbers too many, and external ids that two numbers of the owner
// would have.
func (a *agency) bounded() []insurance.Problem {
	if len(a.numbers) > maxAgencyNumbers {
		return []insurance.Problem{{
			Field: insurance.FieldAgencyNumber, Detail: fmt.Sprintf("would be one of more than %d", maxAgencyNumbers),
		}}
	}
	seen := make(map[string]bool)
	for _, n := range a.numbers {
		if n.ExternalUniqueID != "" && seen[n.ExternalUniqueID] {
			return []insurance.Problem{externalIDTaken()}
		}
		seen[n.ExternalUniqueID] = true
	}
	return nil
}

func externalIDTaken() insurance.Problem {
	return insurance.Problem{Field: insurance.FieldAgencyExternalID, Detail: "is that of another agency number"}
}

// draftAgency drafts what has changed. Whoever changes the numbers of an owner
// and insurer touches the row of both.
func (c *Core) draftAgency(r reading, a *agency, action string) (*draft, error) {
	gone, fresh := difference(a.before, a.numbers), difference(a.numbers, a.before)
	if len(gone)+len(fresh) == 0 {
		return nil, nil
	}
	d := c.quiet(r, a.account.Part)
	if err := a.touch(r, d, slices.Concat(gone, fresh)); err != nil {
		return nil, err
	}
	for _, n := range gone {
		d.DropAgencyNumber(n)
	}
	for _, n := range fresh {
		if n.ExternalUniqueID != "" {
			other, taken, err := r.AgencyNumberByExternalID(n.Part, n.ExternalUniqueID)
			if err != nil {
				return nil, fmt.Errorf("read agency number: %w", err)
			}
			if taken && other.Owner != a.owner {
				return nil, invalid([]insurance.Problem{externalIDTaken()})
			}
		}
		d.PutAgencyNumber(n)
	}
	d.audit(actorPartner(a.account), action, orElse(a.owner, a.account.Part), "", strconv.Itoa(len(a.before)), strconv.Itoa(len(a.numbers)))
	return d, nil
}

// touch claims the row of each insurer whose numbers change.
func (a *agency) touch(r reading, d *draft, changed []store.AgencyNumber) error {
	for _, n := range changed {
		if slices.Contains(a.touched, n.Insurer) {
			continue
		}
		a.touched = append(a.touched, n.Insurer)
		set, ok, err := r.AgencySet(n.Part, a.owner, n.Insurer)
		if err != nil {
			return fmt.Errorf("read agency numbers: %w", err)
		}
		if !ok {
			set = store.AgencySet{Part: n.Part, Owner: a.owner, Insurer: n.Insurer}
		}
		d.TouchAgencySet(set)
	}
	return nil
}

// difference are the numbers that stand in one list as they do not in the other.
func difference(in, out []store.AgencyNumber) []store.AgencyNumber {
	there := make(map[store.AgencyNumber]bool, len(out))
	for _, n := range out {
		there[n] = true
	}
	return slices.DeleteFunc(slices.Clone(in), func(n store.AgencyNumber) bool { return there[n] })
}

func agencyNumberOf(row store.AgencyNumber, insurer insurance.Insurer) AgencyNumber {
	return AgencyNumber{
		Insurer: insurer, Number: row.Number, Label: row.Label, ExternalInsurerID: row.ExternalInsurerID,
		ExternalUniqueID: row.ExternalUniqueID, ForTenders: row.ForTenders, ForCalculations: row.ForCalculations,
		CollectionType: CollectionType(row.CollectionType), Comment: row.Comment, Active: row.Active,
	}
}
