package ui

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// TableView is a table of rows. Its state (order, filters) stays in addresses.
type TableView struct {
	ID      string
	Caption string // said to a screen reader
	Shown   bool   // the caption is shown
	Columns []Column
	Rows    []Row
	Stack   bool   // on a phone each row becomes a card
	Pick    string // name of the inputs that mark rows; no marks when empty
	Form    string // id of the form that the marks belong to: the bulk bar's
}

// Column is the head of a column. With Sort address it can be ordered by.
type Column struct {
	Label   string
	Numeric bool
	Sort    string // address that orders by this column; no order when empty
	Order   string // "ascending" or "descending" when the table is ordered by it
}

// Row is one row; its first cell names it.
type Row struct {
	ID    string // value of its mark
	Title string // in words, for the mark's label
	Cells []Cell
}

// Cell is one value. Content is drawn instead of Text where words are not enough, such as a Badge.
type Cell struct {
	Text    string
	Sub     string
	Href    string
	Content templ.Component
}

// FiltersView is the bar over a list. Its children are fields with Bare set; it is a GET form, so the state stays in the address.
type FiltersView struct {
	Action string
	Open   bool
	Active []ChipView // what is chosen, each with the address without it
	Clear  string     // address with nothing chosen
	Hidden [][2]string
}

// ChipView is a small choice or an active filter.
type ChipView struct {
	Label   string
	Href    string
	Current bool
}

// BulkView is the bar that appears when rows are marked; children are its buttons. Without script it stands there always.
type BulkView struct {
	Form   string // its own id, named by TableView.Form
	Action string
}

// PagerView is the way through a list by cursor: forward, and back to the beginning. First is empty on the first page, Next on the last.
type PagerView struct {
	First string
	Next  string
	Text  string // "1–20 / 4,326"
}

// SearchView is a search box of its own.
type SearchView struct {
	Action string
	Name   string // "q" when empty
	Label  string
	Value  string
	Hidden [][2]string
}

// ChartView is a picture of numbers with its table and downloads. All texts are translated; values[s][i] belongs to Labels[i] of Series[s].
type ChartView struct {
	ID     string
	Title  string
	Note   string
	Kind   string // "bar", "bar-h", "stack", "line", "pie" or "scatter"
	Unit   string
	Height string // "s", "l" or medium
	Labels []string
	Series []Series
	Points [][3]float64 // of a scatter: x, y, group
	Head   string       // head of the labels' column in the table
	CSV    string       // address of the download
	XLSX   string
}

// Series is one line, one colour of bars or the one pie.
type Series struct {
	Name   string
	Values []float64
	Texts  []string // the values as the table writes them; the numbers themselves when empty
}

// MapView is a map of divisions: to set a pin, to show pins, or to colour areas by number. Outlines is the name of a file in assets/map without its
// ending, such as "430000".
type MapView struct {
	ID       string
	Label    string
	Outlines string
	Height   string // "l" or medium
	Lat, Lng string // names of the hidden inputs that a pin fills; no pin to set when empty
	LatValue string
	LngValue string
	Areas    []AreaView
	Pins     []PinView
	Head     string // of the areas' column in the table
	Unit     string // of the numbers
}

// AreaView is a number of one division, by its GB/T 2260 code.
type AreaView struct {
	Code  string  `json:"code"`
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Text  string  `json:"text"` // the number as written
	Href  string  `json:"href,omitempty"`
}

// PinView is one matter on a map.
type PinView struct {
	Lat   float64 `json:"lat"`
	Lng   float64 `json:"lng"`
	Title string  `json:"title"`
	Href  string  `json:"href,omitempty"`
	Tone  Tone    `json:"tone,omitempty"`
}

type chartData struct {
	Kind   string       `json:"kind"`
	Unit   string       `json:"unit,omitempty"`
	Labels []string     `json:"labels"`
	Series []seriesData `json:"series"`
	Points [][3]number  `json:"points,omitempty"`
}

type seriesData struct {
	Name   string   `json:"name"`
	Values []number `json:"values"`
}

type mapData struct {
	Areas []AreaView `json:"areas,omitempty"`
	Pins  []PinView  `json:"pins,omitempty"`
	Unit  string     `json:"unit,omitempty"`
}

// number is a float64 that JSON can always carry: what is not a number is null, which a chart leaves out.
type number float64

// MarshalJSON writes the number, or null.
func (n number) MarshalJSON() ([]byte, error) {
	if f := float64(n); math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// data is what the drawing code reads. encoding/json writes <, > and & as escapes, so it can stand inside a script element.
func (v ChartView) data() chartData {
	d := chartData{Kind: v.Kind, Unit: v.Unit, Labels: v.Labels, Series: make([]seriesData, len(v.Series))}
	for i, s := range v.Series {
		d.Series[i] = seriesData{Name: s.Name, Values: make([]number, len(s.Values))}
		for j, f := range s.Values {
			d.Series[i].Values[j] = number(f)
		}
	}
	for _, p := range v.Points {
		d.Points = append(d.Points, [3]number{number(p[0]), number(p[1]), number(p[2])})
	}
	return d
}

func (v MapView) data() mapData { return mapData{Areas: v.Areas, Pins: v.Pins, Unit: v.Unit} }

func (s Series) text(i int) string {
	if i < len(s.Texts) {
		return s.Texts[i]
	}
	if i >= len(s.Values) {
		return ""
	}
	if math.IsNaN(s.Values[i]) || math.IsInf(s.Values[i], 0) {
		return "—"
	}
	return strconv.FormatFloat(s.Values[i], 'f', -1, 64)
}

func (v ChartView) table() TableView {
	t := TableView{Caption: v.Title, Columns: []Column{{Label: v.Head}}}
	for _, s := range v.Series {
		t.Columns = append(t.Columns, Column{Label: strings.TrimSpace(s.Name + " " + bracket(v.Unit)), Numeric: true})
	}
	for i, label := range v.Labels {
		row := Row{Cells: []Cell{{Text: label}}}
		for _, s := range v.Series {
			row.Cells = append(row.Cells, Cell{Text: s.text(i)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func bracket(unit string) string {
	if unit == "" {
		return ""
	}
	return "(" + unit + ")"
}

func (v MapView) table() TableView {
	t := TableView{Caption: v.Label, Columns: []Column{{Label: v.Head}, {Label: v.Unit, Numeric: true}}}
	for _, a := range v.Areas {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: a.Name, Href: a.Href}, {Text: a.Text}}})
	}
	return t
}

func (c Column) icon() string {
	switch c.Order {
	case "ascending":
		return "sort-up"
	case "descending":
		return "sort-down"
	}
	return "sort"
}

func (v SearchView) name() string {
	if v.Name == "" {
		return "q"
	}
	return v.Name
}
