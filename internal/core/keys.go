package core

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
)

// Keys guard the secrets in the database. They are derived from one master
// key that comes from configuration and never lies in the database itself.
type Keys struct {
	hash []byte
	seal cipher.AEAD
	// names are MACs that make the names of packages and what belongs to them, each
	// for one at a time: to begin one anew takes longer than to make a name.
	names *sync.Pool
}

// minMaster is the least length of a master key, in bytes.
const minMaster = 32

// NewKeys derives the keys from a master key of at least 32 random bytes.
func NewKeys(master []byte) (Keys, error) {
	if len(master) < minMaster {
		return Keys{}, fmt.Errorf("derive keys: the master key has %d bytes, at least %d are needed", len(master), minMaster)
	}
	hash, err := hkdf.Key(sha256.New, master, nil, "covernote credential hash v1", sha256.Size)
	if err != nil {
		return Keys{}, fmt.Errorf("derive hash key: %w", err)
	}
	sealing, err := hkdf.Key(sha256.New, master, nil, "covernote secret sealing v1", 32)
	if err != nil {
		return Keys{}, fmt.Errorf("derive sealing key: %w", err)
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return Keys{}, fmt.Errorf("derive sealing key: %w", err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return Keys{}, fmt.Errorf("derive sealing key: %w", err)
	}
	names, err := hkdf.Key(sha256.New, master, nil, "covernote names v1", sha256.Size)
	return Keys{hash: hash, seal: seal, names: macs(names)}, err
}

func macs(key []byte) *sync.Pool {
	return &sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}
}

// unkeyed makes names that nobody has, for who has no keys and only asks whether
// something has the form of a name.
var unkeyed = macs(nil)

// Hash is the keyed hash under which a random secret is stored. It is no
// password hash: secrets are random and have at least 160 bits.
func (k Keys) Hash(secret string) []byte {
	mac := hmac.New(sha256.New, k.hash)
	mac.Write([]byte(secret))
	return mac.Sum(nil)
}

// equal compares two hashes in constant time.
func equal(a, b []byte) bool { return hmac.Equal(a, b) }

// none tells whether there are no keys, as where a database is only checked.
func (k Keys) none() bool { return k.seal == nil }

// keyVersion begins every sealed secret, so that keys can be rotated.
const keyVersion = 1

// Seal encrypts a secret for one field of one object; opened for another it
// fails.
func (k Keys) Seal(secret []byte, part, object, field string) ([]byte, error) {
	nonce := make([]byte, k.seal.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("seal secret: %w", err)
	}
	sealed := append([]byte{keyVersion}, nonce...)
	return k.seal.Seal(sealed, nonce, secret, label(part, object, field)), nil
}

// Open decrypts what Seal encrypted for the same field of the same object.
func (k Keys) Open(sealed []byte, part, object, field string) ([]byte, error) {
	size := k.seal.NonceSize()
	if len(sealed) < 1+size || sealed[0] != keyVersion {
		return nil, errors.New("open secret: it was not sealed with a key of this server")
	}
	secret, err := k.seal.Open(nil, sealed[1:1+size], sealed[1+size:], label(part, object, field))
	if err != nil {
		return nil, errors.New("open secret: it was not sealed with a key of this server")
	}
	return secret, nil
}

func label(part, object, field string) []byte {
	return fmt.Appendf(nil, "%d\x00%s\x00%s\x00%s", keyVersion, part, object, field)
}

// NewSecret is a random secret of 192 bits that can be typed into a URL.
func NewSecret() (string, error) {
	random := make([]byte, 24)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("make secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(random), nil
}
