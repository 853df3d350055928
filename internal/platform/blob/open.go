package blob

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// ErrPlace comes from Open for a --files value that is neither a folder nor a complete s3 address.
var ErrPlace = errors.New("not a place for files")

// Closer is a Store that holds something open.
type Closer interface {
	Store
	Close() error
}

// Open opens the store that the flag --files names: the path of a folder, or
// s3://KEY:SECRET@HOST:PORT/BUCKET?secure=false&region=REGION, where secure is true unless it is said otherwise. KEY and
// SECRET are percent-encoded when they hold signs with a meaning in addresses. No error ever holds the secret.
func Open(ctx context.Context, place string) (Closer, error) {
	if scheme, _, ok := strings.Cut(place, "://"); ok {
		if scheme != "s3" {
			return nil, fmt.Errorf("%w: scheme %q, want a folder or s3://KEY:SECRET@HOST:PORT/BUCKET", ErrPlace, scheme)
		}
		o, err := parseS3(place)
		if err != nil {
			return nil, err
		}
		s, err := S3(ctx, o)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	if place == "" {
		return nil, fmt.Errorf("%w: empty", ErrPlace)
	}
	f, err := Folder(place)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func parseS3(place string) (S3Options, error) {
	u, err := url.Parse(place)
	if err != nil { // its text would show the secret
		return S3Options{}, fmt.Errorf("%w: the s3 address cannot be read; percent-encode special signs in key and secret", ErrPlace)
	}
	o := S3Options{Endpoint: u.Host, Bucket: strings.Trim(u.Path, "/"), Secure: true}
	if u.User != nil {
		o.Key = u.User.Username()
		o.Secret, _ = u.User.Password()
	}
	switch {
	case o.Endpoint == "":
		return S3Options{}, fmt.Errorf("%w: the s3 address has no host", ErrPlace)
	case o.Key == "" || o.Secret == "":
		return S3Options{}, fmt.Errorf("%w: the s3 address has no key or no secret", ErrPlace)
	case o.Bucket == "" || strings.Contains(o.Bucket, "/"):
		return S3Options{}, fmt.Errorf("%w: the s3 address must name one bucket after the host", ErrPlace)
	case u.Fragment != "":
		return S3Options{}, fmt.Errorf("%w: the s3 address has a '#'; write it as %%23", ErrPlace)
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return S3Options{}, fmt.Errorf("%w: the options of the s3 address cannot be read", ErrPlace)
	}
	for name := range query {
		value := query.Get(name)
		switch name {
		case "secure":
			if o.Secure, err = strconv.ParseBool(value); err != nil {
				return S3Options{}, fmt.Errorf("%w: secure=%q, want true or false", ErrPlace, value)
			}
		case "region":
			o.Region = value
		default:
			return S3Options{}, fmt.Errorf("%w: unknown option %q, there are secure and region", ErrPlace, name)
		}
	}
	return o, nil
}
