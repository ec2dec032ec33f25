package app

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// hepsterSamples are order bodies that succeed as they stand at the sandbox's
// time. They are written as a partner writes them, key for key.
type hepsterSamples struct {
	Order             sampleOrder `json:"order"`
	Subscription      sampleOrder `json:"subscription"`
	WarrantyExtension sampleOrder `json:"warranty_extension"`
}

type sampleOrder struct {
	PolicyHolder  sampleHolder   `json:"policyHolder"`
	Contract      sampleContract `json:"Contract"`
	InsuredObject sampleObject   `json:"insuredObject"`
}

type sampleHolder struct {
	LegalEntity string `json:"insuredLegalEntity"`
	VATID       string `json:"VATId"`
	TaxID       string `json:"taxId"`
	FirstName   string `json:"insuranceUserFirstName"`
	LastName    string `json:"insuranceUserLastName"`
	Country     string `json:"country"`
	Email       string `json:"email"`
}

type sampleContract struct {
	Reference        string  `json:"externalOrderReference"`
	Start            string  `json:"contractStart"`
	End              *string `json:"contractEnd"`
	LegalWarrantyEnd *string `json:"legalwarrantyEnd"`
	ProductCode      string  `json:"productCode"`
	Type             string  `json:"type,omitempty"`
	Duration         string  `json:"duration"`
	CostSharing      int     `json:"costsharing"`
}

type sampleObject struct {
	SerialNumber string      `json:"serialNumber"`
	ObjectType   string      `json:"objectType"`
	SalesPrice   json.Number `json:"itemsalesPrice"`
	Manufacturer string      `json:"manufacturer"`
	Model        string      `json:"model"`
	Undamaged    bool        `json:"undamagedConfirmed"`
}

// berlin is where the samples' days begin.
var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return time.UTC
	}
	return zone
}()

// samplesFor are the samples at a business time.
func samplesFor(now time.Time) hepsterSamples {
	today := insurance.DateIn(now, berlin)
	stamp := strings.ReplaceAll(today.String(), "-", "")
	warrantyEnd := today.AddMonths(24).AddDays(-1).String()
	holder := sampleHolder{FirstName: "Muster", LastName: "Mustername", Country: "DE", Email: "placeholder@mail.de"}
	contract := func(name string, c sampleContract) sampleContract {
		c.Reference, c.Start = name+"-"+stamp, today.String()
		return c
	}
	return hepsterSamples{
		Order: sampleOrder{
			holder, contract("ORDER", sampleContract{ProductCode: "HEP_Repair_599,99", Duration: "3Y", CostSharing: 10}),
			sampleObject{"8C555625", "Notebook", "555.0", "HP", "HP OmniBook 5 Flip 14", true},
		},
		Subscription: sampleOrder{
			holder, contract("SUBSCRIPTION", sampleContract{
				ProductCode: "HEP_Phone_Abo_799,99", Type: "recurring", Duration: "1M", CostSharing: 10,
			}),
			sampleObject{"356938035643809", "Phone", "555.0", "Fairphone", "Fairphone 6", true},
		},
		WarrantyExtension: sampleOrder{
			holder, contract("WARRANTY", sampleContract{
				ProductCode: "HEP_Warranty_999,99", Type: "fix", Duration: "24M", LegalWarrantyEnd: &warrantyEnd,
			}),
			sampleObject{"TV-55-0042", "TV", "899.0", "Loewe", "We. SEE 55", true},
		},
	}
}
