package thinksurance

import "encoding/json"

// wireInquiry is an inquiry as answers and pushes tell it. Docs is [] without
// documents, and else wireDocuments or a list of one.
type wireInquiry struct {
	SHash    string       `json:"sHash"`
	Data     wireData     `json:"data"`
	Customer wireCustomer `json:"customer"`
	Docs     any          `json:"docs"`
}

type wireData struct {
	BToken         string          `json:"bToken"`
	BExternalID    string          `json:"bExternalId"`
	IID            int64           `json:"iId"`
	ICreated       string          `json:"iCreated"`
	IUpdated       string          `json:"iUpdated"`
	ProductName    string          `json:"productName"`
	ProductID      int             `json:"productId,omitempty"`
	IndustryName   string          `json:"industryName"`
	IndustryID     int             `json:"industryId,omitempty"`
	ProfessionName string          `json:"professionName"`
	ProfessionID   int             `json:"professionId,omitempty"`
	Status         int             `json:"status"`
	References     []wireReference `json:"iExternalReferences"`
	Employees      wireEmployees   `json:"employees"`
	Revenue        string          `json:"revenue"`
	FoundedOn      string          `json:"bFoundDate"`
	// wireTerms is nil, and its keys are not there, until an offer is proposed.
	*wireTerms
	AgencyNumber *wireAgencyMatch `json:"agencyNumber,omitempty"`
}

type wireReference struct {
	Origin     string `json:"origin"`
	ParamKey   string `json:"paramKey"`
	ParamValue string `json:"paramValue"`
}

type wireEmployees struct {
	Full string `json:"full"`
	Part string `json:"part"`
}

// wireTerms are those of the offer that was proposed or ordered: a percentage,
// amounts in euro, but the premium in cents, a duration in years, an interval
// in months.
type wireTerms struct {
	TaxPercent           json.RawMessage `json:"taxPercent"`
	ContractStartDate    string          `json:"contractStartDate"`
	ContractPayDate      string          `json:"contractPayDate"`
	InsuranceCompanyName string          `json:"insuranceCompanyName"`
	InsuranceCompanyID   int             `json:"insuranceCompanyId,omitempty"`
	Coverage             json.RawMessage `json:"coverage,omitempty"`
	Deductible           json.RawMessage `json:"deductible"`
	PremiumYearly        int64           `json:"premiumYearly"`
	ContractDuration     int             `json:"contractDuration,omitempty"`
	PaymentInterval      int             `json:"paymentInterval"`
}

// wireAgencyMatch is what the partner finds an agency number by.
type wireAgencyMatch struct {
	AgencyNumber      string `json:"agencyNumber"`
	ExternalInsurerID string `json:"externalInsurerId"`
	ExternalUniqueID  string `json:"externalUniqueId"`
}

// wireCustomer has numbers as text where the published example has.
type wireCustomer struct {
	CID                  int64           `json:"cId"`
	CExternalID          string          `json:"cExternalId"`
	CSalutation          string          `json:"cSalutation"`
	CTitle               string          `json:"cTitle"`
	CFirstName           string          `json:"cFirstName"`
	CLastName            string          `json:"cLastName"`
	CBirthday            string          `json:"cBirthday"`
	CEmail               string          `json:"cEmail"`
	CCompany             string          `json:"cCompany"`
	CCompanyForm         string          `json:"cCompanyForm"`
	CStreet              string          `json:"cStreet"`
	CStreetNumber        string          `json:"cStreetNumber"`
	CZip                 string          `json:"cZip"`
	CCity                string          `json:"cCity"`
	CPhone               string          `json:"cPhone"`
	CWebsite             string          `json:"cWebsite"`
	CAccountType         int             `json:"cAccountType"`
	CAddressIsCompany    int             `json:"cAddressIsCompany"`
	CCompanyStreet       string          `json:"cCompanyStreet"`
	CCompanyStreetNumber string          `json:"cCompanyStreetNumber"`
	CCompanyZip          string          `json:"cCompanyZip"`
	CCompanyCity         string          `json:"cCompanyCity"`
	CExternalReferences  []wireReference `json:"cExternalReferences"`
}

type wireDocuments struct {
	Token wireDocumentsToken `json:"docsToken"`
	Files []wireFile         `json:"files"`
}

type wireDocumentsToken struct {
	Token   string `json:"token"`
	Expired string `json:"expired"`
}

type wireFile struct {
	Hash     string `json:"hash"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	MIMEType string `json:"mimeType"`
	Created  string `json:"created"`
	URL      string `json:"url"`
}

// wireShort is an inquiry in a short list.
type wireShort struct {
	Data     wireShortData     `json:"data"`
	Customer wireShortCustomer `json:"customer"`
}

type wireShortData struct {
	IID        int64  `json:"iId"`
	ProductID  int    `json:"productId,omitempty"`
	Status     int    `json:"status"`
	LastUpdate string `json:"lastUpdate"`
}

type wireShortCustomer struct {
	CID         int64  `json:"cId"`
	CExternalID string `json:"cExternalId"`
	CFirstName  string `json:"cFirstName"`
	CLastName   string `json:"cLastName"`
	CCompany    string `json:"cCompany"`
}

// wireContract is the policy that an inquiry became.
type wireContract struct {
	ContractID      string `json:"contractId"`
	InquiryID       int64  `json:"inquiryId"`
	ProductName     string `json:"productName"`
	ProductID       int    `json:"productId,omitempty"`
	ContractEndDate string `json:"contractEndDate"`
	*wireTerms
	AgencyNumber *wireAgencyMatch `json:"agencyNumber,omitempty"`
	Documents    []wireAffected   `json:"documents"`
}
