package jobs_test

import (
	"errors"
	"slices"
	"testing"

	"blemish/jobs"
)

func TestNewsAreToldOnce(t *testing.T) {
	var got []string
	tell := jobs.News(func(err error) { got = append(got, err.Error()) })
	for _, text := range []string{"down", "down", "refused", "refused", "down"} {
		tell(errors.New(text))
	}
	if want := []string{"down", "refused", "down"}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}
