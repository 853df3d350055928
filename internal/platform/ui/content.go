package ui

import "strings"

// NoticeView is a message to the reader: what happened, or what to know before going on.
type NoticeView struct {
	Tone  Tone // Info when empty
	Title string
	Text  string
	Links []Link
}

// BadgeView is a state in a word, a colour and a shape. Without an Icon the tone's own shape is drawn.
type BadgeView struct {
	Label string
	Tone  Tone
	Icon  string
}

// HeadView is the head of a page: where it is, its one h1, what it is about. Children are its buttons.
type HeadView struct {
	Crumbs []Link // the last one is the page itself and has no address
	Kicker string // a number or kind above the title
	Title  string
	Lead   string
	Badges []BadgeView
}

// CardView is a box with a heading; children are its content.
type CardView struct {
	Title string
	More  Link // at the right of the heading
	ID    string
}

// TileView is one number.
type TileView struct {
	Label string
	Value string // already written in the reader's language
	Unit  string
	Note  string
	Href  string
	Tone  Tone // Late, Warn and OK colour the number
	Icon  string
}

// Fact is one line of a description list. Text is shown as it is; Badge stands in its place when it has a label.
type Fact struct {
	Term  string
	Text  string
	Href  string
	Badge BadgeView
}

// EmptyView says what to do where a list has nothing to show.
type EmptyView struct {
	Icon   string
	Title  string
	Text   string
	Action ButtonView // none when it has no label
}

// HeroView is the one large way in on a home page.
type HeroView struct {
	Title  string
	Text   string
	Action ButtonView
}

// Span is a stretch of text; Mark is set on what a search found.
type Span struct {
	Text string
	Mark bool
}

// Plain is a text with nothing marked.
func Plain(text string) []Span { return []Span{{Text: text}} }

// Marked cuts a text at the pairs of marks that a search put around what it found. A mark without its partner ends at the end of the text.
func Marked(text, open, closing string) []Span {
	var spans []Span
	for text != "" {
		before, rest, found := strings.Cut(text, open)
		if before != "" {
			spans = append(spans, Span{Text: before})
		}
		if !found {
			return spans
		}
		hit, after, _ := strings.Cut(rest, closing)
		if hit != "" {
			spans = append(spans, Span{Text: hit, Mark: true})
		}
		text = after
	}
	return spans
}

// ItemView is one entry of a list for the public.
type ItemView struct {
	Href   string
	Title  []Span
	Text   []Span
	Badges []BadgeView
	Meta   []MetaView
	Thumb  string
}

// MetaView is a small fact under an entry, such as a place or a date.
type MetaView struct {
	Icon string
	Text string
}

// PhotoView is one photo: Href is the large picture, Thumb the small one, Alt what is to be seen.
type PhotoView struct {
	Href  string
	Thumb string
	Alt   string
}

// TabView is one tab; each tab has an address.
type TabView struct {
	Label   string
	Href    string
	Count   int
	Current bool
}

// ConfirmView asks before something that is hard to undo. Button is the name of the thing done ("withdraw"), never "OK". A button whose Confirm is ID opens it;
// without script that button goes to its own address, where the server shows ConfirmPage.
type ConfirmView struct {
	ID     string
	Title  string
	Text   string
	Button string
	Danger bool
}

// ConfirmPageView is the same question as a page of its own; Hidden carries the values of the form that asked.
type ConfirmPageView struct {
	ConfirmView
	Action string
	Cancel string
	Hidden [][2]string
}

// ProgressView is how far a piece of work has come. Poll is the address of the same fragment, fetched again every two seconds until it comes without Poll.
type ProgressView struct {
	ID    string
	Label string
	Text  string // "312 / 4,326"
	Value int
	Max   int
	Poll  string
	Next  string // where the page goes when the work is done
}

// LetterView is an official letter as it will be printed.
type LetterView struct {
	Head       string // the issuing office, in red
	Number     string
	Title      string
	To         string
	Paragraphs []string
	Signer     string
	Date       string
}

func (v NoticeView) tone() string {
	if v.Tone == "" {
		return string(Info)
	}
	return string(v.Tone)
}

func (v NoticeView) icon() string {
	switch v.Tone {
	case OK:
		return "check-circle"
	case Warn:
		return "alert"
	case Late:
		return "late"
	}
	return "info"
}

// icon is the shape that belongs to a tone, so that states differ without colour too.
func (v BadgeView) icon() string {
	if v.Icon != "" {
		return v.Icon
	}
	switch v.Tone {
	case Info:
		return "ring"
	case Busy:
		return "clock"
	case OK:
		return "check"
	case Warn:
		return "alert"
	case Late:
		return "late"
	case Second:
		return "undo"
	case Honour:
		return "medal"
	}
	return "dot"
}

func dangerKind(danger bool) string {
	if danger {
		return "danger"
	}
	return "primary"
}
