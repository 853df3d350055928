package suggestionweb

import (
	"encoding/xml"
	"net/http"
	"time"

	"xieshang/internal/suggestion"
)

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Link    []atomLink  `xml:"link"`
	Entry   []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Updated   string     `xml:"updated"`
	Published string     `xml:"published"`
	Link      []atomLink `xml:"link"`
	Author    struct {
		Name string `xml:"name"`
	} `xml:"author"`
	Summary string `xml:"summary"`
}

// feed is the Atom feed of the newest public matters.
func (h *Pages) feed(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	out, err := h.Service.List(r.Context(), suggestion.Filter{Limit: 50})
	if err != nil {
		return err
	}
	site := h.site(r)
	f := atomFeed{ID: site + "/feed.xml", Title: words.P.T("suggestionweb.feed"), Updated: h.Clock.Now().Format(time.RFC3339), Link: []atomLink{{Rel: "self", Href: site + "/feed.xml"}, {Href: site + "/suggestions"}}}
	for _, i := range out.Items {
		e := atomEntry{ID: "urn:uuid:" + i.ID.String(), Title: i.Title, Updated: i.UpdatedAt.Format(time.RFC3339), Published: i.RaisedAt.Format(time.RFC3339),
			Link: []atomLink{{Href: site + href(i.Suggestion)}}, Summary: words.P.T("suggestion.state."+string(i.State)) + " · " + i.Excerpt}
		e.Author.Name = words.Org(i.Committee)
		f.Entry = append(f.Entry, e)
	}
	body, err := xml.Marshal(f)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=60")
	w.Header().Add("Vary", "Accept-Language, Cookie")
	if _, err := w.Write(append([]byte(xml.Header), body...)); err != nil {
		return nil // the reader left
	}
	return nil
}
