package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/cluster"
)

// The environment variables that tests read.
const (
	envPostgres = "COVERNOTE_TEST_POSTGRES"
	envChromium = "COVERNOTE_TEST_CHROMIUM"
	envPoppler  = "COVERNOTE_TEST_POPPLER"
	envAxe      = "COVERNOTE_TEST_AXE"
	envWithout  = "COVERNOTE_TEST_WITHOUT"
)

// need is something that tests use and that the machine must have.
type need struct {
	// key names it in --without.
	key string
	// name is what people call it.
	name string
	// env tells the tests where it is; empty if that is not known before it
	// has been started.
	env string
	// find gives the folder or the program, or "" if there is none.
	find func(context.Context, machine) string
	// packages is what to install, by the name of the system.
	packages map[string]string
	// tool is a program that the packages hold and that brings what no system
	// packages; empty if the packages are all there is to it.
	tool string
	// bring has the tool get it, and gives where it is then.
	bring func(context.Context, machine, installer) (string, error)
}

// needs lists everything the tests use beyond Go itself.
func needs() []need {
	return []need{
		{key: "postgres", name: "PostgreSQL 15 or newer", find: findPostgres, packages: map[string]string{
			"debian": "postgresql", "ubuntu": "postgresql", "fedora": "postgresql-server", "darwin": "postgresql@17"}},
		{key: "browser", name: "Chromium", env: envChromium, find: findChromium, packages: map[string]string{
			"debian": "chromium", "ubuntu": "chromium-browser", "fedora": "chromium", "darwin": "chromium"}},
		{key: "pdf", name: "poppler", env: envPoppler, find: findPoppler, packages: map[string]string{
			"debian": "poppler-utils", "ubuntu": "poppler-utils", "fedora": "poppler-utils", "darwin": "poppler"}},
		{key: "axe", name: axe.name + " " + axe.version, env: envAxe, find: axe.find, packages: map[string]string{
			"debian": "npm", "ubuntu": "npm", "fedora": "nodejs-npm", "darwin": "node"}, tool: "npm", bring: axe.bring},
	}
}

// missing gives the needs that are neither left out nor found, and where the
// others are, by key.
func missing(ctx context.Context, m machine, without []string) (absent []need, places map[string]string) {
	places = map[string]string{}
	for _, n := range needs() {
		if slices.Contains(without, n.key) {
			continue
		}
		if place := n.find(ctx, m); place != "" {
			places[n.key] = place
		} else {
			absent = append(absent, n)
		}
	}
	return absent, places
}

// uninstalled keeps the needs that packages of the system would help.
func uninstalled(m machine, absent []need) []need {
	return slices.DeleteFunc(slices.Clone(absent), func(n need) bool {
		return n.tool != "" && m.program(n.tool) != ""
	})
}

// machine is where programs are looked for.
type machine struct {
	// system is the ID of os-release, or "darwin".
	system string
	// root says whether we may install.
	root bool
	// path is the folders of PATH.
	path []string
	// beyond is patterns of folders where systems keep PostgreSQL outside PATH.
	beyond []string
	// etc is the folder of the system's settings.
	etc string
	// cache is the folder of what is downloaded once.
	cache string
}

func thisMachine() machine {
	return machine{
		system: thisSystem("/etc/os-release"),
		root:   os.Geteuid() == 0,
		path:   filepath.SplitList(os.Getenv("PATH")),
		etc:    "/etc",
		cache:  cacheFolder(),
		beyond: cluster.Beyond(),
	}
}

// folders gives PATH, then what the patterns beyond it match.
func (m machine) folders() []string {
	all := slices.Clone(m.path)
	for _, pattern := range m.beyond {
		found, err := filepath.Glob(pattern)
		if err == nil { // the patterns are ours, and sound
			all = append(all, found...)
		}
	}
	return all
}

// program gives the first executable of one of the names in PATH, or "".
func (m machine) program(names ...string) string {
	for _, name := range names {
		for _, dir := range m.path {
			if hasPrograms(dir, name) {
				return filepath.Join(dir, name)
			}
		}
	}
	return ""
}

func hasPrograms(dir string, names ...string) bool {
	for _, name := range names {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}

// findPostgres gives the folder with the newest server that is new enough.
func findPostgres(ctx context.Context, m machine) string { return cluster.Find(ctx, m.folders()) }

// findChromium gives the browser's path.
func findChromium(_ context.Context, m machine) string {
	return m.program("chromium", "chromium-browser", "google-chrome")
}

// findPoppler gives the folder that holds all three tools.
func findPoppler(_ context.Context, m machine) string {
	for _, dir := range m.path {
		if hasPrograms(dir, "pdftoppm", "pdftotext", "pdffonts") {
			return dir
		}
	}
	return ""
}

// names joins what people call the needs; where a tool is to bring one, the
// tool is what is asked for.
func names(list []need) string {
	said := make([]string, 0, len(list))
	for _, n := range list {
		if n.tool != "" {
			n.name = n.tool + " for " + n.name
		}
		said = append(said, n.name)
	}
	return strings.Join(said, ", ")
}
