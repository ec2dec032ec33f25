package catalogue

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What the YAML parser is shown. It takes time and memory in the square of the
// nesting, which lines and brackets bound together.
const (
	maxSource   = 1 << 20 // bytes
	maxLine     = 2000    // bytes
	maxBrackets = 20      // one in another
)

// plainDecimal is the only way to write a number. Hexadecimals, exponents,
// underscores and leading zeros are text, which the schema refuses.
var plainDecimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// parse reads YAML into nodes, or reports why it cannot.
func (r *report) parse(source []byte) *node {
	root := &node{line: 1, column: 1}
	if r.length(root, source); !r.clean() {
		return root
	}
	tokens := lexer.Tokenize(string(source))
	if r.brackets(root, tokens); !r.clean() {
		return root
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		r.syntax(root, err)
		return root
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		r.at(root, "the file must hold one YAML document")
		return root
	}
	r.fill(root, file.Docs[0].Body)
	return root
}

// length refuses more text than a person would write.
func (r *report) length(root *node, source []byte) {
	if len(source) > maxSource {
		r.at(root, "the file is larger than %d bytes", maxSource)
		return
	}
	number := 0
	for line := range bytes.Lines(source) {
		if number++; len(line) > maxLine {
			r.at(&node{line: number, column: 1}, "the line is longer than %d bytes", maxLine)
		}
	}
}

// brackets refuses to look into more of them than a person would.
func (r *report) brackets(root *node, tokens token.Tokens) {
	depth := 0
	for _, t := range tokens {
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		}
		if depth > maxBrackets {
			r.at(standing(*root, t), "more than %d brackets are open", maxBrackets)
			return
		}
	}
}

func (r *report) syntax(root *node, err error) {
	place, reason := *root, err.Error()
	if known, ok := errors.AsType[yaml.Error](err); ok {
		reason = known.GetMessage()
		place = *standing(place, known.GetToken())
	}
	r.at(&place, "%s", reason)
}

// standing puts a node where a token stands.
func standing(n node, at *token.Token) *node {
	if at != nil && at.Position != nil {
		n.line, n.column = at.Position.Line, at.Position.Column
	}
	return &n
}

func (r *report) fill(n *node, from ast.Node) {
	switch from := from.(type) {
	case ast.MapNode:
		r.fillMapping(n, from)
	case *ast.SequenceNode:
		r.fillSequence(n, from)
	case *ast.StringNode:
		n.kind, n.text = text, from.Value
	case *ast.LiteralNode:
		n.kind, n.text = text, from.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		n.kind, n.text = numeral(from.GetToken().Value)
	case *ast.BoolNode:
		n.kind, n.text = boolean, fmt.Sprint(from.Value)
	case *ast.NullNode:
		n.kind = null
	default:
		r.at(n, "uses %s, which product files do without", from.Type())
	}
}

func numeral(literal string) (nodeKind, string) {
	if plainDecimal.MatchString(literal) {
		return number, literal
	}
	return text, literal
}

func (r *report) fillMapping(n *node, from ast.MapNode) {
	n.kind, n.fields = mapping, map[string]*node{}
	for entries := from.MapRange(); entries.Next(); {
		key := entries.Key().GetToken()
		child := standing(node{path: n.pathOf(key.Value)}, key)
		n.keys = append(n.keys, key.Value)
		n.fields[key.Value] = child
		if entries.Key().IsMergeKey() {
			r.at(child, "is a merge key, which product files do without")
			continue
		}
		r.fill(child, entries.Value())
	}
}

func (r *report) fillSequence(n *node, from *ast.SequenceNode) {
	n.kind = sequence
	for i, value := range from.Values {
		item := standing(node{path: fmt.Sprintf("%s[%d]", n.path, i)}, begin(value))
		n.items = append(n.items, item)
		r.fill(item, value)
	}
}

// begin is the first token of a value: a block mapping's own token is the
// colon behind its first key.
func begin(value ast.Node) *token.Token {
	if block, ok := value.(*ast.MappingNode); ok && !block.IsFlowStyle && len(block.Values) > 0 {
		return block.Values[0].Key.GetToken()
	}
	return value.GetToken()
}
