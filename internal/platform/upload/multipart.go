package upload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"

	"xieshang/internal/platform/problem"
)

// FormLimits bound a form with files.
type FormLimits struct {
	Files  int   // at most, over all fields
	Bytes  int64 // of each file
	Values int   // other inputs, at most
	Text   int   // bytes of all other inputs and their names together
	// Accept tells the kind of a file from its first 512 bytes at most, or returns an error: then the file is refused, with
	// the error's own message key when it is a problem, upload.type otherwise. Nil takes every file.
	Accept func(head []byte) error
}

// DefaultFormLimits are 10 files of 15 MiB, and 200 inputs of 256 KiB together.
func DefaultFormLimits() FormLimits {
	return FormLimits{Files: 10, Bytes: 15 << 20, Values: 200, Text: 256 << 10}
}

// MaxBody is the longest request body in bytes that keeps the limits, with room for the parts' headers.
func (l FormLimits) MaxBody() int64 {
	return int64(l.Files)*(l.Bytes+2<<10) + int64(l.Text) + int64(l.Values)*512 + 4<<10
}

// Form is what came with a form. Close it, in any case, to let go of its files.
type Form struct {
	Values url.Values
	Files  []*FormFile
}

// FormFile is one file of a form. It lies in a temporary file that has no name any more, so that nothing stays behind.
type FormFile struct {
	Field string // name of the input
	Name  string // as the sender calls it, without folders
	Type  string // as the sender declares it, "" when that cannot be read
	Size  int64
	file  *os.File
}

// Open reads the file from its start, as often as wanted, until the form is closed.
func (f *FormFile) Open() io.ReadSeeker { return io.NewSectionReader(f.file, 0, f.Size) }

// Close removes the files.
func (f *Form) Close() error {
	var err error
	for _, file := range f.Files {
		err = errors.Join(err, file.file.Close())
	}
	f.Files = nil
	return err
}

// Multipart reads a form with files while it arrives: files go to the disk, at most Files of at most Bytes each, and all
// else stays within Text bytes of memory (besides one part's header). The form is never nil, so that a refused form shows
// what was typed: the inputs and files that could be read are in it also beside an error. Problems per field: upload.empty,
// upload.too-large, upload.too-many, upload.type; for the whole: upload.form (not a form, or cut off) and
// upload.form-too-large. An input left without a file is no file.
func Multipart(r *http.Request, l FormLimits) (*Form, error) {
	form := &Form{Values: url.Values{}}
	r.Body = http.MaxBytesReader(nil, r.Body, l.MaxBody())
	parts, err := r.MultipartReader()
	if err != nil {
		return form, problem.New(problem.Invalid, "upload.form").Because(err)
	}
	p := formParser{form: form, limits: l}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return form, p.check.Err()
		}
		if err == nil {
			err = p.take(part)
		}
		if err != nil {
			return form, formError(err)
		}
	}
}

func formError(err error) error {
	var tooLarge *http.MaxBytesError
	var system *os.PathError
	switch _, isProblem := problem.Of(err); {
	case isProblem:
		return err
	case errors.As(err, &tooLarge):
		return problem.New(problem.TooLarge, "upload.form-too-large", "limit", megabytes(tooLarge.Limit)).Because(err)
	case errors.As(err, &system):
		return fmt.Errorf("keep a file of a form: %w", err)
	}
	return problem.New(problem.Invalid, "upload.form").Because(err)
}

type formParser struct {
	form    *Form
	limits  FormLimits
	check   problem.Check
	values  int
	text    int
	files   int
	tooMany bool // said already
}

func (p *formParser) take(part *multipart.Part) error {
	field := cleanText(part.FormName())
	if field == "" {
		_, err := io.Copy(io.Discard, part)
		return err
	}
	if name, isFile := partFilename(part); isFile {
		return p.takeFile(field, name, part)
	}
	p.values++
	p.text += len(field)
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(io.LimitReader(part, int64(max(0, p.limits.Text-p.text))+1)); err != nil {
		return err
	}
	p.text += buf.Len()
	if p.values > p.limits.Values || p.text > p.limits.Text {
		return problem.New(problem.TooLarge, "upload.form-too-large", "limit", megabytes(p.limits.MaxBody()))
	}
	p.form.Values.Add(field, cleanText(buf.String()))
	return nil
}

// cleanText drops what no database takes as text.
func cleanText(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// partFilename tells whether a part is a file. Part.FileName alone cannot: it is empty for an input without a file, too.
func partFilename(part *multipart.Part) (string, bool) {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return "", false
	}
	name, ok := params["filename"]
	return name, ok
}

const headBytes = 512

// takeFile notes what is wrong with a file and reads on, so that the rest of the form is not lost.
func (p *formParser) takeFile(field, name string, part *multipart.Part) error {
	head := make([]byte, headBytes)
	n, err := readPart(part, head)
	if head = head[:n]; err != nil && err != io.EOF {
		return err
	}
	if n == 0 {
		if name != "" {
			p.check.Add(field, "upload.empty")
		}
		return nil
	}
	p.files++
	switch refused := p.accept(head); {
	case p.files > p.limits.Files:
		if !p.tooMany {
			p.check.Add(field, "upload.too-many", "limit", p.limits.Files)
		}
		p.tooMany = true
	case refused != nil:
		p.check.Add(field, refused.Key, refused.Args...)
	default:
		return p.keep(field, name, head, part)
	}
	_, err = io.Copy(io.Discard, part)
	return err
}

func (p *formParser) accept(head []byte) *problem.Problem {
	if p.limits.Accept == nil {
		return nil
	}
	err := p.limits.Accept(head)
	if err == nil {
		return nil
	}
	if refused, ok := problem.Of(err); ok {
		return refused
	}
	return problem.New(problem.WrongType, "upload.type").Because(err)
}

func (p *formParser) keep(field, name string, head []byte, part *multipart.Part) error {
	file, err := os.CreateTemp("", "xieshang-form-*")
	if err != nil {
		return err
	}
	if err := os.Remove(file.Name()); err != nil { // the open file stays readable, and vanishes with the process
		return errors.Join(err, file.Close())
	}
	size, err := io.Copy(file, io.LimitReader(io.MultiReader(bytes.NewReader(head), part), p.limits.Bytes+1))
	if err != nil || size > p.limits.Bytes {
		err = errors.Join(err, file.Close())
		if err != nil {
			return err
		}
		p.check.Add(field, "upload.too-large", "limit", megabytes(p.limits.Bytes))
		_, err = io.Copy(io.Discard, part)
		return err
	}
	mediaType, err := cleanType(part.Header.Get("Content-Type"))
	if err != nil {
		mediaType = ""
	}
	p.form.Files = append(p.form.Files, &FormFile{Field: field, Name: cleanName(name), Type: mediaType, Size: size, file: file})
	return nil
}
