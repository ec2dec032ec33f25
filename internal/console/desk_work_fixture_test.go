package console

import (
	"slices"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// workingDesk is the broker's desk with long texts, every kind of control, and
// offers that can be told apart.
func workingDesk(t testing.TB) *fakeDesk {
	t.Helper()
	f := brokersDesk(t)
	f.lines[0].Questions = append(f.lines[0].Questions, moreQuestions()...)
	for n := range f.inquiries {
		i := &f.inquiries[n]
		i.Line = f.lines[0]
		if len(i.Offers) == 0 || i.Status == core.InquiryTendering {
			continue
		}
		i.Offers[0].Working = deskWorking()
		tendered := deskOffer("o5", "Donaudampf", 58000)
		tendered.Tendered, tendered.Note = true, "Nur mit Alarmanlage; bitte Nachweis beilegen."
		tendered.Deductible, tendered.Interval = euros(0), insurance.Months(3)
		tendered.Premium.Gross = euros(14500)
		tendered.Product.Coverages = append(tendered.Product.Coverages, insurance.Coverage{
			Name: both("Schlüsselverlust", "Loss of keys"), Limit: both("bis 50.000 €", "up to €50,000"),
		})
		i.Offers = append(i.Offers, tendered)
	}
	return f
}

// at the work: the inquiry of a status, to be changed by a test.
func (f *fakeDesk) inquiryIn(id int64) *core.Inquiry { return &f.inquiries[f.at(id)] }

func moreQuestions() []insurance.Question {
	section := both("Technik", "Technology")
	question := func(name, de, en string, kind insurance.AttributeKind) insurance.Question {
		return insurance.Question{Attribute: insurance.Attribute{Name: name, Kind: kind, Label: both(de, en)}, Section: section}
	}
	parts := question(insurance.AttributePartTime, "Teilzeitkräfte", "Part-time employees", insurance.AttributeWhole)
	parts.Default = "0"
	backups := question("backups", "Werden wöchentlich Sicherungen gemacht und getrennt aufbewahrt?", "Are backups made weekly and kept apart?", insurance.AttributeFlag)
	backups.Help = both("Auch eine Sicherung bei einem Dienstleister zählt.", "A backup at a provider counts, too.")
	region := question("region", "Region", "Region", insurance.AttributeText)
	region.Options, region.Required = []string{"Nord", "Ost", "Süd", "West", "Mitte", "Übersee", "anderswo"}, true
	sprinklers := question("sprinklers", "Sprinkler", "Sprinklers", insurance.AttributeConfirmation)
	website := question("website", "Internetauftritt", "Website", insurance.AttributeText)
	return []insurance.Question{parts, backups, region, sprinklers, website}
}

func deskWorking() insurance.Working {
	return insurance.Working{Steps: []insurance.Step{
		{Kind: insurance.StepBase, Label: "BHV_Nordlicht", Key: "12M", Exact: "350", Result: "350"},
		{Kind: insurance.StepFactor, Label: "class", Key: "B", By: "1.15", Exact: "402.5", Result: "402.5"},
		{Kind: insurance.StepFactor, Label: "odd", Key: "x", By: "1.0399751552", Exact: "418.590000", Result: "418.5899999680"},
		{Kind: insurance.StepNet, Exact: "418.589999968", Result: "418.59", Rounding: insurance.RoundNet},
		{Kind: insurance.StepTax, Label: "Insurance premium tax", By: "0.19", Exact: "79.5321", Result: "79.53", Rounding: insurance.RoundTax},
		{Kind: insurance.StepGross, Exact: "498.12", Result: "498.12"},
	}}
}

// filledInAll is a questionnaire that is complete, as pairs of name and value.
func filledInAll(changes ...string) []string {
	fields := []string{
		"version", "3", insurance.AttributeProfession, "12", insurance.AttributeRevenue, "250.000",
		insurance.AttributeFullTime, "3", "abroad", "false", insurance.AttributeSumInsured, "3000000",
		insurance.AttributeStartsOn, "1.12.2026", insurance.AttributeInterval, "12", "region", "Nord",
	}
	for n := 0; n < len(changes); n += 2 {
		if at := slices.Index(fields, changes[n]); at >= 0 {
			fields[at+1] = changes[n+1]
		} else {
			fields = append(fields, changes[n], changes[n+1])
		}
	}
	return fields
}
