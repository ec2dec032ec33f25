package catalogue_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
)

func TestFindVersionFindsWhatIsOnSaleAndNoOther(t *testing.T) {
	t.Parallel()
	c := load(t, files(map[string]string{
		"hepster/1.yaml": version(t, "1", "{from: 2025-01-01}"),
		"hepster/2.yaml": version(t, "2", "{from: 2026-03-01, until: 2026-06-30}"),
		"hepster/4.yaml": version(t, "4", "{from: 2026-08-01}"),
	}))
	for day, onSale := range map[string]int{
		"2024-12-31": 0, "2025-01-01": 1, "2026-02-28": 1, "2026-03-01": 2, "2026-06-30": 2,
		"2026-07-15": 0, "2026-08-01": 4,
	} {
		for asked := range 6 {
			product, tariff, ok := c.FindVersion("hepster", "hep_repair_599,99", asked, insurance.MustDate(day))
			want := onSale
			if asked != 0 && asked != onSale {
				want = 0
			}
			if product.Version != want || ok != (want != 0) || ok != (tariff.Code == "HEP_Repair_599,99") {
				t.Errorf("version %d on %s is %d of %q, not %d", asked, day, product.Version, tariff.Code, want)
			}
		}
	}
	if _, _, ok := c.FindVersion("xcover", "HEP_Repair_599,99", 1, insurance.MustDate("2025-01-01")); ok {
		t.Error("a tariff of another family was found")
	}
}

// listing is the types of a family in one line each.
func listing(c *catalogue.Catalogue, family string) []string {
	var lines []string
	for _, listed := range c.Types(family) {
		line := listed.Tariff.Code + " of"
		for _, p := range listed.Versions {
			line += fmt.Sprintf(" %s-%d", p.Code, p.Version)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestTypesAreEveryTariffWithItsVersions(t *testing.T) {
	t.Parallel()
	gone := replace(t, version(t, "2", "{from: 2026-01-01}"), "HEP_Repair_299,99", "HEP_Repair_Small_299,99")
	gone = replace(t, gone, "    price: {above: 299.99}\n", "")
	// Another product that sold one of the codes before.
	before := replace(t, version(t, "7", "{from: 2021-01-01, until: 2024-12-31}"), "code: HEP_Repair\n", "code: HEP_Z\n")
	c := load(t, files(map[string]string{
		"hepster/1.yaml":   version(t, "1", "{from: 2025-01-01}"),
		"hepster/2.yaml":   gone,
		"hepster/10.yaml":  version(t, "10", "{from: 2027-01-01}"),
		"hepster/old.yaml": before,
		"xcover/a.yaml":    sample(t, "xcover/event-ticket-protection.yaml"),
	}))
	want := []string{
		"HEP_Repair_299,99 of HEP_Repair-10 HEP_Repair-1 HEP_Z-7",
		"HEP_Repair_599,99 of HEP_Repair-10 HEP_Repair-2 HEP_Repair-1 HEP_Z-7",
		"HEP_Repair_999,99 of HEP_Repair-10 HEP_Repair-2 HEP_Repair-1 HEP_Z-7",
		"HEP_Repair_1499,99 of HEP_Repair-10 HEP_Repair-2 HEP_Repair-1 HEP_Z-7",
		"HEP_Repair_Small_299,99 of HEP_Repair-2",
	}
	for range 3 {
		if got := listing(c, "hepster"); !slices.Equal(got, want) {
			t.Fatalf("hepster is offered %q", got)
		}
	}
	if got := listing(c, "xcover"); !slices.Equal(got, []string{"event_ticket_protection of ETIX01-1"}) {
		t.Errorf("xcover is offered %q", got)
	}
	if got := c.Types("nobody"); len(got) != 0 {
		t.Errorf("nobody is offered %d types", len(got))
	}
}

func TestATypeShowsTheTariffOfItsNewestVersion(t *testing.T) {
	t.Parallel()
	newer := replace(t, version(t, "2", "{from: 2026-01-01}"), "{12M: 14.90,", "{12M: 15.90,")
	c := load(t, files(map[string]string{"h/1.yaml": version(t, "1", "{from: 2025-01-01}"), "h/2.yaml": newer}))
	if net := c.Types("h")[0].Tariff.Terms[0].Net.String(); net != "15.9" {
		t.Errorf("the tariff shown costs %s", net)
	}
}

// TestBundlesAgreeAcrossFiles goes through bundles that are right in each file
// and wrong between them.
func TestBundlesAgreeAcrossFiles(t *testing.T) {
	t.Parallel()
	parcel, device := sample(t, parcels+".yaml"), sample(t, devices+".yaml")
	later := sample(t, devices+"-2.yaml")
	at := func(source, code string) string { return position(t, source, code) }
	const own, partner = "device_subscription, parcel_insurance]", "parcel_insurance]"
	clash := func(seller string) string {
		return "x/p.yaml:" + at(parcel, own) + ": bundles[0].tariffs[0] device_subscription is sold without the same bundle device-and-delivery in " + seller
	}
	back := "x/d.yaml:" + at(device, partner) + ": bundles[0].tariffs[1] parcel_insurance is sold without the same bundle device-and-delivery in x/p.yaml"
	for _, row := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"alike", map[string]string{"x/p.yaml": parcel, "x/d.yaml": device, "x/e.yaml": later}, nil},
		{"other order", map[string]string{"x/p.yaml": parcel, "x/d.yaml": replace(t, device,
			"[device_subscription, parcel_insurance]", "[parcel_insurance, device_subscription]")}, nil},
		{"alone", map[string]string{"x/p.yaml": parcel}, []string{
			"x/p.yaml:" + at(parcel, own) + ": bundles[0].tariffs[0] device_subscription is not sold by x at the same time"}},
		{"in two families", map[string]string{"x/p.yaml": parcel, "h/d.yaml": device}, []string{
			"h/d.yaml:" + at(device, partner) + ": bundles[0].tariffs[1] parcel_insurance is not sold by h at the same time",
			"x/p.yaml:" + at(parcel, own) + ": bundles[0].tariffs[0] device_subscription is not sold by x at the same time"}},
		{"other discount", map[string]string{"x/p.yaml": parcel, "x/d.yaml": replace(t, device, "discount: 10%", "discount: 9%")}, []string{
			back, clash("x/d.yaml")}},
		{"other name", map[string]string{"x/p.yaml": parcel, "x/d.yaml": replace(t, device, "Device and delivery}", "Device and parcel}")}, []string{
			back, clash("x/d.yaml")}},
		{"in one version only", map[string]string{"x/p.yaml": parcel, "x/d.yaml": device, "x/e.yaml": replace(t, later,
			"  - code: device-and-delivery\n", "  - code: another\n")}, []string{
			"x/e.yaml:" + at(later, partner) + ": bundles[0].tariffs[1] parcel_insurance is sold without the same bundle another in x/p.yaml",
			clash("x/e.yaml")}},
		{"at another time", map[string]string{
			"x/p.yaml": replace(t, parcel, "{from: 2025-01-01}", "{from: 2025-01-01, until: 2027-12-31}"), "x/e.yaml": later}, []string{
			"x/e.yaml:" + at(later, partner) + ": bundles[0].tariffs[1] parcel_insurance is not sold by x at the same time",
			"x/p.yaml:" + at(parcel, own) + ": bundles[0].tariffs[0] device_subscription is not sold by x at the same time"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range catalogue.Validate(files(row.files)) {
				got = append(got, p.String())
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("got %q\nwant %q", got, row.want)
			}
		})
	}
}
