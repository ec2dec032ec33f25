package nodes

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestANodeShowsAndStoresWords(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("node.log", "level=INFO msg=request\nlevel=ERROR holder=ZZmarked\n")
	write("covernote.sqlite-wal", "\x00secret-one\x00")
	write("sandbox.json", "secret-two")
	log, err := os.Open(filepath.Join(folder, "node.log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	n := &Node{plan: Plan{Folder: folder}, log: log}
	if said, err := n.Shows("zzmarked", "Error", "absent"); err != nil || !slices.Equal(said, []string{"zzmarked", "Error"}) {
		t.Errorf("it shows %q, %v", said, err)
	}
	if kept, err := n.Stores("Secret-One", "secret-two"); err != nil || !slices.Equal(kept, []string{"Secret-One"}) {
		t.Errorf("it stores %q, %v", kept, err)
	}
	if n.Log() != "level=ERROR holder=ZZmarked\n" {
		t.Errorf("its log ends with %q", n.Log())
	}
}
