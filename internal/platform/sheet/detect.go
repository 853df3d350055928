package sheet

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// kind is what the first bytes and, for text, all bytes of a file say about it.
type kind struct {
	zip    bool
	encode string
	skip   int64             // length of the byte order mark
	decode encoding.Encoding // nil for UTF-8
}

func refused(line int, key string, args ...any) error {
	return &FileError{Line: line, Reason: reason(key, args...)}
}

// detect tells workbook from text by content and finds the encoding of text.
func detect(r io.ReaderAt, size int64) (kind, error) {
	head := make([]byte, min(size, 4096))
	if n, err := r.ReadAt(head, 0); n < len(head) && err != nil {
		return kind{}, err
	}
	switch {
	case len(bytes.TrimSpace(head)) == 0 && size <= 4096:
		return kind{}, refused(0, "sheet.err.empty")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return kind{zip: true}, nil
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return kind{}, refused(0, "sheet.err.format_xls")
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		k := kind{encode: "UTF-8", skip: 3}
		line, err := scanUTF8(io.NewSectionReader(r, k.skip, size-k.skip))
		if err == nil && line > 0 {
			err = refused(line, "sheet.err.encoding", "line", line)
		}
		return k, err
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		k := kind{encode: "UTF-16LE", skip: 2, decode: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}
		return k, scanUTF16(r, size, k)
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		k := kind{encode: "UTF-16BE", skip: 2, decode: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}
		return k, scanUTF16(r, size, k)
	case markup(head):
		return kind{}, refused(0, "sheet.err.format_html")
	case bytes.HasPrefix(head, []byte("PK")) || bytes.HasPrefix(head, []byte("%PDF")):
		return kind{}, refused(0, "sheet.err.format")
	}
	line, err := scanUTF8(io.NewSectionReader(r, 0, size))
	switch {
	case err != nil:
		return kind{}, err
	case line == 0:
		return kind{encode: "UTF-8"}, nil
	}
	k := kind{encode: "GB18030", decode: simplifiedchinese.GB18030}
	return k, scanGB18030(io.NewSectionReader(r, 0, size), line)
}

// markup recognises the web pages that many systems export under the name of a workbook.
func markup(head []byte) bool {
	s := bytes.ToLower(bytes.TrimSpace(head))
	for _, p := range []string{"<html", "<!doctype", "<table", "<?xml", "<meta", "<head", "<style"} {
		if bytes.HasPrefix(s, []byte(p)) {
			return true
		}
	}
	return false
}

// scanText reads r in pieces that begin and end between characters as step sees them. step returns how much of b it took and whether what
// follows cannot be read; the line of that place is returned, or 0 when all is well. A NUL means that the file is no text at all.
func scanText(r io.Reader, step func(b []byte, last bool) (n int, bad bool)) (line int, err error) {
	buf, have := make([]byte, 64<<10), 0
	line = 1
	for {
		n, err := io.ReadFull(r, buf[have:])
		if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, err
		}
		last := err != nil
		b := buf[:have+n]
		took, bad := step(b, last)
		if bytes.IndexByte(b[:took], 0) >= 0 {
			return 0, refused(0, "sheet.err.format")
		}
		line += bytes.Count(b[:took], []byte{'\n'})
		if bad {
			return line, nil
		}
		if last {
			return 0, nil
		}
		have = copy(buf, b[took:])
	}
}

// scanUTF8 returns the line of the first byte that is not UTF-8, 0 when there is none.
func scanUTF8(r io.Reader) (line int, err error) {
	return scanText(r, func(b []byte, last bool) (int, bool) {
		if utf8.Valid(b) {
			return len(b), false
		}
		i := 0
		for i < len(b) {
			c, n := utf8.DecodeRune(b[i:])
			if c == utf8.RuneError && n == 1 {
				return i, last || utf8.FullRune(b[i:])
			}
			i += n
		}
		return i, false
	})
}

// scanGB18030 refuses what GB18030 cannot be, and what it hardly is: in Chinese text nearly all characters are those of the first standard
// (GB 2312), both of whose bytes are 0xA1 or more; Big5, Shift-JIS and the Western encodings seldom keep to that. notUTF8 is the line of
// the first byte outside UTF-8, for the reason.
func scanGB18030(r io.Reader, notUTF8 int) error {
	common, rare := 0, 0
	line, err := scanText(r, func(b []byte, last bool) (int, bool) {
		i := 0
		for i < len(b) {
			n := gbLength(b[i:])
			switch {
			case n == 0:
				return i, last
			case n < 0:
				return i, true
			case n == 2 && b[i] >= 0xA1 && b[i] <= 0xF7 && b[i+1] >= 0xA1:
				common++
			case n > 1:
				rare++
			}
			i += n
		}
		return i, false
	})
	switch {
	case err != nil:
		return err
	case line > 0:
		return refused(notUTF8, "sheet.err.encoding", "line", notUTF8)
	case rare*4 > common:
		return refused(notUTF8, "sheet.err.encoding_unsure")
	}
	return nil
}

// gbLength is the length of the character at the front of b, 0 when b ends within it, and -1 when there is none.
func gbLength(b []byte) int {
	switch {
	case b[0] < 0x80:
		return 1
	case b[0] == 0x80 || b[0] == 0xFF:
		return -1
	case len(b) < 2:
		return 0
	case b[1] >= 0x40 && b[1] != 0x7F && b[1] != 0xFF:
		return 2
	case b[1] < 0x30 || b[1] > 0x39:
		return -1
	case len(b) < 4:
		return 0
	case b[2] < 0x81 || b[2] == 0xFF || b[3] < 0x30 || b[3] > 0x39:
		return -1
	}
	return 4
}

// scanUTF16 refuses UTF-16 with half characters.
func scanUTF16(r io.ReaderAt, size int64, k kind) error {
	if (size-k.skip)%2 != 0 {
		return refused(0, "sheet.err.utf16", "line", 1)
	}
	line, err := scanText(text(r, size, k), func(b []byte, last bool) (int, bool) {
		i := bytes.Index(b, []byte("\uFFFD"))
		if i >= 0 {
			return i, true
		}
		// A mark that is cut by the end of the piece is looked at with the next one.
		if keep := 2; !last && len(b) > keep {
			return len(b) - keep, false
		}
		return len(b), false
	})
	if err == nil && line > 0 {
		err = refused(line, "sheet.err.utf16", "line", line)
	}
	return err
}

// text is the file as UTF-8 without its byte order mark.
func text(r io.ReaderAt, size int64, k kind) io.Reader {
	body := io.NewSectionReader(r, k.skip, size-k.skip)
	if k.decode == nil {
		return body
	}
	return transform.NewReader(body, k.decode.NewDecoder())
}
