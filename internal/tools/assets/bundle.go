package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// entries are the bundles that pages load; everything else is imported by them.
func entries() []string {
	return []string{
		"css/app.css",
		"css/map.css",
		"css/signin.css",
		"js/app.js",
		"js/charts.js",
		"js/map.js",
		"js/pow-worker.js",
		"js/roll.js",
		"js/screen.js",
		"js/signin-worker.js",
		"js/signin.js",
		"js/staff.js",
	}
}

// bundle returns the content of every file in dist by its name there.
func bundle(dir string) (map[string][]byte, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	var points []string
	for _, e := range entries() {
		points = append(points, filepath.Join(abs, e))
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     abs,
		EntryPoints:       points,
		EntryNames:        "[name]",
		Outdir:            filepath.Join(abs, "dist"),
		Bundle:            true,
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		Format:            api.FormatIIFE,
		Target:            api.ES2019,
		Engines:           []api.Engine{{Name: api.EngineChrome, Version: "70"}, {Name: api.EngineSafari, Version: "12"}},
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone, // the licences stand in assets/licences
		Loader:            map[string]api.Loader{".png": api.LoaderDataURL, ".svg": api.LoaderDataURL},
		LogLevel:          api.LogLevelSilent,
	})
	var problems []error
	for _, m := range append(result.Errors, result.Warnings...) {
		where := ""
		if m.Location != nil {
			where = fmt.Sprintf("%s:%d: ", m.Location.File, m.Location.Line)
		}
		problems = append(problems, errors.New(where+m.Text))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, out := range result.OutputFiles {
		files[filepath.Base(out.Path)] = out.Contents
	}
	// What is vendored whole, drawn by hand or made by another tool goes out as it is.
	for _, folder := range []struct{ from, to string }{{"static", ""}, {"map", "map/"}, {"vendor/whole", ""}} {
		if err := copyFolder(filepath.Join(dir, folder.from), folder.to, files); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func copyFolder(from, prefix string, files map[string][]byte) error {
	entries, err := os.ReadDir(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(from, e.Name()))
		if err != nil {
			return err
		}
		if _, twice := files[prefix+e.Name()]; twice {
			return fmt.Errorf("two files are called %s", prefix+e.Name())
		}
		files[prefix+e.Name()] = data
	}
	return nil
}
