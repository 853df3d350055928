package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

// FormView is a form. Its children are the fields.
type FormView struct {
	ID          string
	Action      string
	Get         bool   // a filter or search; everything else is a POST
	Multipart   bool   // the form carries files
	Idempotency string // value of the hidden input "idempotency": the server takes a second sending as the first
	Draft       string // name under which the browser keeps what was typed; no drafts when empty
	Wizard      bool   // children are Step components; with script they are shown one at a time
	Attrs       templ.Attributes
}

// FieldView is one field of any kind. Name is also its id unless ID is given, so that "#name" leads to it.
type FieldView struct {
	Name         string
	ID           string
	Label        string
	Hint         string
	Error        string // says what to do; empty when the field is right
	Value        string
	Type         string // of an input: text (default), email, tel, number, search, url …
	Required     bool   // a field that is not required says so
	Bare         bool   // neither "optional" nor the attribute: for filters and search
	Max          int    // characters at most; a text area with a Max counts
	Rows         int
	Width        string // "s", "m" or full
	Autocomplete string
	InputMode    string
	Placeholder  string
	Disabled     bool
	ReadOnly     bool
	Attrs        templ.Attributes
}

// Option is one choice of a select or of radio cards.
type Option struct {
	Value    string
	Label    string
	Hint     string
	Group    string // heading in a select; options of a group stand together
	Selected bool
	Disabled bool
}

// ChoiceView is a field with options: select, radio cards or ticks.
type ChoiceView struct {
	FieldView
	Options []Option
	Columns int    // of radio cards on a wide screen: 1 (default), 2 or 3
	Empty   string // first option of a select that stands for nothing chosen; none when empty
}

// TickView is one tick.
type TickView struct {
	Name    string
	ID      string // Name when empty
	Value   string // "1" when empty
	Label   string
	Hint    string
	Error   string
	Checked bool
	Attrs   templ.Attributes
}

// UploadView is a field for photos or files. With script each file goes up at once in pieces and leaves a hidden input with its id;
// without script the files travel with the form under the same name with "_file" behind it.
type UploadView struct {
	FieldView
	Endpoint string // takes POST, HEAD and PATCH as in docs; "/uploads" when empty
	Accept   string // "image/*"
	MaxFiles int
	MaxBytes int64    // of one file
	Done     []Upload // already there: the form came back with an error
}

// Upload is a file that is already on the server.
type Upload struct {
	ID    string
	Name  string
	Thumb string // address of a small picture; optional
}

// ErrorView is one error in the summary; Field is the id of the field it leads to, empty for an error of the whole form.
type ErrorView struct {
	Field string
	Text  string
}

// ButtonView is a button or, with Href, a link that looks like one.
type ButtonView struct {
	Label    string
	Kind     string // "primary", "secondary" (default), "danger" or "link"
	Icon     string
	Href     string
	Type     string // "submit" (default) or "button"
	Name     string
	Value    string
	Small    bool
	Disabled bool
	Confirm  string // id of a ConfirmView that must be agreed to first
	Attrs    templ.Attributes
}

// StepView is one question of a wizard.
type StepView struct {
	ID    string
	Title string // a few words for the step indicator
}

// PowView asks the browser for a little work before the form may go (proof of work). Challenge and Bits come from the server; the result is sent as
// pow_challenge and pow_nonce.
type PowView struct {
	Challenge string
	Bits      int
}

func (v FieldView) id() string {
	if v.ID != "" {
		return v.ID
	}
	return v.Name
}

// describedBy lists the ids of hint, error and counter, in the order in which they are read.
func (v FieldView) describedBy(counter bool) string {
	s := ""
	if v.Hint != "" {
		s = v.id() + "-hint"
	}
	if v.Error != "" {
		s = join(s, v.id()+"-error")
	}
	if counter && v.Max > 0 {
		s = join(s, v.id()+"-count")
	}
	return s
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

func (v FieldView) inputType() string {
	if v.Type == "" {
		return "text"
	}
	return v.Type
}

func (v FieldView) rows() string {
	if v.Rows == 0 {
		return "5"
	}
	return strconv.Itoa(v.Rows)
}

func (v TickView) id() string {
	if v.ID != "" {
		return v.ID
	}
	return v.Name
}

func (v TickView) value() string {
	if v.Value == "" {
		return "1"
	}
	return v.Value
}

func (v TickView) describedBy() string {
	if v.Error == "" {
		return ""
	}
	return v.id() + "-error"
}

func (v UploadView) endpoint() string {
	if v.Endpoint == "" {
		return "/uploads"
	}
	return v.Endpoint
}

func (v ButtonView) kind() string {
	if v.Kind == "" {
		return "secondary"
	}
	return v.Kind
}

func (v ButtonView) buttonType() string {
	if v.Type == "" {
		return "submit"
	}
	return v.Type
}

// optionGroups cuts options where their group changes.
func optionGroups(options []Option) [][]Option {
	var groups [][]Option
	for i := range options {
		if i == 0 || options[i].Group != options[i-1].Group {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], options[i])
	}
	return groups
}

// firstID is where the error summary leads for a group of inputs: the first of them carries the group's own id.
func firstID(id string, i int) string {
	if i == 0 {
		return id
	}
	return id + "-" + strconv.Itoa(i)
}

func itoa(n int) string { return strconv.Itoa(n) }

func itoa64(n int64) string { return strconv.FormatInt(n, 10) }
