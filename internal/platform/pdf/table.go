package pdf

import "fmt"

// Table sets rows of text in ruled cells. widths are in points, one for each column; pad is the room inside a cell on each side.
// Rows are never split over pages unless one is higher than a page, which is an error. Cells of the first column are centred.
func (d *Doc) Table(rows [][]string, widths []float64, pad float64, s Style) error {
	const rule = 0.5
	for n, row := range rows {
		if len(row) != len(widths) {
			return fmt.Errorf("pdf: table row %d has %d cells for %d columns", n+1, len(row), len(widths))
		}
		cells, height, err := d.cells(row, widths, pad, s)
		if err != nil {
			return fmt.Errorf("table row %d: %w", n+1, err)
		}
		if height > d.Bottom()-d.opt.Top {
			return fmt.Errorf("pdf: table row %d is higher than a page", n+1)
		}
		fresh := d.Ensure(height) || n == 0
		x := d.opt.Left
		total := 0.0
		for _, w := range widths {
			total += w
		}
		if fresh {
			d.Line(x, d.y, x+total, d.y, rule, Colour{})
		}
		for i, lines := range cells {
			cell := s
			if i == 0 {
				cell.Align = Centre
			}
			top := d.y + (height-float64(len(lines))*s.pitch())/2
			for k, line := range lines {
				if err := d.TextAt(x+pad, top+float64(k)*s.pitch(), widths[i]-2*pad, line, cell); err != nil {
					return err
				}
			}
			d.Line(x, d.y, x, d.y+height, rule, Colour{})
			x += widths[i]
		}
		d.Line(x, d.y, x, d.y+height, rule, Colour{})
		d.y += height
		d.Line(d.opt.Left, d.y, x, d.y, rule, Colour{})
	}
	return nil
}

// RowHeight is the height in points that Table gives a row.
func (d *Doc) RowHeight(row []string, widths []float64, pad float64, s Style) (float64, error) {
	if len(row) != len(widths) {
		return 0, fmt.Errorf("pdf: a row has %d cells for %d columns", len(row), len(widths))
	}
	_, height, err := d.cells(row, widths, pad, s)
	return height, err
}

func (d *Doc) cells(row []string, widths []float64, pad float64, s Style) ([][]string, float64, error) {
	cells := make([][]string, len(row))
	most := 1
	for i, text := range row {
		inner := widths[i] - 2*pad
		lines, err := d.breakTo(text, inner, inner, s)
		if err != nil {
			return nil, 0, err
		}
		cells[i] = lines
		most = max(most, len(lines))
	}
	return cells, float64(most)*s.pitch() + pad, nil
}
