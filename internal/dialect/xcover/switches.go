package xcover

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/core"
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

// switchValues are the values of the switches that have a few only. Unset means
// the first.
var switchValues = map[string][]string{
	switchNBSP:             {"true", "false"},
	switchEventNames:       {"2019", "later"},
	switchWebhookAlgorithm: {"hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512"},
}

// switchForms check the values of the others.
var switchForms = map[string]struct {
	fits func(value string) bool
	form string
}{
	switchCode:       {regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`).MatchString, "1 to 32 letters, digits, dashes or underscores"},
	switchAlgorithms: {areAlgorithms, "a list such as hmac-sha512,hmac-sha256"},
	switchClockSkew:  {isSkew, "a duration such as 15m or 24h"},
}

// setting is the value of a switch of switchValues.
func setting(p core.Partner, name string) string { return p.Switch(name, switchValues[name][0]) }

// codeOf is what paths call a partner.
func codeOf(p core.Partner) string { return p.Switch(switchCode, p.Part) }

// skewOf is the window of switchClockSkew; 0 is none.
func skewOf(p core.Partner) time.Duration {
	window, _ := time.ParseDuration(p.Switch(switchClockSkew, "0")) // CheckSwitch has read it
	return window
}

// CheckSwitch refuses what would have no effect.
func (d *Dialect) CheckSwitch(name, value string) error {
	values, listed := switchValues[name]
	rule, formed := switchForms[name]
	switch {
	case !listed && !formed:
		known := slices.Sorted(maps.Keys(switchForms))
		known = slices.AppendSeq(known, maps.Keys(switchValues))
		slices.Sort(known)
		return fmt.Errorf("there is no switch %q; there are %s", name, strings.Join(known, ", "))
	case value == "":
		return nil
	case listed && !slices.Contains(values, value):
		return fmt.Errorf("switch %s is one of %s", name, strings.Join(values, ", "))
	case formed && !rule.fits(value):
		return fmt.Errorf("switch %s is %s", name, rule.form)
	}
	return nil
}

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
