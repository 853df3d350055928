package docx

import (
	"fmt"
	"strings"
)

// Table is a grid of cells. Widths are in points, one a column.
type Table struct {
	Widths []float64
	Rows   [][]Cell
	// Rule is the width of the inner and outer rules in points; 0 draws none but those of RowRules.
	Rule float64
	// RowRules are widths of the rule above each row and below the last one (rows + 1 values); they come before Rule. Nil for none.
	RowRules []float64
	// Head rows are repeated on each page.
	Head int
}

// Cell is what stands in one field.
type Cell struct {
	Para Para
	Runs []Run
}

// Table adds a table. Rows are not split over pages.
func (d *Doc) Table(t Table) {
	if len(t.Widths) == 0 || len(t.Rows) == 0 {
		d.fail(fmt.Errorf("docx: a table needs columns and rows, not %d and %d", len(t.Widths), len(t.Rows)))
		return
	}
	if t.RowRules != nil && len(t.RowRules) != len(t.Rows)+1 {
		d.fail(fmt.Errorf("docx: %d rules for %d rows: one more than rows is needed", len(t.RowRules), len(t.Rows)))
		return
	}
	total := 0.0
	for _, w := range t.Widths {
		total += w
	}
	b := &d.body
	b.WriteString("<w:tbl><w:tblPr>")
	fmt.Fprintf(b, `<w:tblW w:w="%d" w:type="dxa"/>`, twips(total))
	if t.Rule > 0 {
		b.WriteString("<w:tblBorders>")
		for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
			b.WriteString(border(side, t.Rule))
		}
		b.WriteString("</w:tblBorders>")
	}
	b.WriteString(`<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	for _, w := range t.Widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, twips(w))
	}
	b.WriteString("</w:tblGrid>")
	for n, row := range t.Rows {
		if len(row) != len(t.Widths) {
			d.fail(fmt.Errorf("docx: table row %d has %d cells for %d columns", n+1, len(row), len(t.Widths)))
			return
		}
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if n < t.Head {
			b.WriteString(`<w:tblHeader/>`)
		}
		b.WriteString(`</w:trPr>`)
		for i, c := range row {
			fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s<w:vAlign w:val="center"/></w:tcPr>`, twips(t.Widths[i]), rowBorders(t.RowRules, n))
			b.WriteString(d.paragraph(c.Para, c.Runs))
			b.WriteString("</w:tc>")
		}
		b.WriteString("</w:tr>")
	}
	b.WriteString("</w:tbl>")
}

func rowBorders(rules []float64, row int) string {
	if rules == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString("<w:tcBorders>")
	b.WriteString(border("top", rules[row]))
	b.WriteString(border("bottom", rules[row+1]))
	b.WriteString("</w:tcBorders>")
	return b.String()
}

func border(side string, width float64) string {
	if width <= 0 {
		return ""
	}
	return fmt.Sprintf(`<w:%s w:val="single" w:sz="%d" w:space="0" w:color="000000"/>`, side, max(2, int(width*8+0.5)))
}
