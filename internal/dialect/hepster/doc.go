// Package hepster speaks the partner API that hepster published as "Sales API
// Electronic 1.0", so that a shop which integrated it has to change a base
// URL and a credential, and nothing else.
//
// The story is short. A shop sends an order, gets an acknowledgement with a
// count at once, and is told the certificate numbers by webhook when the
// policies are bound:
//
//	shop ── order ─────────────▶ decodeOrder ─▶ core.SubmitOrder ─▶ acknowledge
//	shop ◀─ contracts or error ─ Tell ◀──────── order.booked, order.refused
//	shop ── documents, contracts, cancellation ─▶ … ─▶ a ZIP, a page, a refund
//
// Reading order: routes.go is the API on one screen, wire.go what travels,
// decode*.go and encode.go the way between the two and the words of package
// insurance, errors.go every refusal, notices.go the webhook.
//
// What was published is kept to the byte, capital Contract and misspelt cases
// included; keys are matched in any case. The rest had to be decided: the
// decisions, and how far compatibility may be claimed, are in
// docs/divergences/hepster.md.
package hepster
