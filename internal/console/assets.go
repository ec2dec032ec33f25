package console

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
)

//go:embed assets
var assetFiles embed.FS

// asset is a file that pages load.
type asset struct {
	contentType string
	content     []byte
}

// assets holds the files by name. assetVersion is a part of the hash of all of
// them and stands in their path, so that they may be cached for ever and the
// script's parts find each other by plain names.
var assets, assetVersion = readAssets()

// assetTypes are the content types by extension; a file of any other kind
// does not get in.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func readAssets() (read map[string]asset, version string) {
	entries, err := assetFiles.ReadDir("assets") // sorted by name
	if err != nil {
		panic(fmt.Sprintf("read embedded assets: %v", err))
	}
	read = map[string]asset{}
	hash := sha256.New()
	for _, entry := range entries {
		one := readAsset(entry.Name())
		hash.Write([]byte(entry.Name()))
		hash.Write(one.content)
		read[entry.Name()] = one
	}
	return read, hex.EncodeToString(hash.Sum(nil)[:8])
}

func readAsset(name string) asset {
	content, err := assetFiles.ReadFile(path.Join("assets", name))
	if err != nil {
		panic(fmt.Sprintf("read embedded asset: %v", err))
	}
	contentType, ok := assetTypes[path.Ext(name)]
	if !ok {
		panic("asset of an unknown kind: " + name)
	}
	return asset{contentType, content}
}
