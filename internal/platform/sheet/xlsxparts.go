package sheet

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"

	"xieshang/internal/platform/clock"
)

// readStrings loads the strings that cells refer to by number. Phonetic runs are not part of the text.
func (w *workbook) readStrings() error {
	const name = "xl/sharedStrings.xml"
	if w.parts[partName(name)] == nil {
		return nil
	}
	return w.walk(name, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		s, err := richText(d)
		if err != nil {
			return err
		}
		w.strings = append(w.strings, s)
		return nil
	})
}

// richText collects the text elements up to the end of the element that was just opened.
func richText(d *xml.Decoder) (string, error) {
	var b strings.Builder
	depth, skip, text := 1, 0, false
	for depth > 0 {
		tok, err := d.RawToken()
		if err != nil {
			return "", err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			depth++
			if tok.Name.Local == "rPh" && skip == 0 {
				skip = depth
			}
			text = tok.Name.Local == "t"
		case xml.EndElement:
			if depth == skip {
				skip = 0
			}
			depth--
			text = false
		case xml.CharData:
			if text && skip == 0 {
				b.Write(tok)
			}
		}
	}
	return unescape(b.String()), nil
}

// unescape undoes the workbook's own way of writing characters that XML lacks: _x000D_ is a carriage return.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if len(s)-i >= 7 && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil && (n < 0xD800 || n > 0xDFFF) {
				b.WriteRune(rune(n))
				i += 7
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// readStyles finds out which styles show a number as a date or time.
func (w *workbook) readStyles() error {
	const name = "xl/styles.xml"
	if w.parts[partName(name)] == nil {
		return nil
	}
	formats, cells := map[string]bool{}, false
	return w.walk(name, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			formats[attr(e, "numFmtId")] = dateFormat(attr(e, "formatCode"))
		case "cellXfs":
			cells = true
		case "cellStyles", "dxfs":
			cells = false
		case "xf":
			if cells {
				id := attr(e, "numFmtId")
				custom, ok := formats[id]
				n, _ := strconv.Atoi(id)
				w.dates = append(w.dates, ok && custom || !ok && builtInDate(n))
			}
		}
		return nil
	})
}

// builtInDate knows the numbered formats that are dates or times, those of Chinese editions included.
func builtInDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// dateFormat reports whether a format code shows a date or time: it has a letter of one outside quotes, escapes and brackets.
func dateFormat(code string) bool {
	code = strings.ToLower(code)
	if code == "general" {
		return false
	}
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '\\', '_', '*':
			i++
		case '"', '[':
			end := byte('"')
			if code[i] == '[' {
				end = ']'
			}
			n := strings.IndexByte(code[i+1:], end)
			if n < 0 {
				return false
			}
			if in := code[i+1 : i+1+n]; end == ']' && in != "" && strings.Trim(in, "hms") == "" {
				return true
			}
			i += n + 1
		case 'y', 'm', 'd', 'h', 's':
			return true
		}
	}
	return false
}

// micros is a day in microseconds.
const micros = 24 * 60 * 60 * 1_000_000

// fromSerial is the date and time of day that a workbook means by a number. Day 60 of the 1900 system, a 29 February that never was,
// is refused, and so is what lies outside the years 1900 to 9999.
func fromSerial(f float64, date1904 bool) (clock.Date, time.Duration, bool) {
	if math.IsNaN(f) || f < 0 || f >= 2958466 {
		return clock.Date{}, 0, false
	}
	whole := math.Floor(f)
	us := int64(math.Round((f - whole) * micros))
	// Programs compute with such numbers and lose the last digits: what is within 5 microseconds of a full second is meant to be one.
	if near := (us + 500_000) / 1_000_000 * 1_000_000; us-near <= 5 && near-us <= 5 {
		us = near
	}
	days := int(whole) + int(us/micros)
	us %= micros
	base := clock.Of(1899, time.December, 30)
	switch {
	case date1904:
		base = clock.Of(1904, time.January, 1)
	case days == 60:
		return clock.Date{}, 0, false
	case days < 60:
		base = clock.Of(1899, time.December, 31)
	}
	d := base.AddDays(days)
	return d, time.Duration(us) * time.Microsecond, d.Year <= 9999
}

// toSerial is the number for a date and time of day in the 1900 system; ok is false when reading it would not give them back.
func toSerial(d clock.Date, of time.Duration) (f float64, ok bool) {
	f = float64(d.Sub(clock.Of(1899, time.December, 30))) + float64(of.Microseconds())/micros
	back, of2, ok := fromSerial(f, false)
	return f, ok && back == d && of2 == of && d.Year > 1900
}

// dateText is the text of a number that is shown as a date or time.
func dateText(f float64, date1904 bool) (string, bool) {
	d, of, ok := fromSerial(f, date1904)
	if !ok {
		return "", false
	}
	clockTime := time.Time{}.Add(of).Format("15:04:05.999999")
	switch {
	case f < 1 && f > 0:
		return clockTime, true
	case of == 0:
		return d.String(), true
	}
	return d.String() + " " + clockTime, true
}

// numberText writes a number without an exponent when it is of a usual size, as people expect of codes and telephone numbers.
func numberText(f float64) string {
	if a := math.Abs(f); a != 0 && (a < 1e-9 || a >= 1e21) {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
