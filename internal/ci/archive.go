package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// archive is one version of a package of the npm registry. It is downloaded
// once, by npm itself, so that whatever registry or proxy a machine is set up
// for is used; what is in it is used only if its sum is the one written here.
type archive struct {
	name, version string
	// sum is its SHA-512, in base64 as npm writes it.
	sum string
	// script is the one file in it that tests use.
	script string
}

// axe is the accessibility rules that the browser tests hold pages against.
var axe = archive{
	name: "axe-core", version: "4.14.0", script: "axe.min.js",
	sum: "9WTZxEjsZ7b13TH8JPmbV2z8CHbl80/2hm3XPEG4JgNdQLK81IBRXmSxHfMAOkSqQeRxT/0dwNDz2GOm3zzpcQ==",
}

// spec is how npm is asked for the archive.
func (a archive) spec() string { return a.name + "@" + a.version }

// file is how npm calls the archive.
func (a archive) file() string { return a.name + "-" + a.version + ".tgz" }

// find gives the script of an archive that is kept from an earlier run, or "".
// The script is unpacked anew each time: what tests load is what was pinned,
// whatever has become of the copy beside it.
func (a archive) find(_ context.Context, m machine) string {
	packed, err := os.ReadFile(filepath.Join(m.cache, a.file()))
	if err != nil {
		return ""
	}
	place, err := a.unpack(packed, m.cache)
	if err != nil {
		return "" // bringing it says why
	}
	return place
}

// bring downloads the archive, keeps it, and gives its script.
func (a archive) bring(ctx context.Context, m machine, run installer) (string, error) {
	place, err := a.download(ctx, m, run)
	if err != nil {
		return "", fmt.Errorf("bring %s %s: %w\nRun: npm pack %s --pack-destination=%s", a.name, a.version, err, a.spec(), m.cache)
	}
	return place, nil
}

func (a archive) download(ctx context.Context, m machine, run installer) (place string, err error) {
	if err := os.MkdirAll(m.cache, 0o755); err != nil {
		return "", fmt.Errorf("make a folder to keep it in: %w", err)
	}
	dir, err := os.MkdirTemp(m.cache, "npm-")
	if err != nil {
		return "", fmt.Errorf("make a folder to download to: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var output strings.Builder
	if err := run(ctx, &output, nil, "npm", "pack", a.spec(), "--pack-destination="+dir); err != nil {
		return "", fmt.Errorf("%w\n%s", err, output.String())
	}
	packed, err := os.ReadFile(filepath.Join(dir, a.file()))
	if err != nil {
		return "", fmt.Errorf("read what npm downloaded: %w", err)
	}
	if place, err = a.unpack(packed, m.cache); err != nil {
		return "", err
	}
	return place, keep(filepath.Join(m.cache, a.file()), packed)
}

// unpack checks the archive's sum and puts its script into a folder.
func (a archive) unpack(packed []byte, dir string) (place string, err error) {
	got := sha512.Sum512(packed)
	if sum := base64.StdEncoding.EncodeToString(got[:]); sum != a.sum {
		return "", fmt.Errorf("%s is not the archive that was pinned: its SHA-512 is %s, not %s", a.file(), sum, a.sum)
	}
	script, err := a.extract(packed)
	if err != nil {
		return "", fmt.Errorf("unpack %s: %w", a.file(), err)
	}
	place = filepath.Join(dir, a.script)
	return place, keep(place, script)
}

// extract gives the script's text; npm puts everything below "package/".
func (a archive) extract(packed []byte) ([]byte, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	for files := tar.NewReader(zipped); ; {
		header, err := files.Next()
		if err != nil {
			return nil, fmt.Errorf("look for %s: %w", a.script, err)
		}
		if header.Name == "package/"+a.script {
			return io.ReadAll(files)
		}
	}
}

// keep writes a file in one step, so that a run beside this one reads all of it
// or what was there before.
func keep(path string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-")
	if err != nil {
		return fmt.Errorf("keep %s: %w", filepath.Base(path), err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", filepath.Base(path), errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// cacheFolder is where archives are kept between runs: in the folder that the
// user's system has for such files, or failing that in the one for what may go
// at any time.
func cacheFolder() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "covernote")
}
