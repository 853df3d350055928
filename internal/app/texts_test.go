package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"xieshang/internal/app"
	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/i18n"
)

// TestEveryTextIsThere: a key that stands in the program as it is has a text in both languages, and a refusal too.
func TestEveryTextIsThere(t *testing.T) {
	catalog, err := app.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	words := []*i18n.Printer{catalog.Printer(i18n.ZH), catalog.Printer(i18n.EN)}
	found := 0
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if d.IsDir() && d.Name() == "tools" { // they have texts of their own
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			of, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			at, known := map[string]int{"T": 0, "N": 0, "On": 1, "Flash": 2}[of.Sel.Name]
			if from, is := of.X.(*ast.Ident); of.Sel.Name == "New" && is && from.Name == "problem" {
				at, known = 1, true
			}
			if !known || len(call.Args) <= at {
				return true
			}
			text, ok := call.Args[at].(*ast.BasicLit)
			if !ok || text.Kind != token.STRING {
				return true
			}
			key, err := strconv.Unquote(text.Value)
			if err != nil || !strings.Contains(key, ".") || strings.Contains(key, " ") {
				return true
			}
			found++
			for _, p := range words {
				if !p.Has(key) {
					t.Errorf("%s asks for the text %q, which a language lacks", path, key)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || found < 1000 {
		t.Errorf("%d keys found: %v", found, err)
	}
}

// TestTheHomeOfASecretary: what the branch still has to hold stands where the day begins.
func TestTheHomeOfASecretary(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		newParty(t, s)
		b := visit(t, s).as("shuji")
		st, body := b.get("/")
		b.has(st, body, 200, "组织生活", "党员大会", "前完成")
	})
}
