package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// What a page has between the two lines is written anew with every run.
const (
	pageBegin = "<!-- figures: written by covernote bench --markdown -->"
	pageEnd   = "<!-- end of the figures -->"
)

// WritePage writes the figures of a report into a page of Markdown, between two
// lines that it has to have, and charts into a folder of the page's name.
func WritePage(path string, r Report) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the page of figures: %w", err)
	}
	before, rest, begins := strings.Cut(string(text), pageBegin)
	_, after, ends := strings.Cut(rest, pageEnd)
	if !begins || !ends {
		return fmt.Errorf("%s has no place for figures: a line %q and a line %q", path, pageBegin, pageEnd)
	}
	folder := strings.TrimSuffix(path, filepath.Ext(path))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make a folder for charts: %w", err)
	}
	for _, engine := range r.engines() {
		if err := writeChart(filepath.Join(folder, string(engine)+".svg"), engine, r); err != nil {
			return err
		}
	}
	page := before + pageBegin + "\n\n" + figuresAsMarkdown(r, filepath.Base(folder)) + "\n" + pageEnd + after
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		return fmt.Errorf("write the page of figures: %w", err)
	}
	return nil
}

// figuresAsMarkdown is a heading, a chart and a table for each engine.
func figuresAsMarkdown(r Report, charts string) string {
	var page strings.Builder
	fmt.Fprintf(&page, "Covernote %s\n", r.setting())
	for _, engine := range r.engines() {
		fmt.Fprintf(&page, "\n### %s\n\n![%[1]s: how far each figure is beyond its target](%s/%s.svg)\n\n", engine.name(), charts, engine)
		page.WriteString("| | Covernote | limit | ratio | target | | memory |\n| --- | ---: | ---: | ---: | ---: | --- | ---: |\n")
		for _, f := range r.of(engine) {
			fmt.Fprintf(&page, "| %s | %s | %s | %s | %s | %s | %s |\n",
				f.What, f.value(), f.limit(), f.ratio(), f.target(), f.Verdict(), memoryOf(f))
		}
	}
	return page.String()
}
