package catalogue

import "github.com/covernote/covernote/internal/insurance"

// lineFile is the file of a line of business while the catalogue is put
// together.
type lineFile struct {
	report
	root   *node
	family string
	line   insurance.Line
}

func readLine(name string, source []byte) *lineFile {
	f := &lineFile{report: report{file: name}, family: familyOf(name)}
	f.through(
		func() { f.root = f.parse(source) },
		func() { f.shape(f.root, lineShape()) },
		func() { f.line = f.lineOf(f.root) },
		func() { f.senseLine(f.root, f.line) },
	)
	return f
}

func (r *report) lineOf(n *node) insurance.Line {
	line := insurance.Line{ID: r.count(n.at("id")), Name: wording(n.at("name")), About: wording(n.at("about"))}
	for _, name := range n.at("questions").keys {
		q := n.at("questions").at(name)
		line.Questions = append(line.Questions, insurance.Question{
			Attribute: r.attribute(name, q), Help: wording(q.at("help")),
			Section: wording(n.at("sections").at(q.at("section").text)),
			Options: q.at("options").texts(), Default: q.at("default").text, Tags: tags(q.at("tags")),
		})
	}
	return line
}

func tags(n *node) []insurance.Tag {
	var all []insurance.Tag
	for _, name := range n.keys {
		all = append(all, insurance.Tag{Name: name, Cents: n.at(name).text == "cents"})
	}
	return all
}

// professionsFile is the file of a family's professions while the catalogue is
// put together.
type professionsFile struct {
	report
	root        *node
	family      string
	professions []insurance.Profession
}

func readProfessions(name string, source []byte) *professionsFile {
	f := &professionsFile{report: report{file: name}, family: familyOf(name)}
	f.through(
		func() { f.root = f.parse(source) },
		func() { f.shape(f.root, professionsShape()) },
		func() { f.professions = f.professionsOf(f.root) },
		func() { f.senseProfessions(f.root) },
	)
	return f
}

func (r *report) professionsOf(n *node) []insurance.Profession {
	var all []insurance.Profession
	for _, key := range n.at("industries").keys {
		place := n.at("industries").at(key)
		industry := insurance.Industry{ID: r.count(n.at("industries").named(key)), Name: wording(place.at("name"))}
		for _, id := range place.at("professions").keys {
			all = append(all, insurance.Profession{
				ID: r.count(place.at("professions").named(id)), Name: wording(place.at("professions").at(id)),
				Industry: industry,
			})
		}
	}
	return all
}
