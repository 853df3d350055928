package archtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ours calls visit for every import of a package of this program.
func (t *tree) ours(visit func(s *source, from place, i imported, to place)) {
	for _, s := range t.sources {
		for _, i := range s.imports {
			if to, ok := placeOfImport(i.path); ok {
				visit(s, placeOf(s.dir), i, to)
			}
		}
	}
}

func platformKnowsNoModule(t *tree, _ Settings) (found []Violation) {
	t.ours(func(s *source, from place, i imported, to place) {
		if from.kind == "platform" && (to.kind == "module" || to.kind == "app") {
			found = append(found, Violation{s.name, i.line,
				fmt.Sprintf("platform imports %s; let the module pass in a small interface instead", i.path)})
		}
	})
	return found
}

func webAndAPI(t *tree, settings Settings) (found []Violation) {
	t.ours(func(s *source, from place, i imported, to place) {
		if !from.edge() {
			return
		}
		report := func(why string) {
			found = append(found, Violation{s.name, i.line, fmt.Sprintf("%s imports %s; %s", from.pkg, i.path, why)})
		}
		switch {
		case to.kind == "app" && !s.test:
			report("the composition root imports pages, never the other way")
		case to.edge() && to.pkg != from.pkg:
			report("pages and API share the service, never each other")
		case to.testHelp() && !s.test:
			report("builders for tests stay in tests")
		case i.path == modulePath+"/internal/platform/db" && !s.test:
			report("data is reached through the service, which asks the policy first")
		case to.kind == "module" && to.module != from.module && !(s.test && to.testHelp()) && !allowed(settings.Arrows, from, to):
			report("ask your own service, or list an arrow from " + from.pkg + " with a reason in arrows.go")
		}
	})
	return found
}

// allowed finds the arrow for an import. An arrow from a module does not cover its pages and API.
func allowed(list []Arrow, from, to place) bool {
	return slices.ContainsFunc(list, func(a Arrow) bool { return a.To == to.pkg && startsAt(a, from) })
}

func startsAt(a Arrow, from place) bool {
	if from.kind == "cmd" {
		return a.From == "cmd"
	}
	return a.From == from.pkg || a.From == from.module && !from.edge()
}

func arrows(t *tree, settings Settings) (found []Violation) {
	const list = "internal/archtest/arrows.go"
	used := make([]bool, len(settings.Arrows))
	t.ours(func(s *source, from place, i imported, to place) {
		if to.kind != "module" || to.module == from.module {
			return
		}
		for n, a := range settings.Arrows {
			used[n] = used[n] || a.To == to.pkg && startsAt(a, from)
		}
		switch {
		case from.kind == "cmd" && !allowed(settings.Arrows, from, to):
			found = append(found, Violation{s.name, i.line,
				fmt.Sprintf("a command imports %s; go through internal/app, or list an arrow from cmd with a reason in arrows.go", i.path)})
		case from.kind != "module" || from.edge() && !s.test:
			// app, tools and tests may; platform, pages and API have rules of their own.
		case to.testHelp() && (s.test || from.testHelp()):
		case !allowed(settings.Arrows, from, to):
			found = append(found, Violation{s.name, i.line, fmt.Sprintf(
				"module %s imports %s; declare a small interface that app fills, handle an event, or list an arrow with a reason in arrows.go",
				from.module, i.path)})
		}
	})
	for n, a := range settings.Arrows {
		if strings.TrimSpace(a.Why) == "" {
			found = append(found, Violation{list, 0, fmt.Sprintf("arrow %s -> %s has no reason", a.From, a.To)})
		}
		if !used[n] {
			found = append(found, Violation{list, 0, fmt.Sprintf("arrow %s -> %s is not used any more; remove it", a.From, a.To)})
		}
	}
	return append(found, cycles(settings.Arrows)...)
}

// cycles finds modules that need each other in a ring, which Go itself reports only between single packages.
func cycles(list []Arrow) (found []Violation) {
	next := map[string]map[string]bool{}
	for _, a := range list {
		from, _, _ := strings.Cut(a.From, "/")
		to, _, _ := strings.Cut(a.To, "/")
		if next[from] == nil {
			next[from] = map[string]bool{}
		}
		next[from][to] = true
	}
	for _, start := range slices.Sorted(maps.Keys(next)) {
		seen, queue := map[string]bool{}, slices.Sorted(maps.Keys(next[start]))
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			if at == start {
				found = append(found, Violation{"internal/archtest/arrows.go", 0, fmt.Sprintf("the arrows lead from %s back to it", start)})
				break
			}
			if !seen[at] {
				seen[at] = true
				queue = append(queue, slices.Sorted(maps.Keys(next[at]))...)
			}
		}
	}
	return found
}

func appIsTheTop(t *tree, _ Settings) (found []Violation) {
	t.ours(func(s *source, from place, i imported, to place) {
		above := from.kind == "app" || from.kind == "cmd" || from.kind == "test" || from.kind == "tools"
		if to.kind == "app" && !above {
			found = append(found, Violation{s.name, i.line, "imports the composition root; take what is needed as an argument"})
		}
	})
	return found
}

// sqlPackage tells the packages that open a way to a database past platform/db. The interfaces of database/sql/driver
// do not: a type implements them to say how it is stored.
func sqlPackage(p string) bool {
	return p == "database/sql" || p == "modernc.org/sqlite" ||
		strings.HasPrefix(p, "github.com/jackc/pgx/") || strings.HasPrefix(p, "github.com/uptrace/bun") ||
		strings.HasPrefix(p, "github.com/pressly/goose/")
}

func sqlStaysHome(t *tree, settings Settings) (found []Violation) {
	for _, s := range t.sources {
		if listed(settings.SQL, s.dir) {
			continue
		}
		for _, i := range s.imports {
			if sqlPackage(i.path) {
				found = append(found, Violation{s.name, i.line, "imports " + i.path + "; use platform/db"})
			}
		}
	}
	return append(found, unreasoned(settings.SQL)...)
}

// listed finds a folder, or one above it, among the exceptions.
func listed(list []Exception, what string) bool {
	return slices.ContainsFunc(list, func(e Exception) bool { return e.What == what || strings.HasPrefix(what, e.What+"/") })
}

func unreasoned(list []Exception) (found []Violation) {
	for _, e := range list {
		if strings.TrimSpace(e.Why) == "" {
			found = append(found, Violation{"internal/archtest/arrows.go", 0, fmt.Sprintf("exception %s has no reason", e.What)})
		}
	}
	return found
}
