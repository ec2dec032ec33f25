// Package native is Covernote's own API: what no partner API has words for, in
// words of our own, for partners of all of them. It lets a partner read its event
// log and have events told again.
//
//	partner ── after=17 ──────▶ decodeEvents ─▶ core.Events ─▶ encodePage
//	partner ── {"since": …} ──▶ decodeReplay ─▶ core.Replay ─▶ encodeReplay
//
// It is a dialect like the others, so that its requests go through the same steps,
// but one that tells nothing: webhooks are in the words of the API that a partner
// has integrated. Reading order: routes.go is the API on one screen, openapi.json
// the same for machines, decode.go and encode.go the way to the words of package
// core and back, errors.go every refusal. docs/api.md explains it to integrators.
package native
