package hepster

import "encoding/json"

// raw is a value as it was sent. Every value of a request is kept so until it
// is read for a field, so that a wrong type is a problem of that field and
// not the end of decoding.
type raw = json.RawMessage

// wireOrders is the wrapped form of a list of orders.
type wireOrders struct {
	Orders raw `json:"orders"`
}

// wireOrder is one order. The electronics page publishes policyHolder,
// Contract and insuredObject; of the bike page only customer is known, so
// that everything likely is accepted beside it. Keys match in any case.
type wireOrder struct {
	PolicyHolder raw `json:"policyHolder"`
	Customer     raw `json:"customer"`

	Contract  raw `json:"Contract"`
	Insurance raw `json:"insurance"`
	Tariff    raw `json:"tariff"`

	InsuredObject raw `json:"insuredObject"`
	Bike          raw `json:"bike"`
	Object        raw `json:"object"`
}

// wireHolder is policyHolder and customer in one.
type wireHolder struct {
	InsuredLegalEntity     raw `json:"insuredLegalEntity"`
	Company                raw `json:"company"`
	VATID                  raw `json:"VATId"`
	TaxID                  raw `json:"taxId"`
	InsuranceUserFirstName raw `json:"insuranceUserFirstName"`
	FirstName              raw `json:"firstName"`
	InsuranceUserLastName  raw `json:"insuranceUserLastName"`
	LastName               raw `json:"lastName"`
	Country                raw `json:"country"`
	Email                  raw `json:"email"`
	BirthDate              raw `json:"birthDate"`
	Address                raw `json:"address"`
}

type wireAddress struct {
	Street      raw `json:"street"`
	HouseNumber raw `json:"houseNumber"`
	ZipCode     raw `json:"zipCode"`
	City        raw `json:"city"`
	Country     raw `json:"country"`
	CountryCode raw `json:"countryCode"`
}

type wireContract struct {
	ExternalOrderReference raw `json:"externalOrderReference"`
	OrderReference         raw `json:"orderReference"`
	OrderReferenceSnake    raw `json:"order_reference"`
	ContractStart          raw `json:"contractStart"`
	ContractStartSnake     raw `json:"contract_start_date"`
	StartDate              raw `json:"startDate"`
	ContractEnd            raw `json:"contractEnd"`
	LegalWarrantyEnd       raw `json:"legalwarrantyEnd"`
	VoluntaryWarrantyEnd   raw `json:"voluntarywarrantyEnd"`
	ProductCode            raw `json:"productCode"`
	Type                   raw `json:"type"`
	Duration               raw `json:"duration"`
	CostSharing            raw `json:"costsharing"`
}

type wireObject struct {
	SerialNumber       raw `json:"serialNumber"`
	FrameNumber        raw `json:"frameNumber"`
	ObjectType         raw `json:"objectType"`
	ItemSalesPrice     raw `json:"itemsalesPrice"`
	PurchasePrice      raw `json:"purchasePrice"`
	SalesPrice         raw `json:"salesPrice"`
	Price              raw `json:"price"`
	Manufacturer       raw `json:"manufacturer"`
	Brand              raw `json:"brand"`
	Model              raw `json:"model"`
	PurchaseDate       raw `json:"purchaseDate"`
	UndamagedConfirmed raw `json:"undamagedConfirmed"`
}

// wireCancellation is one cancellation, with the twins in snake case that the
// webhook's spelling suggests.
type wireCancellation struct {
	CertificateNumber      raw `json:"certificateNumber"`
	CertificateNumberSnake raw `json:"certificate_number"`
	Reason                 raw `json:"reason"`
	ReasonSnake            raw `json:"cancellation_reason"`
	CancellationDate       raw `json:"cancellationDate"`
	CancellationDateSnake  raw `json:"cancellation_date"`
	Comment                raw `json:"comment"`
}

// wireStatus is the status that stands in bodies; its id is not the HTTP
// status alone.
type wireStatus struct {
	ID   int    `json:"id"`
	Text string `json:"text,omitempty"`
}

// wireAcknowledgement is the answer to an order.
type wireAcknowledgement struct {
	Status  wireStatus `json:"status"`
	Message string     `json:"message"`
	Count   int        `json:"count"`
}

// wireEnded is the answer to a cancellation: the answer to an order and what
// became of each contract.
type wireEnded struct {
	wireAcknowledgement
	Contracts []wireEndedContract `json:"contracts"`
}

type wireEndedContract struct {
	CertificateNumber string          `json:"certificateNumber"`
	ContractEnd       string          `json:"contractEnd"`
	Refund            json.RawMessage `json:"refund"`
	Currency          string          `json:"currency"`
}

// wireError is the answer to everything that is refused.
type wireError struct {
	Message       string `json:"message"`
	DetailMessage string `json:"detailMessage"`
	Code          int    `json:"code"`
}

// wireMessages begins both webhooks.
type wireMessages struct {
	Status   wireStatus    `json:"status"`
	Messages []wireMessage `json:"messages"`
}

type wireMessage struct {
	Message string `json:"message"`
	Type    string `json:"type"`
}

// wireBooked is the webhook of an order that was booked.
type wireBooked struct {
	wireMessages
	OrderReference string              `json:"order_reference"`
	Contracts      []wireBoundContract `json:"contracts"`
}

type wireBoundContract struct {
	Product           string          `json:"product"`
	CertificateNumber string          `json:"certificate_number"`
	ContractStartDate string          `json:"contract_start_date"`
	ContractPremium   json.RawMessage `json:"contract_premium"`
}

// wireRefused is the webhook of an order that could not be booked. The
// published sample ends with the messages.
type wireRefused struct {
	wireMessages
	OrderReference string `json:"order_reference,omitempty"`
}

// wirePage is a page of contracts, in the shape of a Spring page, as which
// its parameters read. No key is ever left out.
type wirePage struct {
	Content          []wireListed `json:"content"`
	Page             int          `json:"page"`
	Size             int          `json:"size"`
	TotalElements    int          `json:"totalElements"`
	TotalPages       int          `json:"totalPages"`
	First            bool         `json:"first"`
	Last             bool         `json:"last"`
	Number           int          `json:"number"`
	NumberOfElements int          `json:"numberOfElements"`
	Empty            bool         `json:"empty"`
}

// wireListed is a contract in a list. Its keys are spelled as in an order.
type wireListed struct {
	CertificateNumber      string           `json:"certificateNumber"`
	ExternalOrderReference string           `json:"externalOrderReference"`
	Product                string           `json:"product"`
	ProductCode            string           `json:"productCode"`
	Type                   string           `json:"type"`
	Duration               string           `json:"duration"`
	ContractStart          string           `json:"contractStart"`
	ContractEnd            *string          `json:"contractEnd"`
	ContractPremium        json.RawMessage  `json:"contractPremium"`
	Currency               string           `json:"currency"`
	CostSharing            int              `json:"costsharing"`
	Status                 string           `json:"status"`
	CreatedDate            string           `json:"createdDate"`
	PolicyHolder           wireListedHolder `json:"policyHolder"`
	InsuredObject          wireListedObject `json:"insuredObject"`
}

type wireListedHolder struct {
	InsuredLegalEntity     string             `json:"insuredLegalEntity"`
	VATID                  string             `json:"VATId"`
	TaxID                  string             `json:"taxId"`
	InsuranceUserFirstName string             `json:"insuranceUserFirstName"`
	InsuranceUserLastName  string             `json:"insuranceUserLastName"`
	Country                string             `json:"country"`
	Email                  string             `json:"email"`
	BirthDate              *string            `json:"birthDate"`
	Address                *wireListedAddress `json:"address"`
}

type wireListedAddress struct {
	Street      string `json:"street"`
	HouseNumber string `json:"houseNumber"`
	ZipCode     string `json:"zipCode"`
	City        string `json:"city"`
}

type wireListedObject struct {
	SerialNumber       string          `json:"serialNumber"`
	ObjectType         string          `json:"objectType"`
	ItemSalesPrice     json.RawMessage `json:"itemsalesPrice"`
	Manufacturer       string          `json:"manufacturer"`
	Model              string          `json:"model"`
	PurchaseDate       *string         `json:"purchaseDate"`
	UndamagedConfirmed bool            `json:"undamagedConfirmed"`
}
