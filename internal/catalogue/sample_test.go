package catalogue_test

import (
	"io/fs"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// order is a wish for a tariff that leaves everything to the product.
func order(p insurance.Product, tariff, objectType, price string) insurance.Proposal {
	wish := insurance.Proposal{
		Reference: "order-1",
		Policyholder: insurance.Party{
			FirstName: "Ada", LastName: "Beispiel", Country: "DE", Email: "ada@example.com",
		},
		Tariff:      tariff,
		InceptionOn: insurance.MustDate("2026-11-22"),
		Object: insurance.Object{Type: objectType, Attributes: map[string]string{
			insurance.AttributeSerialNumber: "SN-1", insurance.AttributeManufacturer: "Polaria",
			insurance.AttributeModel: "One", insurance.AttributeSalesPrice: price,
			insurance.AttributeUndamaged: "true",
		}},
	}
	if p.WarrantyExtension {
		wish.LegalWarrantyEndOn = insurance.MustDate("2028-11-21")
	}
	return wish
}

func TestSampleIsWithoutFault(t *testing.T) {
	t.Parallel()
	for _, p := range catalogue.Validate(catalogue.Sample()) {
		t.Error(p)
	}
}

func TestAMidRangePhoneCostsFiveFiftySixAMonth(t *testing.T) {
	t.Parallel()
	c := load(t, catalogue.Sample())
	product, tariff, ok := c.Find("hepster", "HEP_Phone_Abo_799,99", insurance.MustDate("2026-11-22"))
	if !ok {
		t.Fatal("no tariff for the phone")
	}
	quote, refused := product.Quote(tariff, order(product, tariff.Code, "phone", "555.0"), noon)
	if refused != nil {
		t.Fatal(refused)
	}
	for what, got := range map[string][2]string{
		"net":      {quote.Premium.Net.String(), "4.67 EUR"},
		"tax":      {quote.Premium.Tax.String(), "0.89 EUR"},
		"gross":    {quote.Premium.Gross.String(), "5.56 EUR"},
		"interval": {quote.Interval.String(), "1M"},
		"term":     {quote.Terms.Term.String(), "1M"},
		"kind":     {string(quote.Terms.Kind), "recurring"},
		"name":     {product.Name.In("de"), "Elektro-Abo-Versicherung"},
	} {
		if got[0] != got[1] {
			t.Errorf("the %s is %s instead of %s", what, got[0], got[1])
		}
	}
}

// TestSampleAnswersOrdersThatLeaveItOpen pins what the sandbox promises.
func TestSampleAnswersOrdersThatLeaveItOpen(t *testing.T) {
	t.Parallel()
	c := load(t, catalogue.Sample())
	for _, row := range []struct{ tariff, object, price, gross, expiry string }{
		{"HEP_Repair_599,99", "Notebook", "599.99", "70.09", "2029-11-21"},
		{"HEP_Repair_599,99", "Phone", "555.0", "84.11", "2029-11-21"},
		{"HEP_Warranty_999,99", "TV", "899", "41.66", "2030-11-21"},
		{"HEP_Bike_1999,99", "EBike", "1800", "11.46", ""},
	} {
		product, tariff, ok := c.Find("hepster", row.tariff, insurance.MustDate("2026-11-22"))
		if !ok {
			t.Errorf("%s is not on sale", row.tariff)
			continue
		}
		quote, refused := product.Quote(tariff, order(product, tariff.Code, row.object, row.price), noon)
		if refused != nil {
			t.Errorf("%s: %v", row.tariff, refused)
			continue
		}
		if quote.Premium.Gross.Decimal() != row.gross || quote.Terms.ExpiryOn.String() != row.expiry {
			t.Errorf("%s costs %s until %s", row.tariff, quote.Premium.Gross, quote.Terms.ExpiryOn)
		}
	}
}

func TestBandsEndWhereTheirCodesSay(t *testing.T) {
	t.Parallel()
	c := load(t, catalogue.Sample())
	product, tariff, _ := c.Find("hepster", "HEP_Repair_599,99", insurance.MustDate("2026-11-22"))
	for price, taken := range map[string]bool{"299.99": false, "300.00": true, "599.99": true, "600.00": false} {
		_, refused := product.Quote(tariff, order(product, tariff.Code, "TV", price), noon)
		if (refused == nil) != taken {
			t.Errorf("%s: %v", price, refused)
		}
	}
}

// TestEverythingOfferedHasAPrice draws from all that the sample offers: it is
// priced without refusal, net and tax make gross, and nothing is free.
func TestEverythingOfferedHasAPrice(t *testing.T) {
	t.Parallel()
	products := load(t, catalogue.Sample()).Products("hepster")
	rapid.Check(t, func(t *rapid.T) {
		product := rapid.SampledFrom(products).Draw(t, "product")
		tariff := rapid.SampledFrom(product.Tariffs).Draw(t, "tariff")
		row := rapid.SampledFrom(tariff.Terms).Draw(t, "term")
		market := rapid.SampledFrom(product.Markets).Draw(t, "market")
		object := rapid.SampledFrom(product.ObjectTypes).Draw(t, "object")
		deductible := rapid.SampledFrom(tariff.Deductibles).Draw(t, "deductible")
		top, err := insurance.ParseMoney(tariff.Band.UpTo.String(), market.Currency)
		if err != nil {
			t.Fatal(err)
		}
		bottom, err := insurance.ParseMoney(tariff.Band.Above.String(), market.Currency)
		if err != nil {
			t.Fatal(err)
		}
		price := insurance.Money{
			Minor: rapid.Int64Range(bottom.Minor+1, top.Minor).Draw(t, "price"), Currency: market.Currency,
		}
		wish := order(product, tariff.Code, object.Code, price.Decimal())
		wish.Policyholder.Country = market.Country
		wish.Kind = rapid.SampledFrom(row.Kinds).Draw(t, "kind")
		wish.Term, wish.Deductible = row.Term, &deductible
		ahead := rapid.IntRange(-product.MaxBehind, 365).Draw(t, "days ahead")
		wish.InceptionOn = wish.InceptionOn.AddDays(ahead)

		if problems := wish.Check(&product, insurance.MustDate("2026-11-22")); len(problems) > 0 {
			t.Fatal(problems)
		}
		quote, refused := product.Quote(tariff, wish, noon)
		if refused != nil {
			t.Fatal(refused)
		}
		p := quote.Premium
		if p.Net.Add(p.Tax) != p.Gross || p.Net.Minor <= 0 || p.Tax.Minor <= 0 || p.Commission.Cmp(p.Net) >= 0 {
			t.Fatalf("%s + %s = %s, commission %s", p.Net, p.Tax, p.Gross, p.Commission)
		}
	})
}

// TestSampleKnowsWhoMayEndWhat pins the table of reasons.
func TestSampleKnowsWhoMayEndWhat(t *testing.T) {
	t.Parallel()
	for _, product := range load(t, catalogue.Sample()).Products("hepster") {
		var listed, partners []insurance.Reason
		for _, rule := range product.Cancellation.Reasons {
			listed = append(listed, rule.Reason)
			if rule.PartnerMay {
				partners = append(partners, rule.Reason)
			}
		}
		want := []insurance.Reason{
			insurance.ReasonWithdrawal, insurance.ReasonOrdinary, insurance.ReasonOrderCancelled,
			insurance.ReasonItemReturned, insurance.ReasonItemSold, insurance.ReasonDuplicate,
		}
		every := insurance.Reasons()
		if !product.Offers(insurance.KindRecurring) {
			ordinary := func(r insurance.Reason) bool { return r == insurance.ReasonOrdinary }
			want, every = slices.DeleteFunc(want, ordinary), slices.DeleteFunc(every, ordinary)
		}
		if !slices.Equal(partners, want) {
			t.Errorf("%s: partners may declare %v", product.Code, partners)
		}
		slices.Sort(listed)
		slices.Sort(every)
		if !slices.Equal(listed, every) {
			t.Errorf("%s knows the reasons %v", product.Code, listed)
		}
	}
}

func TestSampleIsTheSandboxsAndNothingElse(t *testing.T) {
	t.Parallel()
	var found []string
	for _, pattern := range []string{"*/*.yaml", "*/*/*.yaml"} {
		some, err := fs.Glob(catalogue.Sample(), pattern)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, some...)
	}
	slices.Sort(found)
	want := []string{
		"hepster/bike.yaml", "hepster/phone-subscription.yaml", "hepster/repair.yaml", "hepster/warranty-extension.yaml",
		"thinksurance/bergfried-contents.yaml", "thinksurance/bergfried-cyber.yaml", "thinksurance/bergfried-liability.yaml",
		"thinksurance/hafenlicht-contents.yaml", "thinksurance/hafenlicht-cyber.yaml", "thinksurance/hafenlicht-liability.yaml",
		"thinksurance/kontorwerk-contents.yaml", "thinksurance/kontorwerk-cyber.yaml", "thinksurance/kontorwerk-liability.yaml",
		"thinksurance/lindenhof-contents.yaml", "thinksurance/lindenhof-cyber.yaml",
		"thinksurance/lines/contents.yaml", "thinksurance/lines/cyber.yaml", "thinksurance/lines/liability.yaml",
		"thinksurance/professions.yaml", "thinksurance/rheinbogen-cyber.yaml", "thinksurance/rheinbogen-liability.yaml",
		"xcover/device-subscription-2.yaml", "xcover/device-subscription.yaml", "xcover/event-ticket-protection.yaml",
		"xcover/parcel-insurance.yaml",
	}
	if !slices.Equal(found, want) {
		t.Errorf("the sample holds %v", found)
	}
	for _, product := range load(t, catalogue.Sample()).Products("hepster") {
		if product.MaxBehind != 28 || (product.MaxAhead != 365) != product.WarrantyExtension {
			t.Errorf("%s begins up to %d days behind and %d ahead", product.Code, product.MaxBehind, product.MaxAhead)
		}
	}
}
