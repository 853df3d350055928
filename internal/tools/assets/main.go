// Program assets bundles the style sheets and scripts under assets/ into assets/dist and writes assets/manifest.go with the hash of each file.
// It needs no node and no network: third-party code is committed under assets/vendor. With -check it changes nothing and fails when what is
// committed is not what the sources give; with -vendor DIR it first renews assets/vendor from DIR/node_modules (see vendor.go).
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	check := flag.Bool("check", false, "compare with what is committed and change nothing")
	vendor := flag.String("vendor", "", "renew assets/vendor from the node_modules in this folder")
	dir := flag.String("dir", "", "the assets folder (found from the working directory when empty)")
	flag.Parse()
	if err := run(*dir, *vendor, *check); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(dir, vendor string, check bool) error {
	if dir == "" {
		found, err := findDir()
		if err != nil {
			return err
		}
		dir = found
	}
	if vendor != "" {
		if check {
			return errors.New("-check and -vendor do not go together")
		}
		if err := renewVendor(dir, filepath.Join(vendor, "node_modules")); err != nil {
			return err
		}
	}
	files, err := bundle(dir)
	if err != nil {
		return err
	}
	if check {
		return compare(dir, files)
	}
	return write(dir, files)
}

// findDir returns the assets folder from the top of the repository or from the folder itself, where go generate runs.
func findDir() (string, error) {
	for _, dir := range []string{"assets", ".", "../assets", "../../../assets"} {
		if _, err := os.Stat(filepath.Join(dir, "css", "app.css")); err == nil {
			return dir, nil
		}
	}
	return "", errors.New("no assets folder here: run from the top of the repository, or give -dir")
}
