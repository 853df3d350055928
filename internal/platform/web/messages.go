package web

import "embed"

// Messages holds the texts of problems.
//
//go:embed messages
var Messages embed.FS
