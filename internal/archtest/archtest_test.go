package archtest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func houseSettings() Settings {
	return Settings{Arrows: houseArrows(), SQL: houseSQL(), Vars: houseVars()}
}

// TestHouse holds every rule against the program itself. When it fails, mend the code; the lists in arrows.go are for
// cases that have a reason.
func TestHouse(t *testing.T) {
	read, err := load(os.DirFS(moduleRoot(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(read.sources) < 20 {
		t.Fatalf("only %d Go files found: the rules look at the wrong folder", len(read.sources))
	}
	for _, rule := range Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			for _, v := range rule.check(read, houseSettings()) {
				t.Error(v)
			}
		})
	}
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		} else if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			t.Fatalf("no go.mod above %s: %v", dir, err)
		}
		dir = filepath.Dir(dir)
	}
}

// broken are small trees, each with one mistake: the files, the lists, and a piece of the report that must come.
var broken = []struct {
	rule     string
	name     string
	files    map[string]string
	settings Settings
	want     []string // nothing means that the tree is in order
}{
	{
		rule: "platform imports no module and not the composition root", name: "both",
		files: map[string]string{
			"internal/platform/web/a.go": `package web; import ("xieshang/internal/suggestion"; "xieshang/internal/platform/db")`,
			"internal/platform/db/a.go":  `package db; import "xieshang/internal/app"`,
		},
		want: []string{"internal/platform/db/a.go:1: platform imports xieshang/internal/app", "internal/platform/web/a.go:1: platform imports xieshang/internal/suggestion"},
	},
	{
		rule: "pages and API reach only their own service and platform", name: "each forbidden way",
		files: map[string]string{
			"internal/suggestion/suggestionweb/a.go": `package suggestionweb; import ("xieshang/internal/suggestion"; "xieshang/internal/platform/web"; "xieshang/internal/suggestion/suggestionapi")`,
			"internal/suggestion/suggestionapi/a.go": `package suggestionapi; import "xieshang/internal/directory"`,
			"internal/directory/directoryweb/a.go":   `package directoryweb; import "xieshang/internal/platform/db"`,
			"internal/studio/studioweb/a.go":         `package studioweb; import "xieshang/internal/studio/studiotest"`,
			"internal/studio/studioapi/a.go":         `package studioapi; import "xieshang/internal/app"`,
			"internal/studio/studioapi/a_test.go":    `package studioapi; import ("xieshang/internal/app"; "xieshang/internal/directory/directorytest")`,
		},
		settings: Settings{Arrows: []Arrow{{"suggestion", "directory", "the module may, its API may not"}}},
		want: []string{
			"directory/directoryweb imports xieshang/internal/platform/db", "studio/studioapi imports xieshang/internal/app",
			"studio/studioweb imports xieshang/internal/studio/studiotest", "suggestion/suggestionapi imports xieshang/internal/directory;",
			"suggestion/suggestionweb imports xieshang/internal/suggestion/suggestionapi",
		},
	},
	{
		rule: "pages and API reach only their own service and platform", name: "an arrow of its own",
		files:    map[string]string{"internal/suggestion/suggestionweb/a.go": `package suggestionweb; import "xieshang/internal/directory"`},
		settings: Settings{Arrows: []Arrow{{"suggestion/suggestionweb", "directory", "names of offices"}}},
	},
	{
		rule: "modules import each other only along listed arrows", name: "no arrow",
		files: map[string]string{
			"internal/suggestion/a.go":      `package suggestion; import "xieshang/internal/directory"`,
			"internal/suggestion/a_test.go": `package suggestion; import ("xieshang/internal/directory/directorytest"; "xieshang/internal/studio")`,
			"cmd/xieshang/main.go":          `package main; import ("xieshang/internal/app"; "xieshang/internal/studio")`,
			"internal/app/app.go":           `package app; import ("xieshang/internal/directory"; "xieshang/internal/suggestion"; "xieshang/internal/studio")`,
		},
		want: []string{"cmd/xieshang/main.go:1: a command imports xieshang/internal/studio", "internal/suggestion/a.go:1: module suggestion imports xieshang/internal/directory", "internal/suggestion/a_test.go:1: module suggestion imports xieshang/internal/studio"},
	},
	{
		rule: "modules import each other only along listed arrows", name: "arrow to the module is not one to its parts",
		files:    map[string]string{"internal/suggestion/a.go": `package suggestion; import ("xieshang/internal/directory"; "xieshang/internal/directory/directoryweb")`},
		settings: Settings{Arrows: []Arrow{{"suggestion", "directory", "asks for offices"}}},
		want:     []string{"imports xieshang/internal/directory/directoryweb"},
	},
	{
		rule: "modules import each other only along listed arrows", name: "stale, unreasoned, ring",
		files: map[string]string{
			"internal/a/a.go":   `package a; import "xieshang/internal/b"`,
			"internal/b/b.go":   `package b; import _ "fmt"`,
			"internal/b/c/c.go": `package c; import "xieshang/internal/a"`,
		},
		settings: Settings{Arrows: []Arrow{{"a", "b", " "}, {"b", "a", "parts ask"}, {"c", "d", "gone"}}},
		want:     []string{"arrow a -> b has no reason", "arrow c -> d is not used", "from a back to it", "from b back to it"},
	},
	{
		rule: "only cmd, tools and tests import the composition root", name: "a module does",
		files: map[string]string{
			"internal/suggestion/a.go": `package suggestion; import "xieshang/internal/app"`,
			"cmd/xieshang/main.go":     `package main; import "xieshang/internal/app"`,
			"test/e2e/a.go":            `package e2e; import "xieshang/internal/app"`,
		},
		want: []string{"internal/suggestion/a.go:1: imports the composition root"},
	},
	{
		rule: "a module's store is unexported", name: "exported",
		files: map[string]string{
			"internal/suggestion/a.go":    "package suggestion\ntype store struct{}\ntype MatterStore struct{}",
			"internal/platform/blob/a.go": "package blob\ntype FolderStore struct{}",
		},
		want: []string{"internal/suggestion/a.go:3: MatterStore is exported"},
	},
	{
		rule: "database/sql and drivers stay in platform/db", name: "a module opens its own",
		files: map[string]string{
			"internal/suggestion/a.go":  `package suggestion; import ("database/sql"; "github.com/jackc/pgx/v5/stdlib")`,
			"internal/platform/db/a.go": `package db; import "database/sql"`,
		},
		settings: Settings{SQL: []Exception{{"internal/platform/db", "the one place"}, {"internal/x", ""}}},
		want:     []string{"imports database/sql;", "imports github.com/jackc/pgx/v5/stdlib", "exception internal/x has no reason"},
	},
	{
		rule: "there is no init function", name: "init and a method of that name",
		files: map[string]string{"internal/a/a.go": "package a\ntype t struct{}\nfunc (t) init() {}\nfunc init() {}"},
		want:  []string{"internal/a/a.go:4: init runs unasked"},
	},
	{
		rule: "package variables are never written", name: "every way to write",
		files: map[string]string{
			"internal/a/a.go": "package a\nimport \"sync\"\nvar later int\nvar lock = sync.Mutex{}\nvar cache = make(map[string]int)\n" +
				"var table = map[string]int{\"a\": 1}\nvar list = []int{1}\nvar Names = map[string]int{}\nvar read = map[string]int{}\nvar n = 1\n" +
				"func f() { table[\"b\"] = 2; n++; p := &list; _ = p; _ = read[\"a\"] }",
			"internal/a/b.go": "package a\nfunc g() { delete(table, \"a\"); read := 1; read = 2; _ = read }",
			"internal/b/b.go": "package b\nimport \"xieshang/internal/a\"\nfunc f() { a.Names[\"x\"] = 1 }",
		},
		want: []string{
			"a.go:3: package variable later has no value", "a.go:4: package variable lock holds a sync.Mutex", "a.go:5: package variable cache is made empty",
			"a.go:11: writes the package variable table", "a.go:11: writes the package variable n", "a.go:11: writes the package variable list",
			"b.go:2: writes the package variable table", "internal/b/b.go:3: writes the package variable Names of internal/a",
		},
	},
	{
		rule: "package variables are never written", name: "what stays as it is",
		files: map[string]string{
			"internal/a/a.go": "package a\nimport (\"embed\"; \"errors\"; \"regexp\")\n//go:embed x\nvar files embed.FS\nvar ErrGone = errors.New(\"gone\")\n" +
				"var word = regexp.MustCompile(`a`)\nvar steps = []string{\"a\"}\nvar _ error = ErrGone\nvar buffers = 1\n",
			"internal/a/gen.go": "// Code generated by templ - DO NOT EDIT.\n\npackage a\nvar generated int\n",
		},
	},
	{
		rule: "modules take the time from a clock", name: "time.Now under an alias",
		files: map[string]string{
			"internal/suggestion/a.go":     "package suggestion\nimport tm \"time\"\nvar Day = tm.Hour\nfunc f() { _ = tm.Now() }",
			"internal/platform/clock/a.go": "package clock\nimport \"time\"\nfunc f() { _ = time.Now() }",
		},
		want: []string{"internal/suggestion/a.go:4: time.Now cannot be moved"},
	},
	{
		rule: "hand-written files have at most 600 lines", name: "601 lines, 600 lines, generated",
		files: map[string]string{
			"internal/a/a.go":       "package a\n" + strings.Repeat("\n", 600),
			"internal/a/b.go":       "package a\n" + strings.Repeat("\n", 599),
			"internal/a/c_templ.go": "// Code generated by templ - DO NOT EDIT.\n\npackage a\n" + strings.Repeat("\n", 700),
			"assets/src/a.css":      strings.Repeat("a {}\n", 601),
		},
		want: []string{"assets/src/a.css:601", "internal/a/a.go:601"},
	},
	{
		rule: "nothing is left open in the text", name: "go, templ and markdown",
		files: map[string]string{
			"internal/a/a.go":    "package a\n// TO" + "DO: later\n",
			"internal/a/a.templ": "package a\n<!-- FIX" + "ME -->\n",
			"docs/a.md":          "mastodon and FIX" + "MENT are words\n",
		},
		want: []string{"internal/a/a.go:2", "internal/a/a.templ:2"},
	},
	{
		rule: "no test is skipped when CI is true", name: "bare, short and guarded",
		files: map[string]string{
			"internal/a/a_test.go": "package a\nimport (\"os\"; \"testing\")\nfunc TestA(t *testing.T) {\n" +
				"if testing.Short() { t.Skip(\"slow\") }\nt.SkipNow()\nif os.Getenv(\"CI\") != \"true\" { t.Skipf(\"no browser\") }\n" +
				"if os.Getenv(\"CI\") == \"\" {} else { t.Skip() }\n}",
		},
		want: []string{"a_test.go:4", "a_test.go:5", "a_test.go:7"},
	},
}

func TestEveryRuleSeesItsMistake(t *testing.T) {
	rules := map[string]Rule{}
	for _, rule := range Rules() {
		rules[rule.Name] = rule
	}
	failing := map[string]bool{}
	for _, c := range broken {
		failing[c.rule] = failing[c.rule] || len(c.want) > 0
		t.Run(c.rule+": "+c.name, func(t *testing.T) {
			root := fstest.MapFS{}
			for name, text := range c.files {
				root[name] = &fstest.MapFile{Data: []byte(text)}
			}
			found, err := Check(root, c.settings, rules[c.rule])
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !slices.ContainsFunc(found, func(v Violation) bool { return strings.Contains(v.String(), want) }) {
					t.Errorf("not reported: %s", want)
				}
			}
			if len(found) != len(c.want) {
				t.Errorf("%d reports, want %d: %v", len(found), len(c.want), found)
			}
		})
	}
	for _, rule := range Rules() {
		if !failing[rule.Name] {
			t.Errorf("no broken tree shows that the rule %q can fail", rule.Name)
		}
	}
}

func TestFilesThatDoNotParseAreAnError(t *testing.T) {
	root := fstest.MapFS{"internal/a/a.go": &fstest.MapFile{Data: []byte("pakcage a")}}
	if _, err := Check(root, Settings{}, Rules()[0]); err == nil {
		t.Error("a file that does not parse was passed over")
	}
}
