package coverageweb

import "xieshang/assets"

// mapped tells whether there are outlines of the divisions below a division.
func mapped(code string) bool {
	name := "map/" + code + ".json"
	return assets.Path(name) != assets.Prefix+name
}
