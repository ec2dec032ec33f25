// Package thinksurance speaks Thinksurance's public API in its three versions,
// so that a broker system which integrated any of them has to change a base URL
// and its credentials, and nothing else.
//
// The API neither quotes nor binds. It sends a broker to the desk, and tells
// what became of the inquiry there:
//
//	CRM ── sign-in ─────────▶ CredentialIn ─▶ core.OpenSession ─▶ a token
//	CRM ── broker, numbers ─▶ … ─▶ core.SetBroker, core.AddAgencyNumbers
//	CRM ── forward ─────────▶ decodeForward ─▶ core.Forward ─▶ a URL of the desk
//	CRM ◀─ references ─────── Tell ◀───────── inquiry.created … inquiry.ordered
//	CRM ── inquiry, file ───▶ core.Inquiry, core.InquiryDocument ─▶ all there is
//
// V1 carries its token in the path or the body, V1.1 and V2 in a header; the
// objects are the same. All paths differ, so that one server answers them all.
//
// Reading order: routes.go is the API on one screen, auth.go who asks,
// decode_form.go how values are read, the other decode files what is asked for,
// wire*.go and encode*.go what is answered, errors.go every refusal, notices.go
// what is told.
//
// A refusal is an answer of status 200 with an error in it, as published. What
// was published is kept to the byte, misspelt words included; keys are matched
// in any case. The rest had to be decided: see docs/divergences/thinksurance.md.
package thinksurance
