package service

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Tokens: who may do what. The data folder has their hashes alone.

// Role is what a token allows; each allows what those before it do.
type Role int

const (
	Nobody Role = iota // pages and documents that tell nothing of any scan
	Reader             // read the history
	Judge              // have scans judged, and label them
	Admin              // models and training
)

var roleNames = []string{"nobody", "read", "judge", "admin"}

// String is the word that flags and files use.
func (r Role) String() string { return roleNames[r] }

// ParseRole reads the word.
func ParseRole(word string) (Role, error) {
	if i := slices.Index(roleNames, word); i > 0 {
		return Role(i), nil
	}
	return Nobody, fmt.Errorf("role %q: want %s", word, strings.Join(roleNames[1:], ", "))
}

// tokenFile is the name of the file in the data folder.
const tokenFile = "tokens.json"

// token is an entry of the file.
type token struct {
	Name   string    `json:"name"`
	Role   string    `json:"role"`
	SHA256 string    `json:"sha256"` // of the token's text: it is random, so that nothing slower is needed
	Made   time.Time `json:"made"`
}

// MakeToken makes a token and keeps its hash in the data folder. The text it returns is
// nowhere else. A name that has a token already gets a new one, and the old one ends.
func MakeToken(data, name string, role Role, now time.Time) (string, error) {
	if role <= Nobody || role > Admin {
		return "", fmt.Errorf("role %d: no such role", role)
	}
	if err := checkField("name", name, true); err != nil {
		return "", err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return "", fmt.Errorf("data folder: %w", err)
	}
	path := filepath.Join(data, tokenFile)
	all, err := readTokens(path)
	if err != nil {
		return "", err
	}
	text := "blm_" + rand.Text() + rand.Text()
	sum := sha256.Sum256([]byte(text))
	all = slices.DeleteFunc(all, func(t token) bool { return t.Name == name })
	all = append(all, token{Name: name, Role: role.String(), SHA256: hex.EncodeToString(sum[:]), Made: now.UTC().Truncate(time.Second)})
	return text, writeTokens(path, all)
}

// EndToken takes a token away, and says whether there was one.
func EndToken(data, name string) (bool, error) {
	path := filepath.Join(data, tokenFile)
	all, err := readTokens(path)
	if err != nil {
		return false, err
	}
	left := slices.DeleteFunc(slices.Clone(all), func(t token) bool { return t.Name == name })
	if len(left) == len(all) {
		return false, nil
	}
	return true, writeTokens(path, left)
}

// writeTokens replaces the file whole, for its owner alone to read.
func writeTokens(path string, all []token) error {
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "tokens") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func readTokens(path string) ([]token, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []token
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, t := range all {
		if _, err := ParseRole(t.Role); err != nil || !isHash(t.SHA256) {
			return nil, fmt.Errorf("%s: the entry %q is damaged; make that token anew", path, t.Name)
		}
	}
	return all, nil
}

// tokens are those of a data folder as they are now: the file is read again when it changes.
type tokens struct {
	path string
	mu   sync.Mutex
	seen fs.FileInfo
	all  []token
}

// refresh reads the file where it has changed. What cannot be read lets nobody in.
func (t *tokens) refresh() ([]token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	info, err := os.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		t.seen, t.all = nil, nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if t.seen != nil && os.SameFile(info, t.seen) && info.ModTime().Equal(t.seen.ModTime()) && info.Size() == t.seen.Size() {
		return t.all, nil
	}
	all, err := readTokens(t.path)
	if err != nil {
		return nil, err
	}
	t.seen, t.all = info, all
	return all, nil
}

// who finds the holder of a token. Each is compared, in a time that does not depend on how
// much is right.
func (t *tokens) who(text string) (name string, role Role, err error) {
	all, err := t.refresh()
	if err != nil {
		return "", Nobody, err
	}
	sum := sha256.Sum256([]byte(text))
	given := []byte(hex.EncodeToString(sum[:]))
	for _, known := range all {
		if subtle.ConstantTimeCompare(given, []byte(known.SHA256)) == 1 {
			name = known.Name
			role, _ = ParseRole(known.Role) // readTokens has checked it
		}
	}
	return name, role, nil
}
