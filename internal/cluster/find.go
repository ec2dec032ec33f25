package cluster

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// oldest is the first major version that Covernote supports.
const oldest = 15

// Beyond is patterns of folders where systems keep PostgreSQL outside PATH.
func Beyond() []string {
	return []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
	}
}

// Folders gives those of PATH, then where systems keep PostgreSQL besides.
func Folders() []string {
	all := filepath.SplitList(os.Getenv("PATH"))
	for _, pattern := range Beyond() {
		if found, err := filepath.Glob(pattern); err == nil { // the patterns are ours, and sound
			all = append(all, found...)
		}
	}
	return all
}

// Find gives the one of the folders with the newest server that is new enough,
// or "".
func Find(ctx context.Context, folders []string) string {
	best, newest := "", oldest-1
	for _, dir := range folders {
		if !holds(dir, "initdb") || !holds(dir, "postgres") {
			continue
		}
		out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
		if version := major(string(out)); err == nil && version > newest {
			best, newest = dir, version
		}
	}
	return best
}

// holds says whether a program lies in the folder.
func holds(dir, program string) bool {
	_, err := exec.LookPath(filepath.Join(dir, program))
	return err == nil
}

var versionLine = regexp.MustCompile(`^postgres \(PostgreSQL\) (\d+)`)

// major reads the answer of "postgres --version"; 0 if it is another.
func major(answer string) int {
	match := versionLine.FindStringSubmatch(answer)
	if match == nil {
		return 0
	}
	version, err := strconv.Atoi(match[1])
	if err != nil {
		return 0
	}
	return version
}
