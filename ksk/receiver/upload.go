package receiver

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// upload is a request as it came.
type upload struct {
	filename string // the client's; hostile
	content  []byte
}

// refusal is why a request of HTTP is not answered with success.
type refusal struct {
	status  int
	message string
}

func (r *refusal) Error() string { return r.message }

func refuse(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

// overhead is what a form may have around its file: boundaries, headers and small fields, in bytes.
const overhead = 16 << 10

// field is the one of the form that holds the request.
const field = "ksr"

// readUpload reads a form (RFC 7578) with exactly one file, and no byte more than is allowed. The form has to be
// complete: what was cut off is not a request, even if it looks like one.
func readUpload(w http.ResponseWriter, r *http.Request, maxSize int64, contentType string) (upload, error) {
	if r.ContentLength > maxSize+overhead {
		return upload{}, tooLarge(maxSize)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxSize+overhead)
	form, err := r.MultipartReader()
	if err != nil {
		return upload{}, refuse(http.StatusUnsupportedMediaType, "The request has to come as the file of a form: multipart/form-data with a field named ksr.")
	}
	var found *upload
	for {
		part, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return upload{}, unreadable(err, maxSize)
		}
		if part.FormName() != field {
			continue
		}
		if found != nil {
			return upload{}, refuse(http.StatusBadRequest, "There are several fields named ksr.")
		}
		u, err := readPart(part, maxSize, contentType)
		if err != nil {
			return upload{}, err
		}
		found = &u
	}
	if found == nil {
		return upload{}, refuse(http.StatusUnprocessableEntity, "The form has no field named ksr.")
	}
	return *found, nil
}

func readPart(part *multipart.Part, maxSize int64, contentType string) (upload, error) {
	if given := part.Header.Get("Content-Type"); !sameType(given, contentType) {
		return upload{}, refuse(http.StatusUnsupportedMediaType, "The file is of type %q, not of %q.", given, contentType)
	}
	if part.Header.Get("Content-Transfer-Encoding") != "" {
		return upload{}, refuse(http.StatusBadRequest, "Content-Transfer-Encoding is not for forms (RFC 7578 section 4.7).")
	}
	content, err := io.ReadAll(io.LimitReader(part, maxSize+1))
	if err != nil {
		return upload{}, unreadable(err, maxSize)
	}
	if int64(len(content)) > maxSize {
		return upload{}, tooLarge(maxSize)
	}
	_, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return upload{}, refuse(http.StatusBadRequest, "The field has a malformed Content-Disposition.")
	}
	return upload{parameters["filename"], content}, nil
}

func tooLarge(maxSize int64) error {
	return refuse(http.StatusRequestEntityTooLarge, "The request is larger than the %d bytes that are allowed.", maxSize)
}

func unreadable(err error, maxSize int64) error {
	var tooMuch *http.MaxBytesError
	if errors.As(err, &tooMuch) {
		return tooLarge(maxSize)
	}
	return refuse(http.StatusBadRequest, "The form is malformed or was cut off.")
}

// sameType compares media types without their parameters. The two names of XML mean the same (RFC 7303
// section 9.2), and browsers send the other one than configurations name.
func sameType(a, b string) bool {
	essence := func(s string) string {
		kind, _, err := mime.ParseMediaType(s)
		if err != nil {
			return strings.ToLower(s)
		}
		if kind == "text/xml" {
			return "application/xml"
		}
		return kind
	}
	return essence(a) == essence(b)
}
