// Command subset makes the two fonts in assets/fonts anew. Run it from the root of the repository on Debian:
//
//	apt-get install fonttools unicode-data npm
//	npm install --prefix /tmp/noto @expo-google-fonts/noto-serif-sc@0.4.3
//	go run ./assets/fonts/subset /tmp/noto/node_modules/@expo-google-fonts/noto-serif-sc
//
// The list of characters is GB 2312 (all 6,763 ideographs and its punctuation), the standard table of 2013 as Debian's
// copy of the Unihan database gives it (kTGH), ASCII, and the marks that official letters and statements use.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	unihan = "/usr/share/unicode/Unihan_OtherMappings.txt.bz2"
	extra  = "〔〕—…·•–“”‘’《》〈〉「」『』【】〓№℃％‰×÷±°′″〇①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ□○●■√¥￥€©²³"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: subset FOLDER-OF-THE-NPM-PACKAGE")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "subset:", err)
		os.Exit(1)
	}
}

func run(source string) error {
	chars, err := characters()
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "subset")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	list := filepath.Join(work, "chars.txt")
	if err := os.WriteFile(list, []byte(string(chars)), 0o600); err != nil {
		return err
	}
	for name, face := range map[string]string{
		"serif-regular": "400Regular/NotoSerifSC_400Regular.ttf",
		"serif-bold":    "700Bold/NotoSerifSC_700Bold.ttf",
	} {
		size, err := pack(filepath.Join(source, face), list, filepath.Join(work, name+".ttf"), filepath.Join("assets/fonts", name+".ttf.br"))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Printf("%s: %d characters, %d bytes\n", name, len(chars), size)
	}
	return nil
}

// characters returns the wanted characters, sorted, each once.
func characters() ([]rune, error) {
	set := map[rune]bool{}
	for r := rune(0x20); r < 0x7f; r++ {
		set[r] = true
	}
	for _, r := range extra {
		set[r] = true
	}
	dec := simplifiedchinese.GBK.NewDecoder()
	for hi := 0xa1; hi <= 0xf7; hi++ {
		if hi >= 0xa4 && hi <= 0xaf { // kana, Greek, Cyrillic, pinyin, box drawing: not used in letters
			continue
		}
		for lo := 0xa1; lo <= 0xfe; lo++ {
			out, err := dec.Bytes([]byte{byte(hi), byte(lo)})
			if err != nil {
				continue
			}
			for _, r := range string(out) {
				if r != '\uFFFD' && (r < 0xE000 || r > 0xF8FF) {
					set[r] = true
				}
			}
		}
	}
	table, err := exec.Command("bzcat", unihan).Output()
	if err != nil {
		return nil, fmt.Errorf("read %s (Debian package unicode-data): %w", unihan, err)
	}
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line)
		if len(f) == 3 && f[1] == "kTGH" && strings.HasPrefix(f[0], "U+") {
			n, err := strconv.ParseUint(f[0][2:], 16, 32)
			if err != nil {
				return nil, fmt.Errorf("code point %q: %w", f[0], err)
			}
			set[rune(n)] = true
		}
	}
	var chars []rune
	for r := range set {
		chars = append(chars, r)
	}
	slices.Sort(chars)
	if len(chars) < 8105 {
		return nil, errors.New("the list of characters is too short: is the Unihan file the right one?")
	}
	return chars, nil
}

// pack cuts the font down to the list and writes it compressed; it returns the size of the result in bytes.
func pack(from, list, cut, to string) (int, error) {
	out, err := exec.Command("pyftsubset", from, "--text-file="+list, "--output-file="+cut,
		"--layout-features=", "--no-hinting", "--notdef-outline", "--name-IDs=0,1,2,3,4,5,6,13,14",
		"--drop-tables+=GSUB,GPOS,GDEF,BASE,vhea,vmtx,VORG,DSIG,STAT,HVAR,MVAR,gasp").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pyftsubset (Debian package fonttools): %w: %s", err, out)
	}
	data, err := os.ReadFile(cut)
	if err != nil {
		return 0, err
	}
	var b bytes.Buffer
	w := brotli.NewWriterOptions(&b, brotli.WriterOptions{Quality: 11, LGWin: 24})
	if _, err := w.Write(data); err != nil {
		return 0, err
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	return b.Len(), os.WriteFile(to, b.Bytes(), 0o600)
}
