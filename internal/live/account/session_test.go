package account

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/internal/live"
)

// apart gives the test an environment of its own, in which nothing can reach an account.
func apart(t *testing.T, url string) {
	t.Helper()
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": url, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		t.Setenv(name, value)
	}
}

// TestConfiguration has what is wrong with the configuration of the AWS command line, over the network's protocols.
func TestConfiguration(t *testing.T) {
	// The answer of STS's query protocol.
	expired := `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, expired)
	}))
	defer server.Close()
	bundle := filepath.Join(t.TempDir(), "bundle.pem")
	if err := os.WriteFile(bundle, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	keys := map[string]string{"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": east}
	with := func(more map[string]string) map[string]string {
		all := map[string]string{}
		for _, m := range []map[string]string{keys, more} {
			for name, value := range m {
				all[name] = value
			}
		}
		return all
	}
	for _, test := range []struct {
		reason string
		env    map[string]string
		o      Options
		want   string
	}{
		{"no Region anywhere", map[string]string{"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}, Options{}, "region: none, want one as an option, in AWS_REGION or in the profile"},
		{"no credentials anywhere", map[string]string{"AWS_REGION": east}, Options{}, "credentials: none that work, want a profile, AWS_ACCESS_KEY_ID or another source"},
		{"a profile that is not there", keys, Options{Profile: "nobody"}, `profile "nobody": not in the AWS configuration files`},
		{"a bundle of certificates that is not there", with(map[string]string{"AWS_CA_BUNDLE": "/nonexistent/bundle.pem"}), Options{}, `AWS_CA_BUNDLE "/nonexistent/bundle.pem": no such file, want a PEM file of certificates`},
		{"a bundle without certificates", with(map[string]string{"AWS_CA_BUNDLE": bundle}), Options{}, fmt.Sprintf("AWS configuration, with AWS_CA_BUNDLE %q, want a PEM file", bundle)},
		{"expired credentials", keys, Options{}, `credentials: expired, want new ones, as by "aws sso login"`},
	} {
		apart(t, server.URL)
		for name, value := range test.env {
			t.Setenv(name, value)
		}
		if _, err := Read(t.Context(), test.o); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.reason, err, test.want)
		}
	}
}

// TestFirstRegionNotEnabled: the Region that is asked first whose credentials they are is the one that is not enabled.
func TestFirstRegionNotEnabled(t *testing.T) {
	c := shopCloud(shop())
	c.fault = func(one call) error {
		if one.region == "af-south-1" {
			return apiError("InvalidClientTokenId", "The security token included in the request is invalid")
		}
		return nil
	}
	s := c.read(t, Options{NoEvidence: true, Regions: []string{"af-south-1", east}})
	if gaps := scopeAt(t, s, home, "af-south-1").Gaps; len(gaps) != 1 || gaps[0].Operation != "" {
		t.Errorf("got gaps %v", gaps)
	}
	if got := scopeAt(t, s, home, east); len(got.Gaps) > 0 || len(got.Resources) == 0 {
		t.Errorf("got gaps %v of the other Region", got.Gaps)
	}
}

// TestManySchedules: an account may have millions. Those that send to topics and queues are all read, of others some, and the rest is
// said.
func TestManySchedules(t *testing.T) {
	c := shopCloud(shop())
	answer(c, "Scheduler ListSchedules", func(_ place, in *scheduler.ListSchedulesInput) (*scheduler.ListSchedulesOutput, error) {
		var all []schedulertypes.ScheduleSummary
		for i := range 700 {
			target := function
			if i >= 690 {
				target = billing
			}
			name := fmt.Sprintf("s%03d", i)
			all = append(all, schedulertypes.ScheduleSummary{Name: &name, GroupName: aws.String("default"), Arn: aws.String("arn:aws:scheduler:us-east-1:111122223333:schedule/default/" + name), Target: &schedulertypes.TargetSummary{Arn: &target}})
		}
		some, next := part(all, in.NextToken, 100)
		return &scheduler.ListSchedulesOutput{Schedules: some, NextToken: next}, nil
	})
	got := scopeAt(t, c.read(t, Options{NoEvidence: true}), home, east)
	if n := c.count("GetSchedule"); n != mostOthers+10 {
		t.Errorf("read %d schedules", n)
	}
	want := []live.Gap{{Operation: "scheduler:GetSchedule", Reason: "the dead-letter queues of 190 schedules that send elsewhere were not looked at"}}
	if diff := cmp.Diff(want, got.Gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	if !slices.ContainsFunc(got.Resources, func(r live.Resource) bool { return strings.HasSuffix(r.ID, "s699") }) {
		t.Error("the last schedule that sends to a queue was not read")
	}
}
