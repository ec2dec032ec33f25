package xcover

import (
	"regexp"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// What a partner may deviate in.
const (
	// switchCode is the partner's code in paths, such as "LLODT", where it is not
	// the name of its account.
	switchCode = "code"
	// switchAlgorithms are those in which requests may be signed, such as
	// "hmac-sha512,hmac-sha256". Unset, all may be used.
	switchAlgorithms = "algorithms"
	// switchClockSkew is how far the signed date may be from ours, such as "15m".
	// Unset, it does not matter: official clients were half a day off.
	switchClockSkew = "clock-skew"
	// switchNBSP puts a no-break space between symbol and amount, as until 2020.
	switchNBSP = "nbsp"
	// switchEventNames gives webhooks the names and the form of "2019", or
	// "later" ones.
	switchEventNames = "event-names"
	// switchWebhookAlgorithm signs webhooks. In 2019 they were signed as requests
	// were; later receivers read the algorithm from the header.
	switchWebhookAlgorithm = "webhook-algorithm"
)

// switches are all of them.
var switches = dialect.Switches{
	switchNBSP:             {Values: []string{"true", "false"}},
	switchEventNames:       {Values: []string{"2019", "later"}},
	switchWebhookAlgorithm: {Values: []string{"hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512"}},

	switchCode: {
		Fits: regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`).MatchString, Form: "1 to 32 letters, digits, dashes or underscores",
	},
	switchAlgorithms: {Fits: areAlgorithms, Form: "a list such as hmac-sha512,hmac-sha256"},
	switchClockSkew:  {Fits: isSkew, Form: "a duration such as 15m or 24h"},
}

// setting is what a switch is set to, or means unset.
func setting(p core.Partner, name string) string { return switches.Of(p, name) }

// codeOf is what paths call a partner.
func codeOf(p core.Partner) string { return p.Switch(switchCode, p.Part) }

// skewOf is the window of switchClockSkew; 0 is none.
func skewOf(p core.Partner) time.Duration {
	window, _ := time.ParseDuration(p.Switch(switchClockSkew, "0")) // CheckSwitch has read it
	return window
}

// CheckSwitch refuses what would have no effect.
func (d *Dialect) CheckSwitch(name, value string) error { return switches.Check(name, value) }

func areAlgorithms(list string) bool {
	for name := range strings.SplitSeq(list, ",") {
		if _, known := algorithms[strings.ToLower(strings.TrimSpace(name))]; !known {
			return false
		}
	}
	return true
}

func isSkew(text string) bool {
	window, err := time.ParseDuration(text)
	return err == nil && window > 0
}
