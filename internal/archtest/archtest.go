// Package archtest holds the rules of the house as tests over the source files: who may import whom, where the
// database is touched, and what no file may contain. It promises to read the files themselves with go/parser, so that
// an answer never comes from the build cache, and to name the file, the line and the way out for each broken rule.
package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Arrow allows packages of one module to import a package of another. Why is required.
type Arrow struct{ From, To, Why string }

// Exception exempts a package (or package.Variable) from a rule. Why is required.
type Exception struct{ What, Why string }

// Settings are the lists that the rules are read with.
type Settings struct {
	Arrows []Arrow
	SQL    []Exception
	Vars   []Exception
}

// Violation is one broken rule at one place. Line is 0 when the whole file is meant.
type Violation struct {
	File string
	Line int
	Text string
}

func (v Violation) String() string {
	return fmt.Sprintf("%s:%d: %s", v.File, v.Line, v.Text)
}

// Rule has the sentence that a test is named after and the check behind it.
type Rule struct {
	Name  string
	check func(*tree, Settings) []Violation
}

// Rules returns every rule of the house.
func Rules() []Rule {
	return []Rule{
		{"platform imports no module and not the composition root", platformKnowsNoModule},
		{"pages and API reach only their own service and platform", webAndAPI},
		{"modules import each other only along listed arrows", arrows},
		{"only cmd, tools and tests import the composition root", appIsTheTop},
		{"a module's store is unexported", storesAreUnexported},
		{"database/sql and drivers stay in platform/db", sqlStaysHome},
		{"there is no init function", noInit},
		{"package variables are never written", noMutableVars},
		{"modules take the time from a clock", clockComesIn},
		{"hand-written files have at most 600 lines", filesAreShort},
		{"nothing is left open in the text", nothingLeftOpen},
		{"no test is skipped when CI is true", noSilentSkip},
	}
}

// source is one parsed Go file.
type source struct {
	name      string // slash-separated, relative to the root
	dir       string
	test      bool
	generated bool
	file      *ast.File
	imports   []imported
}

type imported struct {
	path string
	name string // the name used in the file: the alias, else the last element
	line int
}

// tree is the whole repository as the rules see it.
type tree struct {
	set     *token.FileSet
	sources []*source
	texts   map[string][]byte // every hand-written text file, Go included
	order   []string          // names in texts, sorted
}

var textSuffixes = []string{".go", ".templ", ".sql", ".css", ".js", ".md", ".sh", ".html"}

// load reads the tree. Folders named testdata, node_modules, vendor or dist, or starting with a dot or underscore, are left out, as are
// minified files, which are other people's. A Go file that does not parse is an error: the rules would be blind to it.
func load(root fs.FS) (*tree, error) {
	t := &tree{set: token.NewFileSet(), texts: map[string][]byte{}}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			hidden := name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_"))
			if hidden || base == "testdata" || base == "node_modules" || base == "vendor" || base == "dist" || name == "tmp" || name == "bin" {
				return fs.SkipDir
			}
			return nil
		}
		if strings.Contains(base, ".min.") || !slices.Contains(textSuffixes, path.Ext(base)) {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		if path.Ext(base) != ".go" {
			if !generatedText(text) {
				t.add(name, text)
			}
			return nil
		}
		file, err := parser.ParseFile(t.set, name, text, parser.ParseComments)
		if err != nil {
			return err
		}
		s := &source{name: name, dir: path.Dir(name), test: strings.HasSuffix(base, "_test.go"), generated: ast.IsGenerated(file), file: file}
		if !s.generated {
			t.add(name, text)
		}
		for _, spec := range file.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return fmt.Errorf("%s: import %s: %w", name, spec.Path.Value, err)
			}
			local := path.Base(p)
			if spec.Name != nil {
				local = spec.Name.Name
			}
			s.imports = append(s.imports, imported{p, local, t.line(spec)})
		}
		t.sources = append(t.sources, s)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the source tree: %w", err)
	}
	return t, nil
}

func (t *tree) add(name string, text []byte) {
	t.texts[name] = text
	t.order = append(t.order, name)
}

func (t *tree) line(n ast.Node) int { return t.set.Position(n.Pos()).Line }

// generatedText recognises the mark of a generated file that is not Go, in its first lines.
func generatedText(text []byte) bool {
	head := text[:min(len(text), 400)]
	return bytes.Contains(head, []byte("Code generated")) && bytes.Contains(head, []byte("DO NOT EDIT"))
}

// place says where in the house a folder stands.
type place struct {
	kind   string // "platform", "app", "module", "tools", "cmd", "test", "other"
	module string // the module's name when kind is "module"
	pkg    string // the folder relative to internal/
}

// edge tells pages and API packages of a module, which stand beside the service and not above other modules.
func (p place) edge() bool {
	base := path.Base(p.pkg)
	return p.kind == "module" && p.pkg != p.module && (strings.HasSuffix(base, "web") || strings.HasSuffix(base, "api"))
}

// testHelp tells a module's package of builders for tests.
func (p place) testHelp() bool {
	return p.kind == "module" && p.pkg == p.module+"/"+p.module+"test"
}

func placeOf(dir string) place {
	top, rest, _ := strings.Cut(dir, "/")
	if top != "internal" {
		if top == "cmd" || top == "test" {
			return place{kind: top, pkg: dir}
		}
		return place{kind: "other", pkg: dir}
	}
	first, _, _ := strings.Cut(rest, "/")
	switch first {
	case "platform", "app", "tools":
		return place{kind: first, pkg: rest}
	case "archtest", "":
		return place{kind: "other", pkg: rest}
	}
	return place{kind: "module", module: first, pkg: rest}
}

// placeOfImport returns false for packages of other people.
func placeOfImport(p string) (place, bool) {
	dir, ours := strings.CutPrefix(p, modulePath+"/")
	if !ours {
		return place{}, false
	}
	return placeOf(dir), true
}

// Check runs one rule over the tree under root and returns what it found, in the order of the files.
func Check(root fs.FS, settings Settings, rule Rule) ([]Violation, error) {
	t, err := load(root)
	if err != nil {
		return nil, err
	}
	return rule.check(t, settings), nil
}
