package catalogue

import (
	"encoding/json"
	"strconv"
)

// node is a place in a product file and what was written there. Numbers stay
// the text they were written as, so that none ever passes through a float.
type node struct {
	// path is how a person names the place: "tariffs[1].net.36M", "" for all.
	path         string
	line, column int
	kind         nodeKind
	text         string
	// keys are the fields of a mapping in the order they were written in.
	keys   []string
	fields map[string]*node
	items  []*node
}

type nodeKind int

const (
	absent nodeKind = iota
	mapping
	sequence
	text
	number
	boolean
	null
)

// at is the node of a field. For one that is not there it is an absent node
// that stands where its parent does.
func (n *node) at(key string) *node {
	if child, ok := n.fields[key]; ok {
		return child
	}
	return &node{path: n.pathOf(key), line: n.line, column: n.column}
}

func (n *node) pathOf(key string) string {
	if n.path == "" {
		return key
	}
	return n.path + "." + key
}

// named is the name of a field as a value of its own.
func (n *node) named(key string) *node {
	child := n.at(key)
	return &node{path: child.path, line: child.line, column: child.column, kind: text, text: key}
}

func (n *node) is(kind nodeKind) bool { return n.kind == kind }

func (n *node) bool() bool { return n.text == "true" }

func (n *node) texts() []string {
	var all []string
	for _, item := range n.items {
		all = append(all, item.text)
	}
	return all
}

// json is the node as the schema's validator wants it.
func (n *node) json() any {
	switch n.kind {
	case mapping:
		object := make(map[string]any, len(n.keys))
		for key, child := range n.fields {
			object[key] = child.json()
		}
		return object
	case sequence:
		array := make([]any, len(n.items))
		for i, item := range n.items {
			array[i] = item.json()
		}
		return array
	case number:
		return json.Number(n.text)
	case boolean:
		return n.bool()
	case text:
		return n.text
	default:
		return nil
	}
}

// find follows the location that the schema's validator gives.
func (n *node) find(location []string) *node {
	for _, step := range location {
		if i, err := strconv.Atoi(step); err == nil && n.is(sequence) && i < len(n.items) {
			n = n.items[i]
			continue
		}
		n = n.at(step)
	}
	return n
}
