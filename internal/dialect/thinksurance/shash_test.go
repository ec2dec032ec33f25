package thinksurance

import "testing"

// The hashes are those of openssl, as in
//
//	V='41ba17f637177a0b34d2ac11d|1878887|25'
//	printf %s "$V" | openssl dgst -sha256 -hmac hash-secret
//	printf %s "hash-secret|$V" | openssl dgst -md5
//	printf %s "25;1;1878887;2024-03-06;2024-03-07" | openssl dgst -sha256 -hmac hash-secret
func TestSecurityHash(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		switches map[string]string
		want     string
	}{
		{nil, "9e819e637d54add6b2c6"},
		{map[string]string{"shash_length": "1"}, "9"},
		{map[string]string{"shash_length": "64"}, "9e819e637d54add6b2c626bc9155ce9cb4d4d07c186cf78b2efae91a869b65d9"},
		{map[string]string{"shash_secret": "none"}, "9e819e637d54add6b2c6"}, // an HMAC has its secret elsewhere
		{map[string]string{"shash": "sha256"}, "a4c9a0261fcdc62647bd"},
		{map[string]string{"shash": "sha1", "shash_length": "64"}, "f7d878314d5754228f87720782cc1ea00029f11c"},
		{map[string]string{"shash": "md5", "shash_length": "64"}, "520997b6dc6466de4dd5a00807435e56"},
		{map[string]string{"shash": "sha256", "shash_secret": "suffix"}, "479c64bc0fd5cb941e47"},
		{map[string]string{"shash": "md5", "shash_secret": "none"}, "3955e24433c128c5759f"},
		{
			map[string]string{"shash": "sha1", "shash_secret": "suffix", "shash_separator": "none"},
			"335f618de9fe771e24c8",
		},
		{
			map[string]string{
				"shash_fields": "status,bExternalId,iId,iCreated,iUpdated", "shash_separator": ";", "shash_length": "20",
			},
			"5d58b8b45441ce771ac9",
		},
	} {
		i := published()
		if c.switches["shash_fields"] != "" {
			i.UpdatedAt = moment("2024-03-06T23:30:00Z") // the 7th in Berlin
		}
		if got := saidOf(t, i, c.switches, "sHash"); got != `"`+c.want+`"` {
			t.Errorf("%v\ngot  %s\nwant %s", c.switches, got, c.want)
		}
	}
}

// A hash is there whatever an account lacks, and says something about each of
// its fields and its secret.
func TestSecurityHashIsNeverEmpty(t *testing.T) {
	t.Parallel()
	p, facts := partnerWith(nil), wireData{}
	seen := map[string]bool{}
	for _, one := range []struct {
		secret string
		facts  wireData
	}{
		{"", facts}, {"s", facts}, {"", wireData{BToken: "b"}}, {"", wireData{IID: 1}}, {"", wireData{Status: 1}},
	} {
		seen[securityHash(p, one.secret, one.facts)] = true
	}
	if len(seen) != 5 || seen[""] {
		t.Errorf("hashes are %v", seen)
	}
}
