package app_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"testing"

	"xieshang/internal/app/apptest"
)

// TestFormWithoutASessionLeavesNoFiles: a form with photos that arrives after its session has ended is answered, and what it brought does not stay on the disk.
func TestFormWithoutASessionLeavesNoFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		if err := form.WriteField("title", "枫溪路老旧小区加装电梯"); err != nil {
			t.Fatal(err)
		}
		part, err := form.CreateFormFile("upload_file", "a.jpg")
		if err != nil {
			t.Fatal(err)
		}
		part.Write(make([]byte, 24<<20))
		form.Close()
		res, err := http.Post(s.URL+"/suggestions/x/edit", form.FormDataContentType(), &b)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("answered %d", res.StatusCode)
		}
		left, err := filepath.Glob(filepath.Join(dir, "multipart-*"))
		if err != nil || len(left) > 0 {
			t.Errorf("left in the folder for temporary files: %v %v", left, err)
		}
	})
}
