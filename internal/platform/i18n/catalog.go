package i18n

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

//go:embed messages/*.json
var own embed.FS

// Catalog holds the messages of all modules in both languages. It does not change after Load, and any number of goroutines may read it.
type Catalog struct {
	zh *Printer
	en *Printer
}

// Load reads messages/zh-CN.json and messages/en.json of each module, and this package's own. It refuses a key that occurs twice (within a module or in
// two of them), a key that one language lacks, and a message whose parameters differ between the languages; the error names every such key.
func Load(fsys ...fs.FS) (*Catalog, error) {
	loaded := map[Lang]map[string]message{ZH: {}, EN: {}}
	var problems []error
	for _, module := range append([]fs.FS{own}, fsys...) {
		for _, lang := range Langs() {
			file := "messages/" + string(lang) + ".json"
			data, err := fs.ReadFile(module, file)
			if err != nil {
				return nil, fmt.Errorf("read messages: %w", err)
			}
			problems = append(problems, readMessages(file, data, loaded[lang])...)
		}
	}
	problems = append(problems, compare(loaded[ZH], loaded[EN])...)
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	return &Catalog{zh: &Printer{lang: ZH, messages: loaded[ZH]}, en: &Printer{lang: EN, messages: loaded[EN]}}, nil
}

// Printer returns the printer of a language; all requests in that language share it. A language unknown to the pages gets the Chinese one.
func (c *Catalog) Printer(lang Lang) *Printer {
	if lang == EN {
		return c.en
	}
	return c.zh
}

// Keys returns all keys, sorted.
func (c *Catalog) Keys() []string { return slices.Sorted(maps.Keys(c.zh.messages)) }

// readMessages adds the messages of one file to into. It reads token by token, because decoding into a map would keep the last of two equal keys and
// say nothing.
func readMessages(file string, data []byte, into map[string]message) []error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return []error{fmt.Errorf("%s: is not a JSON object", file)}
	}
	var problems []error
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return append(problems, fmt.Errorf("%s: %w", file, err))
		}
		key, _ := tok.(string)
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return append(problems, fmt.Errorf("%s: %s: %w", file, key, err))
		}
		m, err := parseMessage(raw)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %s: %w", file, key, err))
			continue
		}
		if _, twice := into[key]; twice {
			problems = append(problems, fmt.Errorf("%s: %s: key is there twice", file, key))
			continue
		}
		into[key] = m
	}
	if _, err := dec.Token(); err != nil {
		problems = append(problems, fmt.Errorf("%s: %w", file, err))
	}
	return problems
}

// parseMessage reads a text, or an object with the wordings "one" and "other".
func parseMessage(raw json.RawMessage) (message, error) {
	var text string
	if err := json.Unmarshal(raw, &text); err == nil {
		if text == "" {
			return message{}, errors.New("is empty")
		}
		other, err := parseForm(text)
		return message{other: other}, err
	}
	var plural struct {
		One   string `json:"one"`
		Other string `json:"other"`
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&plural); err != nil {
		return message{}, errors.New(`is neither a text nor {"one": …, "other": …}`)
	}
	if plural.Other == "" {
		return message{}, errors.New(`has no wording "other"`)
	}
	other, err := parseForm(plural.Other)
	if err != nil {
		return message{}, err
	}
	one, err := parseForm(plural.One)
	if err != nil {
		return message{}, err
	}
	for _, name := range one.params() {
		if !slices.Contains(other.params(), name) {
			return message{}, fmt.Errorf(`parameter {%s} is in "one" and not in "other"`, name)
		}
	}
	return message{other: other, one: one}, nil
}

// compare lists the keys that one language lacks and those whose parameters differ.
func compare(zh, en map[string]message) []error {
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(zh)) {
		other, ok := en[key]
		if !ok {
			problems = append(problems, fmt.Errorf("%s: missing in %s", key, EN))
			continue
		}
		if a, b := zh[key].other.params(), other.other.params(); !slices.Equal(a, b) {
			problems = append(problems, fmt.Errorf("%s: parameters differ: %v in %s, %v in %s", key, a, ZH, b, EN))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(en)) {
		if _, ok := zh[key]; !ok {
			problems = append(problems, fmt.Errorf("%s: missing in %s", key, ZH))
		}
	}
	return problems
}
