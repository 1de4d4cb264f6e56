package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 is a store in a bucket of S3-compatible storage.
type S3 struct {
	client         *minio.Client
	bucket, prefix string
}

// OpenS3 opens BUCKET/PREFIX. The server, the region and the credentials come from the usual
// variables: AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL (default: Amazon's), AWS_REGION,
// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the credentials file of the AWS tools. It
// fails where the bucket cannot be reached.
func OpenS3(ctx context.Context, where string) (*S3, error) {
	bucket, prefix, _ := strings.Cut(where, "/")
	prefix = strings.Trim(prefix, "/")
	if bucket == "" || prefix != "" && checkName(prefix) != nil {
		return nil, fmt.Errorf("s3://%s: want s3://BUCKET/PREFIX", where)
	}
	endpoint, secure, err := endpoint()
	if err != nil {
		return nil, err
	}
	client, err := minio.New(endpoint, &minio.Options{
		Secure: secure, Region: firstSet("AWS_REGION", "AWS_DEFAULT_REGION"), MaxRetries: 4,
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{Client: &http.Client{Transport: http.DefaultTransport}},
		}),
	})
	if err != nil {
		return nil, fmt.Errorf("s3://%s: %w", where, err)
	}
	s := &S3{client, bucket, prefix}
	switch there, err := client.BucketExists(ctx, bucket); {
	case err != nil:
		return nil, fmt.Errorf("%s cannot be reached at %s: %w", s, endpoint, err)
	case !there:
		return nil, fmt.Errorf("%s: there is no bucket %s at %s", s, bucket, endpoint)
	}
	return s, nil
}

// endpoint is the server as minio-go wants it.
func endpoint() (host string, secure bool, err error) {
	text := firstSet("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
	if text == "" {
		return "s3.amazonaws.com", true, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" {
		return "", false, fmt.Errorf("AWS_ENDPOINT_URL %q: want http://HOST:PORT or https://HOST", text)
	}
	return u.Host, u.Scheme == "https", nil
}

func firstSet(names ...string) string {
	for _, name := range names {
		if v := os.Getenv(name); v != "" {
			return v
		}
	}
	return ""
}

// String implements Store.
func (s *S3) String() string { return "s3://" + path.Join(s.bucket, s.prefix) }

// key is a name within the bucket.
func (s *S3) key(name string) (string, error) {
	return path.Join(s.prefix, name), checkName(name)
}

// explain names the store, and says fs.ErrNotExist where that is what the server says.
func (s *S3) explain(name string, err error) error {
	if err == nil {
		return nil
	}
	if answer := minio.ToErrorResponse(err); answer.StatusCode == http.StatusNotFound && answer.Code != minio.NoSuchBucket {
		return fmt.Errorf("%s/%s: %w", s, name, fs.ErrNotExist)
	}
	return fmt.Errorf("%s/%s: %w", s, name, err)
}

// Create implements Store. The server refuses what is there already, so that the first of
// several writers wins.
func (s *S3) Create(ctx context.Context, name string, r io.ReadSeeker, size int64) (bool, error) {
	key, err := s.key(name)
	if err != nil {
		return false, err
	}
	if there, err := s.Has(ctx, name); err != nil || there {
		return false, err
	}
	opt := minio.PutObjectOptions{
		ContentType:      "application/octet-stream",
		DisableMultipart: true, // whole in one request: the condition holds for all of it
	}
	opt.SetMatchETagExcept("*")
	_, err = s.client.PutObject(ctx, s.bucket, key, r, size, opt)
	switch answer := minio.ToErrorResponse(err); {
	case err == nil:
		return true, nil
	case answer.StatusCode == http.StatusPreconditionFailed, answer.StatusCode == http.StatusConflict:
		return false, nil
	}
	return false, s.explain(name, err)
}

// Open implements Store.
func (s *S3) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	key, err := s.key(name)
	if err != nil {
		return nil, err
	}
	object, err := s.client.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, s.explain(name, err)
	}
	if _, err := object.Stat(); err != nil { // GetObject asks for nothing yet
		object.Close()
		return nil, s.explain(name, err)
	}
	return object, nil
}

// Has implements Store.
func (s *S3) Has(ctx context.Context, name string) (bool, error) {
	key, err := s.key(name)
	if err != nil {
		return false, err
	}
	_, err = s.client.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if err = s.explain(name, err); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Remove implements Store.
func (s *S3) Remove(ctx context.Context, name string) error {
	key, err := s.key(name)
	if err != nil {
		return err
	}
	err = s.explain(name, s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{}))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
