package page

import "embed"

// Messages holds the texts of the frame, of roles and of error pages.
//
//go:embed messages
var Messages embed.FS
