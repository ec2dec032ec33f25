// Command powercut shows a folder as a disk that forgets, when the power is cut,
// what was not synced. Killing a process cannot show whether what it acknowledged
// was durable: the system still has it. This can.
//
//	powercut UNDER VIEW
//
// It mounts VIEW, says "ready", and takes commands as lines: "cut" cuts the power,
// "cut N" lets some of what was not synced survive, drawn from the seed N. From
// then on everything fails with EIO; the answer says what was lost. At the end of
// its input it unmounts and ends. It needs root, Linux and /dev/fuse.
//
// Making, renaming and removing files counts as durable at once. A block of 4096
// bytes is kept or lost whole.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: powercut UNDER VIEW")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "powercut:", err)
		os.Exit(1)
	}
}

func run(under, view string, in io.Reader, out io.Writer) error {
	d := newDisk()
	server, err := mount(under, view, d)
	if err != nil {
		return fmt.Errorf("mount %s: %w", view, err)
	}
	// Whoever has files open there is not waited for.
	defer func() { _ = syscall.Unmount(view, 2) }() // MNT_DETACH
	if err := server.WaitMount(); err != nil {
		return fmt.Errorf("mount %s: %w", view, err)
	}
	if _, err := fmt.Fprintln(out, "ready"); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if err := obey(d, lines.Text(), out); err != nil {
			return err
		}
	}
	return lines.Err()
}

func obey(d *disk, line string, out io.Writer) error {
	words := strings.Fields(line)
	if len(words) == 0 || len(words) > 2 || words[0] != "cut" {
		return errors.New("the only command is: cut [SEED]")
	}
	var chance *rand.Rand
	if len(words) == 2 {
		seed, err := strconv.ParseUint(words[1], 10, 64)
		if err != nil {
			return fmt.Errorf("read the seed: %w", err)
		}
		chance = rand.New(rand.NewPCG(seed, 0))
	}
	lost, err := d.cut(chance)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "cut after %d syncs: %d files lost %d blocks, and %d that were not synced survived\n",
		d.syncs, lost.files, lost.blocks, lost.survived)
	return err
}
