// Package i18ntest checks that the messages in the catalogues and the keys in the source are the same set. It promises to name every key that is
// used and has no message, and every message that nothing uses.
package i18ntest

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Check reads the Go and templ source and the messages/*.json under the roots, and fails the test for each key that is used and not there and for each
// message that nothing uses. A use is a literal handed to T, N or i18n.Key; any other literal equal to a key also counts as its use, and so does every key that
// begins with one of the prefixes, for keys put together at run time ("suggestion.state."). Keys are looked up among all roots, so a root that uses
// messages of another package is checked together with it.
func Check(t testing.TB, roots []string, prefixes ...string) {
	t.Helper()
	problems, err := scan(roots, prefixes)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}

func scan(roots, prefixes []string) ([]string, error) {
	found := source{calls: map[string]string{}, literals: map[string]bool{}}
	messages := map[string]string{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return found.visit(path, d, messages)
		})
		if err != nil {
			return nil, err
		}
	}
	var problems []string
	for key, where := range found.calls {
		if _, ok := messages[key]; !ok {
			problems = append(problems, fmt.Sprintf("%s: uses %q, which has no message", where, key))
		}
	}
	for key, file := range messages {
		if _, called := found.calls[key]; !called && !found.literals[key] && !hasPrefix(key, prefixes) {
			problems = append(problems, fmt.Sprintf("%s: nothing uses %q", file, key))
		}
	}
	if len(messages) == 0 {
		problems = append(problems, "no messages under "+strings.Join(roots, ", "))
	}
	slices.Sort(problems)
	return problems, nil
}

func hasPrefix(key string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) })
}

// source is what the code says about keys.
type source struct {
	calls    map[string]string // key handed to T, N or Key → where
	literals map[string]bool   // every other string literal
}

func (s *source) visit(path string, d fs.DirEntry, messages map[string]string) error {
	name := d.Name()
	switch {
	case d.IsDir():
		if name == "testdata" || name == "node_modules" {
			return fs.SkipDir
		}
		return nil
	case filepath.Base(filepath.Dir(path)) == "messages" && strings.HasSuffix(name, ".json"):
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var keys map[string]json.RawMessage
		if err := json.Unmarshal(data, &keys); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for key := range keys {
			messages[key] = path
		}
		return nil
	case strings.HasSuffix(name, ".templ"):
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		s.templ(path, string(data))
		return nil
	case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_templ.go"):
		return s.goFile(path)
	}
	return nil
}

var (
	templCall    = regexp.MustCompile(`\b(?:T|N|Key)\(\s*"([^"\\]+)"\s*[,)]`)
	templLiteral = regexp.MustCompile(`"([a-z][a-zA-Z0-9_.-]+)"`)
)

func (s *source) templ(path, text string) {
	for _, m := range templCall.FindAllStringSubmatch(text, -1) {
		s.calls[m[1]] = path
	}
	for _, m := range templLiteral.FindAllStringSubmatch(text, -1) {
		s.literals[m[1]] = true
	}
}

func (s *source) goFile(path string) error {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && len(n.Args) > 0 && isCall(sel) {
				if key, ok := literal(n.Args[0]); ok {
					s.calls[key] = fset.Position(n.Pos()).String()
				}
			}
		case *ast.BasicLit:
			if key, ok := literal(n); ok {
				s.literals[key] = true
			}
		}
		return true
	})
	return nil
}

// isCall reports whether a selector is a method T or N of some printer, or i18n.Key. The syntax alone does not tell a printer's N from another type's; a
// clash shows up as a missing message and is cured by another method name.
func isCall(sel *ast.SelectorExpr) bool {
	switch sel.Sel.Name {
	case "T", "N":
		return true
	case "Key":
		pkg, ok := sel.X.(*ast.Ident)
		return ok && pkg.Name == "i18n"
	}
	return false
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
