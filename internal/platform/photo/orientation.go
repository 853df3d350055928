package photo

import "encoding/binary"

// orientation is how a picture is stored, as tag 274 of TIFF 6.0 and Exif numbers it, 1 to 8.
type orientation uint8

const upright orientation = 1

// tiffOrientation reads tag 274 from the first directory of a TIFF structure, which is what Exif is. Whatever cannot be
// read counts as upright: a wrong tag must not cost anyone their picture.
func tiffOrientation(t []byte) orientation {
	if len(t) < 8 {
		return upright
	}
	var order binary.ByteOrder
	switch string(t[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	at := uint64(order.Uint32(t[4:]))
	if at+2 > uint64(len(t)) {
		return upright
	}
	count := uint64(order.Uint16(t[at:]))
	entries := t[at+2:]
	for i := uint64(0); i < count && len(entries) >= 12; i, entries = i+1, entries[12:] {
		const tag, short = 274, 3
		if order.Uint16(entries) != tag {
			continue
		}
		if order.Uint16(entries[2:]) != short || order.Uint32(entries[4:]) != 1 {
			return upright
		}
		if o := order.Uint16(entries[8:]); o >= 1 && o <= 8 {
			return orientation(o)
		}
		return upright
	}
	return upright
}

// turned tells whether width and height change places.
func (o orientation) turned() bool { return o >= 5 }

// place tells where the pixel x, y of a stored picture of w by h goes in the upright one.
func (o orientation) place(x, y, w, h int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
