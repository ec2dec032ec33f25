package thinksurance

import (
	"net/http"
	"strings"

	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// The paths that are asked for by name, because of where their credential is.
const (
	pathToken         = "/api/token"
	pathTokenOld      = "/action/token"
	pathTokens        = "/api/ipn/tokens"
	pathAccessToken   = "/api/auth/v2/token"
	pathAccessTokens  = "/api/auth/v2/tokens"
	pathInquiryV1     = "/api/ipn/inquiry/{inquiryId}"
	pathInquiryShort  = "/api/ipn/inq/{inquiryId}"
	pathProductsV1    = "/api/products"
	pathProfessionsV1 = "/api/professions"
	pathInsurersV1    = "/api/insurers"
)

// Roots are where the paths of the API begin.
func (d *Dialect) Roots() []string { return []string{"/api/", "/action/"} }

// Routes are the whole API, in all versions. Where one was published under two
// names, both are answered.
func (d *Dialect) Routes() []dialect.Route {
	var all []dialect.Route
	all = append(all, d.accountRoutes()...)
	all = append(all, d.brokerRoutes()...)
	all = append(all, d.agencyRoutes()...)
	all = append(all, d.listRoutes()...)
	all = append(all, d.inquiryRoutes()...)
	all = append(all, d.documentRoutes()...)
	return all
}

func (d *Dialect) accountRoutes() []dialect.Route {
	return []dialect.Route{
		dialect.On(http.MethodPost, pathToken, decodeSession, d.core.OpenSession, d.encodeSessionV1),
		dialect.On(http.MethodPost, pathTokenOld, decodeSession, d.core.OpenSession, d.encodeSessionV1),
		dialect.On(http.MethodPost, pathTokens, decodeSession, d.core.OpenSession, d.encodeSessionV1),
		dialect.On(http.MethodPost, pathAccessToken, decodeSessionV2, d.core.OpenSession, d.encodeSessionV2),
		dialect.On(http.MethodPost, pathAccessTokens, decodeSessionV2, d.core.OpenSession, d.encodeSessionV2),

		dialect.On(http.MethodPost, "/api/account/get/tokens/{token}", decodeNothing, d.core.Accounts, d.encodeAccounts),
		dialect.On(http.MethodGet, "/api/ipn/account/tokens", decodeNothing, d.core.Accounts, d.encodeAccounts),
	}
}

func (d *Dialect) brokerRoutes() []dialect.Route {
	const brokers = "/api/ipn/brokers"
	create, find, forward := naming(d.core.SetBroker, ofBroker), naming(d.core.FindBroker, ofBroker), naming(d.core.Forward, ofForward)
	return []dialect.Route{
		dialect.On(http.MethodPost, "/api/broker/set/{token}", decodeBroker, create, d.encodeBrokerCreated),
		dialect.On(http.MethodPost, brokers, decodeBroker, create, d.encodeBrokerCreated),

		seeking(d, noBroker, http.MethodPost, "/api/broker/get/{token}", decodeBrokerV1, find, d.encodeBrokerFoundV1),
		seeking(d, noBroker, http.MethodPost, brokers+"/tokens", decodeBroker, find, d.encodeBrokerFound),
		seeking(d, noBroker, http.MethodPost, brokers+"/token", decodeBroker, find, d.encodeBrokerFound),

		dialect.On(http.MethodPost, "/api/broker/fwd/{token}", decodeForward, forward, d.encodeForward),
		dialect.On(http.MethodPost, brokers+"/forward", decodeForward, forward, d.encodeForward),
	}
}

func (d *Dialect) agencyRoutes() []dialect.Route {
	const numbers = "/api/ipn/agency-numbers"
	return []dialect.Route{
		dialect.On(http.MethodPost, numbers, decodeAgency, d.core.AddAgencyNumbers, d.encodeAgencyAdded),
		dialect.On(http.MethodGet, numbers, decodeScope, d.core.AgencyNumbers, d.encodeAgencyList),
		dialect.On(http.MethodDelete, numbers, decodeAgencyDrop, d.core.DropAgencyNumbers, d.encodeAgencyDropped),

		dialect.On(http.MethodPost, "/api/account/set/anums/{token}", decodeAgencyOfAccount, d.core.AddAgencyNumbers, d.encodeAgencyAdded),
		dialect.On(http.MethodPost, "/api/account/get/anums/{token}", decodeScopeOfAccount, d.core.AgencyNumbers, d.encodeAgencyListV1),
		dialect.On(http.MethodPost, "/api/account/delete/anums/{token}", decodeAgencyDropOfAccount, d.core.DropAgencyNumbers, d.encodeAgencyDropped),
		dialect.On(http.MethodPost, "/api/broker/set/anums/{token}", decodeAgencyOfBroker, d.core.AddAgencyNumbers, d.encodeAgencyAdded),
	}
}

func (d *Dialect) listRoutes() []dialect.Route {
	return []dialect.Route{
		dialect.On(http.MethodPost, pathProductsV1, decodeProfession, d.core.Lines, d.encodeLines),
		dialect.On(http.MethodGet, "/api/ipn/products", decodeProfession, d.core.Lines, d.encodeLines),
		dialect.On(http.MethodPost, pathProfessionsV1, decodeNothing, d.core.Professions, d.encodeProfessions),
		dialect.On(http.MethodGet, "/api/ipn/professions", decodeNothing, d.core.Professions, d.encodeProfessions),
		dialect.On(http.MethodPost, pathInsurersV1, decodeNothing, d.core.Insurers, d.encodeInsurers),
		dialect.On(http.MethodGet, "/api/ipn/insurers", decodeNothing, d.core.Insurers, d.encodeInsurers),
	}
}

func (d *Dialect) inquiryRoutes() []dialect.Route {
	const inquiries = "/api/ipn/inquiries"
	return []dialect.Route{
		dialect.On(http.MethodPost, pathInquiryV1, decodeInquiry, d.core.Inquiry, d.encodeInquiry),
		dialect.On(http.MethodPost, pathInquiryShort, decodeInquiry, d.core.Inquiry, d.encodeInquiry),
		dialect.On(http.MethodGet, pathInquiryV1, decodeInquiry, d.core.Inquiry, d.encodeInquiry),
		dialect.On(http.MethodGet, pathInquiryShort, decodeInquiry, d.core.Inquiry, d.encodeInquiry),
		dialect.On(http.MethodGet, inquiries+"/{inquiryId}", decodeInquiry, d.core.Inquiry, d.encodeInquiry),
		dialect.On(http.MethodPost, inquiries+"/{inquiryId}", decodeInquiry, d.core.Inquiry, d.encodeInquiry),

		dialect.On(http.MethodPost, "/api/ipn/get/{token}", decodeInquiriesOfBroker, d.core.Inquiries, d.encodeInquiries),
		dialect.On(http.MethodPost, "/api/account-ipn/get/{token}", decodeInquiriesOfAccount, d.core.Inquiries, d.encodeInquiries),
		dialect.On(http.MethodGet, inquiries, decodeInquiries, d.core.Inquiries, d.encodeInquiries),
		dialect.On(http.MethodPost, "/api/inq/get/{token}", decodeInquiriesOfBroker, d.core.Inquiries, d.encodeShortInquiries),
		dialect.On(http.MethodPost, "/api/account-inq/get/{token}", decodeInquiriesOfAccount, d.core.Inquiries, d.encodeShortInquiries),
	}
}

// documentRoutes are those of V1 and V1.1, and what the links of webhooks lead
// to. The report of a failed download was announced without its path, which is
// ours.
func (d *Dialect) documentRoutes() []dialect.Route {
	const (
		told     = prefixV2 + "notifications/{notification}"
		document = told + "/documents/{document}"
	)
	return []dialect.Route{
		dialect.On(http.MethodPost, "/api/doc/get/{token}", decodeDocumentV1, d.core.InquiryDocument, d.encodeDocument),
		dialect.On(http.MethodGet, "/api/ipn/documents/{documentId}", decodeDocument, d.core.InquiryDocument, d.encodeDocument),

		seeking(d, nothingThere, http.MethodGet, document, decodeToldDocument, d.core.InquiryDocument, d.encodeRaw),
		seeking(d, nothingThere, http.MethodPost, document+"/error", decodeReport, d.core.InquiryDocument, d.encodeNoted),
		seeking(d, nothingThere, http.MethodGet, told+"/contracts/{contract}", decodeToldPolicy, ledTo(d.core.ToldPolicy, insurance.CodePolicyUnknown), d.encodeContract),
		seeking(d, nothingThere, http.MethodGet, told+"/customers/{customer}", decodeToldCustomer, ledTo(d.core.ToldCustomer, insurance.CodeCustomerUnknown), d.encodeCustomer),
	}
}

// maxItems is how many entries one list may have.
const maxItems = 2000

// Gate gives every entry of a full list its keys.
func (d *Dialect) Gate() dialect.GateLimits {
	return dialect.GateLimits{FoldKeys: true, Keys: 12 * maxItems}
}

// The prefixes of V2.
const (
	prefixV2       = "/api/public/v2/"
	prefixSignInV2 = "/api/auth/v2/"
)

// routeOf is the path of the route that a request came on, as Routes has it.
func routeOf(r *http.Request) string { return strings.TrimSuffix(r.Pattern, "/{$}") }

func isV2(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, prefixV2) || strings.HasPrefix(r.URL.Path, prefixSignInV2)
}
