package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

const maxLines = 600

func filesAreShort(t *tree, _ Settings) (found []Violation) {
	for _, name := range t.order {
		if !slices.Contains([]string{".go", ".templ", ".js", ".css", ".sh"}, path.Ext(name)) {
			continue
		}
		if n := bytes.Count(t.texts[name], []byte("\n")); n > maxLines {
			found = append(found, Violation{name, n, fmt.Sprintf("%d lines; split by subject (at most %d)", n, maxLines)})
		}
	}
	return found
}

// openWork is put together here so that this file does not report itself.
var openWork = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)

func nothingLeftOpen(t *tree, _ Settings) (found []Violation) {
	for _, name := range t.order {
		if !openWork.Match(t.texts[name]) {
			continue
		}
		for n, line := range bytes.Split(t.texts[name], []byte("\n")) {
			if word := openWork.Find(line); word != nil {
				found = append(found, Violation{name, n + 1, fmt.Sprintf("%s: finish it, or write an issue", word)})
			}
		}
	}
	return found
}

// noSilentSkip accepts a skip only under a condition that asks for the CI variable.
func noSilentSkip(t *tree, _ Settings) (found []Violation) {
	for _, s := range t.sources {
		var guards []*ast.IfStmt
		ast.Inspect(s.file, func(n ast.Node) bool {
			if guard, ok := n.(*ast.IfStmt); ok && asksForCI(guard.Cond) {
				guards = append(guards, guard)
			}
			return true
		})
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !skips(call) {
				return true
			}
			guarded := slices.ContainsFunc(guards, func(g *ast.IfStmt) bool {
				return g.Body.Pos() <= call.Pos() && call.End() <= g.Body.End()
			})
			if !guarded {
				found = append(found, Violation{s.name, t.line(call), `a skip outside an if that asks for os.Getenv("CI"): a missing tool must fail`})
			}
			return true
		})
	}
	return found
}

func skips(call *ast.CallExpr) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, selector.Sel.Name) {
		return false
	}
	receiver, ok := selector.X.(*ast.Ident)
	return ok && slices.Contains([]string{"t", "tb", "b", "f", "tt"}, receiver.Name)
}

func asksForCI(condition ast.Expr) bool {
	asked := false
	ast.Inspect(condition, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		literal, isLiteral := call.Args[0].(*ast.BasicLit)
		asked = asked || ok && selector.Sel.Name == "Getenv" && isLiteral && literal.Value == `"CI"`
		return true
	})
	return asked
}

func noInit(t *tree, _ Settings) (found []Violation) {
	for _, s := range t.sources {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				found = append(found, Violation{s.name, t.line(f), "init runs unasked; give the work a name and call it from New"})
			}
		}
	}
	return found
}

// storesAreUnexported looks in the module's own package, where the policy stands between the store and the world.
func storesAreUnexported(t *tree, _ Settings) (found []Violation) {
	for _, s := range t.sources {
		if placeOf(s.dir).kind != "module" || s.test {
			continue
		}
		for _, d := range s.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, spec := range g.Specs {
				name := spec.(*ast.TypeSpec).Name
				if name.IsExported() && (strings.HasSuffix(name.Name, "Store") || strings.HasSuffix(name.Name, "Repository")) {
					found = append(found, Violation{s.name, t.line(name), name.Name + " is exported; pages and API would get past the policy"})
				}
			}
		}
	}
	return found
}

func clockComesIn(t *tree, _ Settings) (found []Violation) {
	for _, s := range t.sources {
		if placeOf(s.dir).kind != "module" || s.test {
			continue
		}
		local := ""
		for _, i := range s.imports {
			if i.path == "time" {
				local = i.name
			}
		}
		if local == "" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := selector.X.(*ast.Ident)
			if ok && pkg.Name == local && slices.Contains([]string{"Now", "Sleep", "Since", "Until"}, selector.Sel.Name) {
				found = append(found, Violation{s.name, t.line(selector), "time." + selector.Sel.Name + " cannot be moved by a test; take a clock"})
			}
			return true
		})
	}
	return found
}
