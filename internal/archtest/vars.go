package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// noMutableVars reports package-level variables that change: those without a value of their own, those that hold a
// lock, a pool or a counter, and those written, grown or pointed at anywhere in the program. Tables that are only read
// are as good as constants and pass. The look is by name and syntax, so a write through a method is seen only for the
// types of sync.
func noMutableVars(t *tree, settings Settings) (found []Violation) {
	vars := map[string]map[string]bool{} // folder -> variable
	for _, s := range t.sources {
		if s.test || s.generated {
			continue
		}
		for _, spec := range packageVars(s.file) {
			for n, name := range spec.Names {
				if name.Name == "_" || listed(settings.Vars, s.dir+"."+name.Name) {
					continue
				}
				if vars[s.dir] == nil {
					vars[s.dir] = map[string]bool{}
				}
				vars[s.dir][name.Name] = true
				if why := bornMutable(spec, n); why != "" {
					found = append(found, Violation{s.name, t.line(name), fmt.Sprintf("package variable %s %s; put it into a value that New returns", name.Name, why)})
				}
			}
		}
	}
	for _, s := range t.sources {
		if s.generated {
			continue
		}
		for _, written := range writes(s.file) {
			dir, name := target(s, written)
			if vars[dir][name] {
				found = append(found, Violation{s.name, t.line(written), fmt.Sprintf("writes the package variable %s of %s", name, dir)})
			}
		}
	}
	return append(found, unreasoned(settings.Vars)...)
}

func packageVars(f *ast.File) (specs []*ast.ValueSpec) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			if !embedded(g.Doc) && !embedded(v.Doc) {
				specs = append(specs, v)
			}
		}
	}
	return specs
}

func embedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

func bornMutable(spec *ast.ValueSpec, n int) string {
	if len(spec.Values) == 0 {
		return "has no value yet, so somebody will write it"
	}
	value := spec.Values[min(n, len(spec.Values)-1)]
	if unary, ok := value.(*ast.UnaryExpr); ok && unary.Op == token.AND {
		value = unary.X
	}
	switch v := value.(type) {
	case *ast.CompositeLit:
		if selector, ok := v.Type.(*ast.SelectorExpr); ok {
			if pkg, ok := selector.X.(*ast.Ident); ok && (pkg.Name == "sync" || pkg.Name == "atomic") {
				return "holds a " + pkg.Name + "." + selector.Sel.Name
			}
		}
	case *ast.CallExpr:
		if f, ok := v.Fun.(*ast.Ident); ok && (f.Name == "make" || f.Name == "new") {
			return "is made empty, so somebody will fill it"
		}
	}
	return ""
}

// writes returns the expressions that are assigned to, counted up, deleted from or pointed at inside functions.
func writes(f *ast.File) (targets []ast.Expr) {
	for _, d := range f.Decls {
		body, ok := d.(*ast.FuncDecl)
		if !ok || body.Body == nil {
			continue
		}
		ast.Inspect(body.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					targets = append(targets, n.Lhs...)
				}
			case *ast.IncDecStmt:
				targets = append(targets, n.X)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					targets = append(targets, n.X)
				}
			case *ast.CallExpr:
				if name, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && slices.Contains([]string{"delete", "clear", "copy"}, name.Name) {
					targets = append(targets, n.Args[0])
				}
			}
			return true
		})
	}
	return targets
}

// target finds the folder and name of the package variable at the root of an expression: x, x[i], x.f, *x and, for
// another package of this program, p.X.
func target(s *source, e ast.Expr) (dir, name string) {
	for {
		switch v := e.(type) {
		case *ast.IndexExpr:
			e = v.X
		case *ast.StarExpr:
			e = v.X
		case *ast.ParenExpr:
			e = v.X
		case *ast.SliceExpr:
			e = v.X
		case *ast.SelectorExpr:
			if pkg, ok := v.X.(*ast.Ident); ok && pkg.Obj == nil {
				for _, i := range s.imports {
					if dir, ours := strings.CutPrefix(i.path, modulePath+"/"); ours && i.name == pkg.Name {
						return dir, v.Sel.Name
					}
				}
			}
			e = v.X
		case *ast.Ident:
			// A name declared inside a function hides the variable. Names of other files of the package are unresolved.
			if v.Obj != nil {
				spec, ok := v.Obj.Decl.(*ast.ValueSpec)
				if !ok || !slices.Contains(packageVars(s.file), spec) {
					return "", ""
				}
			}
			return s.dir, v.Name
		default:
			return "", ""
		}
	}
}
