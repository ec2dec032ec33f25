package nodes

import (
	"context"
	"path/filepath"
)

// Beside makes a node of the same program that has nothing else in common with this
// one: its folder and log are new ones in the folder, and so is what it is told and
// tells. It must be closed.
func (n *Node) Beside(ctx context.Context, folder, name, database, webhook string) (*Node, error) {
	return New(ctx, Plan{
		Program: n.plan.Program, Folder: filepath.Join(folder, name), Log: filepath.Join(folder, name+".log"), Database: database, Webhook: webhook,
	})
}

// Backup has "covernote backup" copy the node's SQLite database into a file, while
// the node serves.
func (n *Node) Backup(ctx context.Context, file string) error {
	_, err := n.command(ctx, "backup", "--replace", file)
	return err
}

// Restore has "covernote restore" bring such a copy back as the database of the
// node, which does not run and has none.
func (n *Node) Restore(ctx context.Context, file string) error {
	_, err := n.command(ctx, "restore", file)
	return err
}

// Adopt has "covernote restore" take over a database that PostgreSQL's own tools
// brought back.
func (n *Node) Adopt(ctx context.Context) error {
	_, err := n.command(ctx, "restore", "--adopt")
	return err
}
