// Program lifedoc writes what the table of a suggestion's life says for people who read: docs/guide/{zh-CN,en}/life.md with the state diagram as Mermaid text
// and the table of actions, and docs/pictures/life-{zh-CN,en}.svg, which needs nothing but a browser. It is run by go generate; the texts are those of the pages.
package main

import (
	"embed"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/suggestion"
)

//go:embed messages
var messages embed.FS

func main() {
	log.SetFlags(0)
	root := flag.String("root", "", "folder of the repository; empty: the nearest above with go.mod")
	flag.Parse()
	if err := run(*root); err != nil {
		log.Fatal(err)
	}
}

func run(root string) error {
	if root == "" {
		var err error
		if root, err = repository(); err != nil {
			return err
		}
	}
	texts, err := i18n.Load(suggestion.Messages, messages)
	if err != nil {
		return err
	}
	for _, lang := range []i18n.Lang{i18n.ZH, i18n.EN} {
		p := texts.Printer(lang)
		picture, err := draw(p, suggestion.Life(), places())
		if err != nil {
			return err
		}
		for name, text := range map[string]string{
			fmt.Sprintf("docs/pictures/life-%s.svg", lang): picture,
			fmt.Sprintf("docs/guide/%s/life.md", lang):     page(p, suggestion.Life()),
		} {
			name = filepath.Join(root, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				return fmt.Errorf("make folder: %w", err)
			}
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				return fmt.Errorf("write: %w", err)
			}
		}
	}
	return nil
}

// repository is the nearest folder above the present one that holds go.mod.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("no go.mod above the present folder")
		}
		dir = filepath.Dir(dir)
	}
}
