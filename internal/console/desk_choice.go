package console

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// deskSelect is a list to choose from, for the partial desk-select.
type deskSelect struct {
	// ID is the id of the control and its name.
	ID, Label, Help, Problem string
	Required                 bool
	// Prompt is the choice of nothing; without one, something is chosen.
	Prompt string
	Groups []choiceGroup
	// Filter: with a script, the list can be searched.
	Filter bool
}

// choiceGroup are choices that belong together; a group without a Label
// stands by itself.
type choiceGroup struct {
	Label   string
	Choices []choice
}

type choice struct {
	Value, Label string
	Chosen       bool
}

// ungrouped are choices in one group without a label.
func ungrouped(choices []choice) []choiceGroup { return []choiceGroup{{Choices: choices}} }

// professionChoices are professions by industry, both in the order of the
// alphabet.
func (s speaker) professionChoices(all []insurance.Profession, chosen int) []choiceGroup {
	byIndustry := map[string][]choice{}
	for _, p := range all {
		industry := p.Industry.Name.In(s.lang)
		byIndustry[industry] = append(byIndustry[industry], choice{strconv.Itoa(p.ID), p.Name.In(s.lang), p.ID == chosen})
	}
	var groups []choiceGroup
	for industry, choices := range byIndustry {
		slices.SortFunc(choices, func(a, b choice) int { return collated(a.Label, b.Label) })
		groups = append(groups, choiceGroup{industry, choices})
	}
	slices.SortFunc(groups, func(a, b choiceGroup) int { return collated(a.Label, b.Label) })
	return groups
}

// lineChoices are lines of business in the catalogue's order.
func (s speaker) lineChoices(all []insurance.Line, chosen int) []choice {
	choices := make([]choice, len(all))
	for i, line := range all {
		choices[i] = choice{strconv.Itoa(line.ID), line.Name.In(s.lang), line.ID == chosen}
	}
	return choices
}

// collated compares as a German dictionary does: umlauts stand with their
// vowels, and capitals with small letters.
func collated(a, b string) int {
	return strings.Compare(plainLetters.Replace(strings.ToLower(a)), plainLetters.Replace(strings.ToLower(b)))
}

var plainLetters = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u", "ß", "ss")

// statusPill is the status of an inquiry in a word.
func statusPill(status core.InquiryStatus) statePill {
	kind := map[core.InquiryStatus]string{
		core.InquiryOrdered: "good", core.InquiryTendering: "busy", core.InquiryLead: "busy",
	}[status]
	return statePill{Key: "desk.status." + string(status), Kind: kind}
}

// zone is where days begin for the broker.
func (v deskVisit) zone() *time.Location {
	if v.desk.Partner.Zone == nil {
		return time.UTC
	}
	return v.desk.Partner.Zone
}

// day is the day of an instant, by the broker's clock.
func (v deskVisit) day(at time.Time) string {
	return v.speaker().Date(insurance.DateIn(at, v.zone()))
}

// minute is an instant to the minute, by the broker's clock.
func (v deskVisit) minute(at time.Time) string {
	return v.say("desk.minute", "day", v.day(at), "time", at.In(v.zone()).Format("15:04"))
}

// premiumOf is what an offer costs, and how often.
func (s speaker) premiumOf(o core.Offer) string {
	return s.Money(o.Premium.Gross) + " " + s.Interval(o.Interval)
}
