package secret

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Variable names the environment variable with the path of the key file. Without it the file lies beside the SQLite file.
const Variable = "XIESHANG_KEYS"

const head = "# Keys of Xieshang. Whoever has this file and the database can read what is sealed there. Keep a copy apart from the database's.\n" +
	"# The last key seals, all of them open. Never change or remove the line 'index'.\n"

// Load reads the key file, and creates it with fresh keys, readable by its owner only, when there is none. Several processes that
// start at the same moment end up with the same keys. Errors: the file cannot be read or made, is readable by everybody, or is damaged.
func Load(path string, random io.Reader) (*Ring, error) {
	r, err := read(path, random)
	if !errors.Is(err, fs.ErrNotExist) {
		return r, err
	}
	if r, err = New(random); err != nil {
		return nil, err
	}
	temp, err := r.writeTemp(path)
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp)
	// A link, unlike a rename, fails when another process was first: then its keys are the keys.
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("create key file: %w", err)
	}
	return read(path, random)
}

func read(path string, random io.Reader) (*Ring, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("key file %s can be read by everybody on this machine (mode %04o): change it to 0600", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	r, err := Parse(string(text), random)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return r, nil
}

// Save replaces the key file by the keys of r, in one step: a reader sees the old file or the new one. It is for use after Rotate.
func (r *Ring) Save(path string) error {
	temp, err := r.writeTemp(path)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(fmt.Errorf("replace key file: %w", err), os.Remove(temp))
	}
	return syncDir(filepath.Dir(path))
}

func (r *Ring) writeTemp(path string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".keys-") // mode 0600
	if err != nil {
		return "", fmt.Errorf("write key file: %w", err)
	}
	_, err = f.WriteString(r.text())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("write key file: %w", err), os.Remove(f.Name()))
	}
	return f.Name(), syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

func (r *Ring) text() string {
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("index " + base64.StdEncoding.EncodeToString(r.index) + "\n")
	for _, k := range r.keys {
		b.WriteString("key " + k.id + " " + base64.StdEncoding.EncodeToString(k.raw) + "\n")
	}
	return b.String()
}

// Parse reads the text of a key file; random serves later Seals. The error names the line, never its content.
func Parse(text string, random io.Reader) (*Ring, error) {
	r := &Ring{random: random}
	for n, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if err := r.parseLine(f); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	if r.index == nil || len(r.keys) == 0 {
		return nil, errors.New("needs one line 'index' and at least one line 'key'")
	}
	return r, nil
}

func (r *Ring) parseLine(f []string) error {
	switch {
	case f[0] == "index" && len(f) == 2:
		b, err := decodeKey(f[1])
		if err != nil {
			return err
		}
		if r.index != nil {
			return errors.New("a second line 'index'")
		}
		r.index = b
	case f[0] == "key" && len(f) == 3:
		b, err := decodeKey(f[2])
		if err != nil {
			return err
		}
		if id, err := hex.DecodeString(f[1]); err != nil || len(id) != idSize || f[1] != strings.ToLower(f[1]) {
			return fmt.Errorf("a key id has %d hexadecimal digits", 2*idSize)
		}
		if _, twice := r.find(f[1]); twice {
			return fmt.Errorf("key %s is there twice", f[1])
		}
		k, err := makeKey(f[1], b)
		if err != nil {
			return err
		}
		r.keys = append(r.keys, k)
	default:
		return errors.New("is neither 'index KEY' nor 'key ID KEY'")
	}
	return nil
}

func decodeKey(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b) != keySize {
		return nil, fmt.Errorf("a key is %d bytes in base64", keySize)
	}
	return b, nil
}
