package catalogue_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
)

// schemas are the published ones of each kind of file.
func schemas() map[string][]byte {
	return map[string][]byte{
		"product": catalogue.Schema(), "line": catalogue.LineSchema(), "professions": catalogue.ProfessionsSchema(),
	}
}

func TestSchemaIsOneThatAnyValidatorTakes(t *testing.T) {
	t.Parallel()
	metaschema, err := jsonschema.NewCompiler().Compile("https://json-schema.org/draft/2020-12/schema")
	if err != nil {
		t.Fatal(err)
	}
	for name, schema := range schemas() {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
		if err != nil {
			t.Fatal(err)
		}
		if err := metaschema.Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		// The validator reports errors of propertyNames at a place that it has
		// since moved on from, so the schema bounds names by their patterns.
		if bytes.Contains(schema, []byte("propertyNames")) {
			t.Errorf("the schema of %s uses propertyNames", name)
		}
	}
}

// TestSchemaKnowsTheWordsOfTheTrade keeps the lists of the schema and those
// of the insurance package the same.
func TestSchemaKnowsTheWordsOfTheTrade(t *testing.T) {
	t.Parallel()
	type definition struct {
		Enum       []string              `json:"enum"`
		Items      *definition           `json:"items"`
		Pattern    map[string]definition `json:"patternProperties"`
		Properties map[string]definition `json:"properties"`
	}
	var schema struct {
		definition
		Defs map[string]definition `json:"$defs"`
	}
	if err := json.Unmarshal(catalogue.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	top, reason := schema.Properties, schema.Defs["reason"].Properties
	attribute := top["attributes"].Pattern[`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$`].Properties
	keys := func(d definition) []string { return slices.Collect(maps.Keys(d.Properties)) }
	for what, words := range map[string][2][]string{
		"kinds": {keys(top["kinds"]), said(insurance.KindRecurring, insurance.KindFixed, insurance.KindRenewable)},
		"kinds of a reason": {
			reason["kinds"].Items.Enum, said(insurance.KindRecurring, insurance.KindFixed, insurance.KindRenewable)},
		"contracts": {top["contract"].Enum, said(insurance.ContractIndividual, insurance.ContractGroup)},
		"factors": {keys(top["factors"]), said(
			insurance.FactorOnDeductible, insurance.FactorOnObjectType, insurance.FactorOnCountry,
			insurance.FactorOnAttribute, insurance.FactorOnNumber)},
		"decisions": {schema.Defs["acceptance"].Properties["decision"].Enum, said(
			insurance.DecisionCalculate, insurance.DecisionTender, insurance.DecisionDecline)},
		"reasons": {keys(top["cancellation"].Properties["reasons"]), said(insurance.Reasons()...)},
		"endings": {reason["ending"].Enum, said(
			insurance.TransitionWithdraw, insurance.TransitionCancel, insurance.TransitionVoid)},
		"effects": {reason["effect"].Enum, said(
			insurance.EffectReceipt, insurance.EffectDay, insurance.EffectTermEnd, insurance.EffectInception)},
		"refunds": {reason["refund"].Enum, said(
			insurance.RefundFull, insurance.RefundProRata, insurance.RefundNone)},
		"attributes": {attribute["kind"].Enum, said(
			insurance.AttributeText, insurance.AttributeTexts, insurance.AttributeAmount, insurance.AttributeAmounts,
			insurance.AttributeWhole, insurance.AttributeFlag, insurance.AttributeConfirmation, insurance.AttributeDate,
			insurance.AttributeInstant, insurance.AttributeCountry)},
	} {
		slices.Sort(words[0])
		slices.Sort(words[1])
		if !slices.Equal(words[0], words[1]) {
			t.Errorf("%s: the schema has %v, the trade %v", what, words[0], words[1])
		}
	}
}

func said[T ~string](words ...T) []string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return texts
}
