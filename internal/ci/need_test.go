package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// programs puts executables into a new folder; each prints its text.
func programs(t *testing.T, said map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	addPrograms(t, dir, said)
	return dir
}

func addPrograms(t *testing.T, dir string, said map[string]string) {
	t.Helper()
	for name, text := range said {
		script := fmt.Sprintf("#!/bin/sh\necho '%s'\n", text)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func server(version string) map[string]string {
	return map[string]string{"initdb": "", "postgres": "postgres (PostgreSQL) " + version}
}

func TestFindPostgresTakesTheNewestThatIsNewEnough(t *testing.T) {
	t.Parallel()
	old, fifteen, seventeen := programs(t, server("14.2")), programs(t, server("15.18 (Debian 15.18-0)")), programs(t, server("17rc1"))
	client := programs(t, map[string]string{"postgres": "postgres (PostgreSQL) 18.0"})
	for _, c := range []struct {
		name string
		path []string
		want string
	}{
		{"none", nil, ""},
		{"too old", []string{old}, ""},
		{"the newest, wherever it stands", []string{fifteen, seventeen, old}, seventeen},
		{"without initdb it is no server", []string{client, fifteen}, fifteen},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := findPostgres(t.Context(), machine{path: c.path}); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

func TestFindPostgresLooksBeyondPath(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	bin := filepath.Join(root, "16", "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	addPrograms(t, bin, server("16.4"))
	m := machine{beyond: []string{filepath.Join(root, "*", "bin")}}
	if got := findPostgres(t.Context(), m); got != bin {
		t.Errorf("found %q, want %q", got, bin)
	}
}

func TestFindChromiumAndPoppler(t *testing.T) {
	t.Parallel()
	chrome := programs(t, map[string]string{"google-chrome": "", "pdftoppm": ""})
	chromium := programs(t, map[string]string{"chromium": "", "pdftoppm": "", "pdftotext": "", "pdffonts": ""})
	m := machine{path: []string{chrome, chromium}}
	if got, want := findChromium(t.Context(), m), filepath.Join(chromium, "chromium"); got != want {
		t.Errorf("browser %q, want %q", got, want)
	}
	if got := findPoppler(t.Context(), m); got != chromium {
		t.Errorf("poppler in %q, want the folder with all three tools, %q", got, chromium)
	}
}

func TestThisSystemReadsOSRelease(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "os-release")
	text := "PRETTY_NAME=\"Debian\"\nVERSION_ID=\"12\"\nID=\"debian\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := thisSystem(file); got != "debian" && got != "darwin" {
		t.Errorf("system %q", got)
	}
}

func TestLineToRunNamesWhatIsMissingAndNothingElse(t *testing.T) {
	t.Parallel()
	absent := slices.DeleteFunc(needs(), func(n need) bool { return n.key == "browser" })
	for system, want := range map[string]string{
		"debian": "sudo apt-get update && sudo apt-get install --yes --no-install-recommends postgresql poppler-utils npm",
		"fedora": "sudo dnf install --assumeyes postgresql-server poppler-utils nodejs-npm",
		"darwin": "brew install postgresql@17 poppler node",
		"plan9":  "install with your system's package manager: PostgreSQL 15 or newer, poppler, npm for " + axe.name + " " + axe.version,
	} {
		if got := lineToRun(machine{system: system}, absent); got != want {
			t.Errorf("%s: %q, want %q", system, got, want)
		}
	}
}

// fakeApt is a Debian archive that puts programs into a folder of PATH.
type fakeApt struct {
	t     *testing.T
	dir   string
	calls []string
	fail  bool
}

func (a *fakeApt) run(_ context.Context, w io.Writer, env []string, name string, args ...string) error {
	a.calls = append(a.calls, strings.Join(append([]string{name}, args...), " "))
	if !slices.Contains(env, "DEBIAN_FRONTEND=noninteractive") {
		a.t.Error("apt-get may ask questions")
	}
	if a.fail {
		_, err := io.WriteString(w, "E: no network\n")
		return errors.Join(errors.New("exit status 100"), err)
	}
	if args[0] == "install" && slices.Contains(args, "poppler-utils") {
		addPrograms(a.t, a.dir, map[string]string{"pdftoppm": "", "pdftotext": "", "pdffonts": ""})
	}
	return nil
}

func TestEnsureInstallsExactlyWhatIsMissing(t *testing.T) {
	t.Parallel()
	dir := programs(t, server("15.1"))
	addPrograms(t, dir, map[string]string{"chromium": ""})
	apt := &fakeApt{t: t, dir: dir}
	m := machine{system: "debian", root: true, path: []string{dir}, etc: t.TempDir()}
	places, err := ensure(t.Context(), m, []string{"axe"}, apt.run, &screen{w: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if places["pdf"] != dir || places["postgres"] != dir {
		t.Errorf("places %v", places)
	}
	want := []string{"apt-get update --quiet", "apt-get install --yes --quiet --no-install-recommends poppler-utils"}
	if !slices.Equal(apt.calls, want) {
		t.Errorf("ran %q, want %q", apt.calls, want)
	}
}

func TestEnsureOnlySaysWhatToRunWhereItMayNotInstall(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]machine{
		"not root":   {system: "debian"},
		"not Debian": {system: "ubuntu", root: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apt := &fakeApt{t: t}
			_, err := ensure(t.Context(), m, []string{"pdf"}, apt.run, &screen{w: io.Discard})
			if !errors.Is(err, errMissing) || strings.Contains(err.Error(), "\n") {
				t.Errorf("said %v, want one line", err)
			}
			if strings.Contains(err.Error(), "poppler") {
				t.Errorf("asks for what is left out: %v", err)
			}
			if len(apt.calls) > 0 {
				t.Errorf("ran %q", apt.calls)
			}
		})
	}
}

func TestEnsureTellsWhyAnInstallationFailed(t *testing.T) {
	t.Parallel()
	apt := &fakeApt{t: t, fail: true}
	m := machine{system: "debian", root: true, etc: t.TempDir()}
	_, err := ensure(t.Context(), m, []string{"postgres"}, apt.run, &screen{w: io.Discard})
	if !errors.Is(err, errMissing) || !strings.Contains(err.Error(), "E: no network") {
		t.Errorf("said %v", err)
	}
}

func TestInstallingCreatesNoCluster(t *testing.T) {
	t.Parallel()
	etc := t.TempDir()
	setting := filepath.Join(etc, "postgresql-common", "createcluster.d", "covernote.conf")
	seen := ""
	look := func(context.Context, io.Writer, []string, string, ...string) error {
		text, err := os.ReadFile(setting)
		seen = string(text)
		return err
	}
	if err := install(t.Context(), needs(), look, etc); err != nil {
		t.Fatal(err)
	}
	if seen != "create_main_cluster = false\n" {
		t.Errorf("during the installation the setting is %q", seen)
	}
	if _, err := os.Stat(setting); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the setting stays behind: %v", err)
	}
}

func TestInstallingLeavesAConfiguredClusterAlone(t *testing.T) {
	t.Parallel()
	etc := t.TempDir()
	if err := os.Mkdir(filepath.Join(etc, "postgresql-common"), 0o755); err != nil {
		t.Fatal(err)
	}
	forget, err := withoutMainCluster(etc)
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(filepath.Join(etc, "postgresql-common")); err != nil || len(entries) > 0 {
		t.Errorf("wrote %v (%v)", entries, err)
	}
	if err := forget(); err != nil {
		t.Error(err)
	}
}
