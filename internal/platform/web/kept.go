package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"

	"xieshang/internal/platform/problem"
)

// Kept is a form that arrived after its session had ended: nothing that was typed is lost. Files are not kept for somebody who has not said who they
// are; their names are, so that the form can ask for them again.
type Kept struct {
	Action string
	Values url.Values
	Files  []KeptFile
}

// KeptFile is a file that came with a kept form.
type KeptFile struct {
	Field string // name of the input
	Name  string
}

// SignInFirst is returned by a handler that lets everybody in, for a form that only an account can have sent: the visitor is asked to sign in, and goes
// on with the values where the form was going; files, if any came with it, are asked for again by their names.
func SignInFirst(values url.Values, files ...KeptFile) error { return &signInFirst{values, files} }

type signInFirst struct {
	values url.Values
	files  []KeptFile
}

func (*signInFirst) Error() string { return "the session ended before the form arrived" }

const (
	keptText  = 256 << 10 // bytes of all inputs together
	keptParts = 400
)

// keep reads a form whose sender has to sign in first.
func keep(r *http.Request) (*Kept, error) {
	kept := &Kept{Action: r.URL.RequestURI(), Values: url.Values{}}
	if !isMultipart(r) {
		err := r.ParseForm()
		kept.Values = r.PostForm
		return kept, formProblemOrNil(err)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, formProblem(err)
	}
	room := keptText
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return kept, nil
		}
		if err != nil {
			return nil, formProblem(err)
		}
		if n == keptParts {
			return nil, problem.New(problem.TooLarge, "problem.too-large", "limit", keptText>>10)
		}
		if room, err = kept.take(part, room); err != nil {
			return nil, err
		}
	}
}

func (k *Kept) take(part *multipart.Part, room int) (int, error) {
	field := part.FormName()
	if name := part.FileName(); name != "" {
		k.Files = append(k.Files, KeptFile{field, name})
		_, err := io.Copy(io.Discard, part)
		return room - len(field) - len(name), formProblemOrNil(err)
	}
	text, err := io.ReadAll(io.LimitReader(part, int64(room)+1))
	if err != nil {
		return 0, formProblem(err)
	}
	if room -= len(field) + len(text); room < 0 {
		return 0, problem.New(problem.TooLarge, "problem.too-large", "limit", keptText>>10)
	}
	if field != "" && (len(text) > 0 || part.Header.Get("Content-Type") == "") { // a file field that was left empty is no value
		k.Values.Add(field, string(text))
	}
	return room, nil
}

func formProblemOrNil(err error) error {
	if err == nil {
		return nil
	}
	return formProblem(err)
}
