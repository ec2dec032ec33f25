package xcover

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/covernote/covernote/internal/dialect"
)

// tree is what is wrong, in the shape of the request: what is said of a value,
// and the trees of its members or items in the order in which they came.
type tree struct {
	said  []string
	names []string
	below map[string]*tree
}

// add says something about a place. Nothing is said twice.
func (t *tree) add(at place, said string) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(string(at), "/"), "/")
	if name == "" {
		if !slices.Contains(t.said, said) {
			t.said = append(t.said, said)
		}
		return
	}
	if t.below == nil {
		t.below = make(map[string]*tree)
	}
	if t.below[name] == nil {
		t.names = append(t.names, name)
		t.below[name] = &tree{}
	}
	t.below[name].add(place(rest), said)
}

// shape is the tree as JSON has it.
func (t *tree) shape() any {
	if len(t.names) == 0 {
		if slices.Equal(t.said, []string{unexpected}) {
			return unexpected
		}
		return t.said
	}
	if items, ok := t.items(); ok {
		return items
	}
	var object ordered
	if len(t.said) > 0 {
		object = append(object, pair{nonField, t.said})
	}
	for _, name := range t.names {
		object = append(object, pair{strings.TrimPrefix(name, "*"), t.below[name].shape()})
	}
	return object
}

// items are a list in which there is an empty object for each item with which
// nothing is wrong, up to the last one with which something is; ok is false for
// what is no list, or at fault as a whole.
func (t *tree) items() (items []any, ok bool) {
	if len(t.said) > 0 {
		return nil, false
	}
	for _, name := range t.names {
		number, starred := strings.CutPrefix(name, "*")
		i, err := strconv.Atoi(number)
		if !starred || err != nil || i < 0 || i >= maxItems {
			return nil, false
		}
		for len(items) <= i {
			items = append(items, struct{}{})
		}
		items[i] = t.below[name].item()
	}
	return items, true
}

// item is the shape of an item, which is an object even where it is at fault
// as a whole.
func (t *tree) item() any {
	if len(t.names) == 0 {
		return ordered{{nonField, t.said}}
	}
	return t.shape()
}

// ordered is a JSON object whose members keep their order.
type ordered []pair

type pair struct {
	name  string
	value any
}

// MarshalJSONTo writes the object.
func (o ordered) MarshalJSONTo(to *jsontext.Encoder) error {
	return dialect.EncodeMembers(to, func(yield func(string, any) bool) {
		for _, member := range o {
			if !yield(member.name, member.value) {
				return
			}
		}
	})
}
