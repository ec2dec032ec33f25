package catalogue

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed schema/product.schema.json
var productSchema []byte

//go:embed schema/line.schema.json
var lineSchema []byte

//go:embed schema/professions.schema.json
var professionsSchema []byte

// Schema is the published JSON Schema (2020-12) of a product file. Editors
// can check against it while somebody types.
func Schema() []byte { return bytes.Clone(productSchema) }

// LineSchema is the same of a file of a line of business.
func LineSchema() []byte { return bytes.Clone(lineSchema) }

// ProfessionsSchema is the same of the file of professions.
func ProfessionsSchema() []byte { return bytes.Clone(professionsSchema) }

var (
	productShape     = compiled("product.schema.json", productSchema)
	lineShape        = compiled("line.schema.json", lineSchema)
	professionsShape = compiled("professions.schema.json", professionsSchema)
)

// compiled is a schema that is put together when it is first needed.
func compiled(name string, source []byte) func() *jsonschema.Schema {
	return sync.OnceValue(func() *jsonschema.Schema {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(source))
		if err != nil {
			panic(fmt.Sprintf("catalogue: the embedded %s is broken: %v", name, err))
		}
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat()
		for _, format := range formats {
			compiler.RegisterFormat(&format)
		}
		if err := compiler.AddResource(name, document); err != nil {
			panic(fmt.Sprintf("catalogue: the embedded %s is broken: %v", name, err))
		}
		return compiler.MustCompile(name)
	})
}

// shape holds a file against its schema.
func (r *report) shape(root *node, schema *jsonschema.Schema) {
	err := schema.Validate(root.json())
	if err == nil {
		return
	}
	invalid, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		r.at(root, "%v", err)
		return
	}
	r.deviations(root, invalid)
}

// deviations walks down to the errors that name a cause.
func (r *report) deviations(root *node, e *jsonschema.ValidationError) {
	place := root.find(e.InstanceLocation)
	switch what := e.ErrorKind.(type) {
	case *kind.Required:
		for _, key := range what.Missing {
			r.at(place.at(key), "is missing")
		}
		return
	case *kind.DependentRequired:
		for _, key := range what.Missing {
			r.at(place.at(key), "is missing, although there is %s", what.Prop)
		}
		return
	case *kind.AdditionalProperties:
		for _, key := range slices.Sorted(slices.Values(what.Properties)) {
			r.at(place.at(key), "is not known here")
		}
		return
	}
	if len(e.Causes) == 0 {
		r.at(place, "%s", deviation(e.ErrorKind))
	}
	for _, cause := range e.Causes {
		r.deviations(root, cause)
	}
}

// deviation continues a sentence that begins with the path.
func deviation(what jsonschema.ErrorKind) string {
	switch what := what.(type) {
	case *kind.Type:
		return fmt.Sprintf("must be %s, not %s", yamlTypes(what.Want...), yamlTypes(what.Got))
	case *kind.Enum:
		return "must be one of " + listed(what.Want)
	case *kind.Format:
		return what.Err.Error()
	case *kind.MinItems:
		if what.Want > 1 {
			return fmt.Sprintf("must have at least %d items", what.Want)
		}
		return "must not be empty"
	case *kind.MinLength, *kind.MinProperties:
		return "must not be empty"
	case *kind.MaxLength:
		return fmt.Sprintf("must not be longer than %d characters", what.Want)
	case *kind.Pattern:
		return fmt.Sprintf("must match %s", what.Want)
	case *kind.Minimum:
		return "must be at least " + what.Want.RatString()
	case *kind.Maximum:
		return "must be at most " + what.Want.RatString()
	case *kind.UniqueItems:
		return fmt.Sprintf("says the same at [%d] and [%d]", what.Duplicates[0], what.Duplicates[1])
	default:
		return what.LocalizedString(message.NewPrinter(language.English))
	}
}

// yamlTypes are JSON's types in the words of those who write YAML.
func yamlTypes(types ...string) string {
	words := map[string]string{
		"object": "a mapping", "array": "a list", "string": "text", "number": "a number",
		"integer": "a whole number", "boolean": "true or false", "null": "empty",
	}
	named := make([]string, len(types))
	for i, t := range types {
		named[i] = words[t]
	}
	return strings.Join(named, " or ")
}

func listed(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}
