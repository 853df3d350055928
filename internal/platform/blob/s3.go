package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// MaxS3 is the largest file in bytes that one request of the protocol may carry.
const MaxS3 = 5 << 30

// S3Options says where a bucket is and how to speak to it.
type S3Options struct {
	Endpoint string // host:port, no scheme
	Bucket   string
	Key      string
	Secret   string
	Region   string // may be empty: then the server is asked
	Secure   bool   // https instead of http
	// Transport replaces the HTTP transport, for certificates of one's own; nil is the usual one.
	Transport http.RoundTripper
}

// S3Store is a Store in one bucket of a server that speaks S3.
type S3Store struct {
	client *minio.Client
	bucket string
}

// S3 connects to a bucket that must exist already; it fails when the server cannot be reached or refuses the key.
func S3(ctx context.Context, o S3Options) (*S3Store, error) {
	client, err := minio.New(o.Endpoint, &minio.Options{
		Creds:      credentials.NewStaticV4(o.Key, o.Secret, ""),
		Secure:     o.Secure,
		Region:     o.Region,
		Transport:  o.Transport,
		MaxRetries: 3, // the callers have deadlines of their own
	})
	if err != nil {
		return nil, fmt.Errorf("S3 at %s: %w", o.Endpoint, err)
	}
	found, err := client.BucketExists(ctx, o.Bucket)
	if err != nil {
		return nil, fmt.Errorf("S3 bucket %s at %s: %w", o.Bucket, o.Endpoint, err)
	}
	if !found {
		return nil, fmt.Errorf("S3 bucket %s at %s does not exist: make it first", o.Bucket, o.Endpoint)
	}
	return &S3Store{client: client, bucket: o.Bucket}, nil
}

// Put sends the file in one request, at most MaxS3 bytes; the server shows it under its key only when all of it has
// arrived, and no half-sent parts stay behind to be paid for. A reader of unknown length goes to a temporary file first.
func (s *S3Store) Put(ctx context.Context, key string, r io.Reader, size int64) (Info, error) {
	if err := ValidKey(key); err != nil {
		return Info{}, err
	}
	if size > MaxS3 {
		return Info{}, fmt.Errorf("put file %s: %d bytes, S3 takes %d at once", key, size, int64(MaxS3))
	}
	source := &exactly{ctx: ctx, r: r, left: size}
	var err error
	if size == Unknown {
		err = s.spool(ctx, key, source)
	} else {
		err = s.send(ctx, key, source, size)
	}
	// The client may hide why the reader stopped; the reader's own error says more.
	if source.err != nil && source.err != io.EOF {
		err = source.err
	}
	if err != nil {
		return Info{}, fmt.Errorf("put file %s: %w", key, err)
	}
	return Info{Key: key, Size: source.read}, nil
}

func (s *S3Store) send(ctx context.Context, key string, r io.Reader, size int64) error {
	o := minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true}
	if size == 0 { // the client does not read at all then, and a signed empty stream would go without a length
		if _, err := r.Read(make([]byte, 1)); err != io.EOF {
			return err
		}
		o.DisableContentSha256 = true
	}
	_, err := s.client.PutObject(ctx, s.bucket, key, r, size, o)
	return err
}

func (s *S3Store) spool(ctx context.Context, key string, r io.Reader) (err error) {
	file, err := os.CreateTemp("", "xieshang-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	size, err := io.Copy(file, io.LimitReader(r, MaxS3+1))
	if err != nil {
		return err
	}
	if size > MaxS3 {
		return fmt.Errorf("more than %d bytes, S3 takes no more at once", int64(MaxS3))
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return s.send(ctx, key, file, size)
}

// Get opens the file; seeking asks the server for another range.
func (s *S3Store) Get(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if err := ValidKey(key); err != nil {
		return nil, err
	}
	object, err := s.client.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, fmt.Errorf("get file %s: %w", key, absent(err))
	}
	if _, err := object.Stat(); err != nil { // nothing has been asked of the server before this
		return nil, errors.Join(fmt.Errorf("get file %s: %w", key, absent(err)), object.Close())
	}
	return object, nil
}

// Stat asks the server for size and time.
func (s *S3Store) Stat(ctx context.Context, key string) (Info, error) {
	if err := ValidKey(key); err != nil {
		return Info{}, err
	}
	o, err := s.client.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, fmt.Errorf("stat file %s: %w", key, absent(err))
	}
	return Info{Key: key, Size: o.Size, Modified: instant(o.LastModified)}, nil
}

// Delete removes the file.
func (s *S3Store) Delete(ctx context.Context, key string) error {
	if err := ValidKey(key); err != nil {
		return err
	}
	err := s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{})
	if err != nil && !errors.Is(absent(err), ErrNotFound) {
		return fmt.Errorf("delete file %s: %w", key, err)
	}
	return nil
}

// List pages through the bucket.
func (s *S3Store) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if err := validPrefix(prefix); err != nil {
			yield(Info{}, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for o := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
			if o.Err != nil {
				yield(Info{}, fmt.Errorf("list files: %w", o.Err))
				return
			}
			if ValidKey(o.Key) != nil || !strings.HasPrefix(o.Key, prefix) { // put there by another program
				continue
			}
			if !yield(Info{Key: o.Key, Size: o.Size, Modified: instant(o.LastModified)}, nil) {
				return
			}
		}
	}
}

// Close does nothing; it is there so that both stores are closed alike.
func (s *S3Store) Close() error { return nil }

func absent(err error) error {
	switch r := minio.ToErrorResponse(err); {
	case r.Code == minio.NoSuchKey, r.StatusCode == http.StatusNotFound && r.Code != minio.NoSuchBucket:
		return ErrNotFound
	}
	return err
}
