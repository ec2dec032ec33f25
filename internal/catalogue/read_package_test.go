package catalogue_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
)

func read(t testing.TB, source string) insurance.Product {
	t.Helper()
	product, err := catalogue.Read("x.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return product
}

// TestReadKeepsWhatAPackageSays compares every field that packages brought.
func TestReadKeepsWhatAPackageSays(t *testing.T) {
	t.Parallel()
	ticket, parcel, device := read(t, sample(t, tickets+".yaml")), read(t, sample(t, parcels+".yaml")), read(t, sample(t, devices+".yaml"))
	rate := insurance.MustRate
	kinds := map[string]insurance.AttributeKind{}
	for _, a := range append(ticket.Attributes, parcel.Attributes...) {
		kinds[a.Name] = a.Kind
	}
	for what, pair := range map[string][2]any{
		"category":       {ticket.Category, "tickets"},
		"insured amount": {parcel.InsuredAmount, []string{"cover_amount", "parcel_products.value", "ship_cost"}},
		"ends with":      {ticket.EndsWith, "event_datetime"},
		"quote days":     {device.QuoteDays, 30},
		"no renewal":     {ticket.Renewal, insurance.RenewalRule{}},
		"renewal":        {device.Renewal, insurance.RenewalRule{NoticeDays: 30, GraceDays: 14}},
		"kinds":          {device.Kinds, []insurance.Kind{insurance.KindRenewable}},
		"default term":   {device.Tariffs[0].DefaultTerm, insurance.Months(3)},
		"partner price":  {ticket.Tariffs[0].PartnerMaySetPrice, true},
		"instalments": {ticket.Instalments, []insurance.InstalmentPlan{
			{Name: "1year-monthly", Label: "1Year-Monthly", Parts: 12, Every: insurance.Months(1)},
			{Name: "1year-quarterly", Label: "1Year-Quarterly", Parts: 4, Every: insurance.Months(3)},
		}},
		"bundles": {parcel.Bundles, []insurance.Bundle{{
			Code: "device-and-delivery", Name: insurance.Text{"de": "Gerät und Versand", "en": "Device and delivery"},
			Tariffs: []string{"device_subscription", "parcel_insurance"}, Discount: rate("10%"),
		}}},
		"event": {ticket.Tariffs[0].Terms, []insurance.TermPrice{{
			Share: rate("8%"), Kinds: []insurance.Kind{insurance.KindFixed},
			Prices: map[insurance.Currency]insurance.Price{
				"GBP": {Minimum: rate("1.00")}, "AUD": {Minimum: rate("2.00")}, "USD": {Minimum: rate("1.25")},
				"EUR": {Minimum: rate("1.15")}, "JPY": {Minimum: rate("150")}, "NZD": {Minimum: rate("2.20")},
			},
		}}},
		"term": {parcel.Tariffs[0].Terms[0].Prices["EUR"], insurance.Price{Net: rate("0.45"), Minimum: rate("0.90")}},
		"offer": {device.Offer["en"], insurance.Offer{
			Title: "Device subscription", Header: "Protected for as long as you like",
			Description: "If your device is dropped, gets wet or is stolen, we pay for the repair or for an equivalent device.",
			Inclusions:  []string{"Drops, breakage and liquids", "Theft and robbery"},
			Exclusions:  []string{"Devices lost or left behind", "Wear and scratches", "Data and software"},
			OptOut:      "Without protection you pay for repair and replacement yourself.",
			Disclaimer:  "The terms of insurance apply. You may withdraw for 14 days. Cover goes on only if you pay for the next term.",
			UnderwriterNote: "Underwritten by Eisvogel Versicherung Aktiengesellschaft, Köln. The shop acts as " +
				"intermediary.",
		}},
		"attributes": {kinds, map[string]insurance.AttributeKind{
			"event_datetime": "instant", "event_name": "text", "event_location": "text", "event_country": "country",
			"number_of_tickets": "whole", "total_ticket_price": "amount", "tickets.price": "amounts", "resale_ticket": "flag",
			"from_company_name": "text", "from_country": "country", "from_zipcode": "text", "to_country": "country",
			"to_zipcode": "text", "ship_date": "instant", "ship_cost": "amount", "cover_amount": "amount",
			"parcel_products.sku": "texts", "parcel_products.value": "amounts",
		}},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: read %+v, not %+v", what, pair[0], pair[1])
		}
	}
}

// TestReadLeavesOldFilesAsTheyWere: what packages brought is empty where a
// file does not speak of it.
func TestReadLeavesOldFilesAsTheyWere(t *testing.T) {
	t.Parallel()
	p := read(t, sample(t, "hepster/bike.yaml"))
	brought := insurance.Product{
		Category: p.Category, InsuredAmount: p.InsuredAmount, EndsWith: p.EndsWith, QuoteDays: p.QuoteDays,
		Renewal: p.Renewal, Instalments: p.Instalments, Bundles: p.Bundles, Offer: p.Offer,
	}
	if !reflect.DeepEqual(brought, insurance.Product{}) {
		t.Errorf("there is %+v", brought)
	}
	for _, tariff := range p.Tariffs {
		for _, row := range tariff.Terms {
			if row.Prices != nil || !row.Share.IsZero() || row.Net.IsZero() || tariff.PartnerMaySetPrice {
				t.Errorf("%s: %+v", tariff.Code, row)
			}
		}
	}
}

// TestReadTakesNetAndRatesTogether: a table may say some terms in one way and
// some in the other.
func TestReadTakesNetAndRatesTogether(t *testing.T) {
	t.Parallel()
	source := replace(t, sample(t, "hepster/bike.yaml"), "{1M: 5.90, 12M: 5.20, 24M: 4.95, 36M: 4.75}\n",
		"{1M: 5.90, 12M: 5.20}\n    rates:\n      2Y: {net: 4, share: 0.1%}\n      36M: {share: 0.2%}\n")
	var got []string
	for _, row := range read(t, source).Tariffs[0].Terms {
		got = append(got, fmt.Sprint(row.Term, " ", row.Net, " ", row.Share, " ", row.Kinds))
	}
	want := "[1M 5.9 0 [recurring] 12M 5.2 0 [recurring fixed] 24M 4 0.001 [fixed] 36M 0 0.002 [fixed]]"
	if fmt.Sprint(got) != want {
		t.Errorf("the rows are %v", got)
	}
}
