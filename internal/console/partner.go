package console

import "encoding/base64"

// authorization is the header that signs the partner's requests, or "".
func authorization(p StartPartner) string {
	if p.Username == "" {
		return ""
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(p.Username+":"+p.Password))
}

// names are what an inbox entry may call the partner.
func names(p StartPartner) []string { return []string{p.Part, p.Name, p.Family} }

// followUp is one of a partner's FollowUps as the script reads it.
type followUp struct {
	Title   string            `json:"title"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Body    string            `json:"body"`
	Headers map[string]string `json:"headers"`
}

// followUpsIn gives the partner's FollowUps, their titles in the language.
func followUpsIn(lang string, p StartPartner) []followUp {
	given := make([]followUp, 0, len(p.FollowUps))
	for _, s := range p.FollowUps {
		given = append(given, followUp{titleIn(lang, s.Title), s.Method, s.Path, s.Body, s.Header})
	}
	return given
}
