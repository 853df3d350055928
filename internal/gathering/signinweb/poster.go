package signinweb

import (
	"bytes"
	"fmt"
	"net/http"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/pdf"
)

// posterWords is what stands on the paper.
type posterWords struct {
	Head, Title, Where, How, Note, Address string
}

func wordsOfPoster(p *i18n.Printer, title, where, address string) posterWords {
	return posterWords{Head: p.T("signinweb.poster.head"), Title: title, Where: where, How: p.T("signinweb.poster.how"), Note: p.T("signinweb.poster.note"), Address: address}
}

// poster is the printed code, for those who run the gathering.
func (h *Pages) poster(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	g, short, err := h.Service.Short(r.Context(), id)
	if err != nil {
		return err
	}
	p := text(r)
	var b bytes.Buffer
	if err := writePoster(&b, h.Font, wordsOfPoster(p, g.Title, p.T("signinweb.when", "start", g.Start)+" "+g.Place, h.site(r)+"/s/"+short)); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="sign-in.pdf"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(b.Bytes())
	return err
}

// writePoster sets one A4 page: what it is for, a square as wide as the paper allows, and how to use it.
func writePoster(b *bytes.Buffer, font pdf.Font, v posterWords) error {
	const margin = 20 * pdf.MM
	d, err := pdf.New(pdf.Options{Font: font, Top: margin, Bottom: margin, Left: margin, Right: margin, Title: v.Head + " " + v.Title})
	if err != nil {
		return fmt.Errorf("poster: %w", err)
	}
	set := func(text string, s pdf.Style, space float64) {
		if err == nil && text != "" {
			s.Align = pdf.Centre
			err = d.Paragraph(text, s)
			d.Space(space)
		}
	}
	set(v.Head, pdf.Style{Size: 44, Bold: true}, 4*pdf.MM)
	set(v.Title, pdf.Style{Size: 22, Bold: true}, 1*pdf.MM)
	set(v.Where, pdf.Style{Size: 14}, 4*pdf.MM)
	if err != nil {
		return fmt.Errorf("poster: %w", err)
	}
	side := min(140*pdf.MM, d.Room()-55*pdf.MM)
	if err := d.QR(v.Address, (pdf.PageWidth-side)/2, d.Y(), side); err != nil {
		return fmt.Errorf("poster: %w", err)
	}
	d.Space(side + 4*pdf.MM)
	set(v.How, pdf.Style{Size: 18}, 4*pdf.MM)
	set(v.Note, pdf.Style{Size: 11}, 3*pdf.MM)
	set(v.Address, pdf.Style{Size: 10}, 0)
	if err != nil {
		return fmt.Errorf("poster: %w", err)
	}
	if _, err := d.WriteTo(b); err != nil {
		return fmt.Errorf("poster: %w", err)
	}
	return nil
}
