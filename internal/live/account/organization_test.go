package account_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/live/account"
	"github.com/hopgrant/hopgrant/internal/organization"
)

var regions = []string{"ap-south-1", "eu-central-1", "eu-west-1", "us-east-1"}

// fifty accounts, 100000000000 and up, in four Regions each. The role of three cannot be assumed, one has not enabled a Region, and one
// does not admit what others deliver.
func fifty() (targets []organization.Target, cloud *account.Cloud, fault func(account, region, operation, resource string) error) {
	var accounts []string
	for i := range 50 {
		accounts = append(accounts, fmt.Sprintf("1%011d", i))
		targets = append(targets, organization.Target{Account: accounts[i], Regions: regions})
	}
	refused := map[string]bool{accounts[7]: true, accounts[8]: true, accounts[30]: true}
	return targets, account.NewOrganization(accounts, regions, map[string]bool{accounts[20]: true}), func(in, region, operation, resource string) error {
		switch {
		case operation == "AssumeRole" && refused[strings.Split(resource, ":")[4]]:
			return account.APIError("AccessDenied", "not authorized to perform: sts:AssumeRole")
		case in == accounts[40] && region == "eu-west-1":
			return account.APIError("InvalidClientTokenId", "The security token included in the request is invalid")
		}
		return nil
	}
}

func options(c *account.Cloud, folder string) organization.Options {
	return organization.Options{Role: "audit/reader", Folder: organization.Folder(folder), MaxAge: 12 * time.Hour, Parallel: 8,
		Read: func(ctx context.Context, r organization.Request) (*live.Snapshot, error) {
			return c.Read(ctx, account.Options{OwnerTag: "owner", Role: r.Role, Account: r.Account, Regions: r.Regions, Resume: r.Resume, MaxAge: r.MaxAge, Checkpoint: r.Checkpoint})
		}}
}

func judge(t *testing.T, targets []organization.Target, r organization.Reading, folder string) *organization.Summary {
	t.Helper()
	s, err := organization.Folder(folder).Judge(targets, r, organization.Judging{
		Check: check.Options{}, OwnerTag: "owner", Fails: func(f *check.Finding) bool { return f.Severity == check.Error },
		Encode: func(r check.Report) ([]byte, error) {
			return fmt.Appendf(nil, "%d findings, %d hops\n", len(r.Findings), r.OK+r.Broken+r.Unknown), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// accounted reports each account in a Region that is not there once: as one that was read, or as one that was not.
func accounted(t *testing.T, targets []organization.Target, r organization.Reading) {
	t.Helper()
	seen := map[organization.Place]int{}
	for _, p := range r.Read {
		seen[p]++
	}
	for _, f := range r.Failed {
		if seen[f.Place]++; f.Reason == "" {
			t.Errorf("%s failed for no reason", f.Place)
		}
	}
	for _, target := range targets {
		for _, region := range append([]string{""}, target.Regions...) {
			if at := (organization.Place{Account: target.Account, Region: region}); seen[at] != 1 {
				t.Errorf("%s is there %d times", at, seen[at])
			} else {
				delete(seen, at)
			}
		}
	}
	if len(seen) > 0 {
		t.Errorf("nobody asked for %v", seen)
	}
}

// TestManyAccounts reads 200 account-Regions of which some fail, is interrupted, and goes on: nothing is lost, counted or read twice, and the
// end is as if it had been read at once.
func TestManyAccounts(t *testing.T) {
	targets, c, fault := fifty()
	c.Fault(fault)
	atOnce := t.TempDir()
	var want *organization.Summary
	synctest.Test(t, func(t *testing.T) {
		r, err := organization.Read(t.Context(), targets, options(c, atOnce))
		if err != nil {
			t.Fatal(err)
		}
		accounted(t, targets, r)
		want = judge(t, targets, r, atOnce)
	})
	counted(t, want)

	folder := t.TempDir()
	targets, c, fault = fifty()
	synctest.Test(t, func(t *testing.T) {
		var done []organization.Place
		for _, after := range []int32{150, 900, 2000} {
			ctx, cancel := context.WithCancel(t.Context())
			var calls atomic.Int32
			c.Fault(func(in, region, operation, resource string) error {
				if calls.Add(1) > after {
					cancel()
				}
				return fault(in, region, operation, resource)
			})
			before := c.Calls("ListTopics")
			r, err := organization.Read(ctx, targets, options(c, folder))
			cancel()
			if err != nil {
				t.Fatal(err)
			}
			accounted(t, targets, r)
			judge(t, targets, r, folder)
			if len(r.Failed) <= 16 || r.Reused > len(r.Read) {
				t.Fatalf("after %d calls, %d account-Regions are not read: the reading was not interrupted", after, len(r.Failed))
			}
			again := c.Calls("ListTopics")
			for _, p := range done {
				if again[p.String()] != before[p.String()] {
					t.Errorf("%s was read again", p)
				}
			}
			done = r.Read
		}
		c.Fault(fault)
		r, err := organization.Read(t.Context(), targets, options(c, folder))
		if err != nil {
			t.Fatal(err)
		}
		accounted(t, targets, r)
		got := judge(t, targets, r, folder)
		if got.Reused == 0 || got.Reused == got.Read {
			t.Errorf("of %d, %d were there", got.Read, got.Reused)
		}
		got.Reused = 0
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-read at once +resumed):\n%s", diff)
		}

		calls := c.Calls("ListTopics")
		r, err = organization.Read(t.Context(), targets, options(c, folder))
		if err != nil || r.Reused != 187 {
			t.Errorf("%d are there and fresh, %v", r.Reused, err)
		}
		for _, p := range r.Read {
			if c.Calls("ListTopics")[p.String()] != calls[p.String()] {
				t.Errorf("%s was there and fresh, and was read again", p)
			}
		}
	})
	sameFindings(t, targets, atOnce, folder)
}

// counted checks the summary of the fifty accounts.
func counted(t *testing.T, want *organization.Summary) {
	t.Helper()
	if want.Regions != 200 || want.Read != 187 || len(want.Failed) != 16 {
		t.Errorf("read %d of %d account-Regions, failed %v", want.Read, want.Regions, want.Failed)
	}
	for _, f := range want.Failed {
		if !strings.Contains(f.Reason, "sts:AssumeRole") && !strings.Contains(f.Reason, "the Region is not enabled") {
			t.Errorf("%s failed because %s", f.Place, f.Reason)
		}
	}
	// Of 200 hops from one account to the next, the queue of 9 and the topic of 9 are in what was not read, and both of 4. What the policy
	// of a queue admits is known without the topic.
	if diff := cmp.Diff(organization.Hops{OK: 200 - 4 - 9 - 4, Broken: 4, Unknown: 9}, want.Crossing); diff != "" {
		t.Errorf("hops that cross accounts (-want +got):\n%s", diff)
	}
	if want.Errors != 4 || len(want.ByAccount) == 0 || want.ByAccount[0].Errors != 4 || want.Failing != 4 {
		t.Errorf("%d errors, by account %v", want.Errors, want.ByAccount)
	}
	for name, by := range map[string][]organization.Count{"rule": want.ByRule, "account": want.ByAccount, "owner": want.ByOwner} {
		var all organization.Count
		for _, one := range by {
			all.Errors, all.Warnings, all.Infos = all.Errors+one.Errors, all.Warnings+one.Warnings, all.Infos+one.Infos
		}
		if all.Errors != want.Errors || all.Warnings != want.Warnings || all.Infos != want.Infos {
			t.Errorf("by %s there are %+v, and %d, %d and %d in all", name, all, want.Errors, want.Warnings, want.Infos)
		}
	}
	if want.ByOwner[0].Name != "team-0" {
		t.Errorf("by owner: %v", want.ByOwner)
	}
}

// sameFindings checks that two folders have the same findings of the same places.
func sameFindings(t *testing.T, targets []organization.Target, atOnce, folder string) {
	t.Helper()
	files := 0
	for _, target := range targets {
		for _, region := range append(regions, "") {
			at := organization.Place{Account: target.Account, Region: region}
			a, errA := os.ReadFile(organization.Folder(atOnce).Findings(at))
			b, errB := os.ReadFile(organization.Folder(folder).Findings(at))
			if string(a) != string(b) || (errA == nil) != (errB == nil) {
				t.Errorf("%s: findings are %q and %q", at, a, b)
			}
			if errA == nil {
				files++
			}
		}
	}
	if files != 250-16 {
		t.Errorf("%d files of findings", files)
	}
	left, err := filepath.Glob(filepath.Join(folder, "*", ".hopgrant-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestMembers lists the accounts of an organization over several pages, with those that are not active.
func TestMembers(t *testing.T) {
	_, c, _ := fifty()
	synctest.Test(t, func(t *testing.T) {
		all, err := c.Members(t.Context(), account.Options{})
		if err != nil || len(all) != 51 || !all[0].Active() || all[50] != (account.Member{Account: "999999999999", State: "SUSPENDED"}) || all[50].Active() {
			t.Errorf("got %v, %v", all, err)
		}
		for code, want := range map[string]string{"AWSOrganizationsNotInUseException": "is in none, want a file", "AccessDeniedException": "want the management account"} {
			c.Fault(func(_, _, operation, _ string) error {
				if operation == "ListAccounts" {
					return account.APIError(code, "no")
				}
				return nil
			})
			if all, err := c.Members(t.Context(), account.Options{}); all != nil || err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, %v", code, all, err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c.Fault(func(string, string, string, string) error { return nil })
		if all, err := c.Members(ctx, account.Options{}); all != nil || err == nil {
			t.Errorf("interrupted: got %v, %v", all, err)
		}
	})
}

// TestFolderThatCannotBeWritten: what was read is lost, and that is an error.
func TestFolderThatCannotBeWritten(t *testing.T) {
	targets, c, _ := fifty()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		r, err := organization.Read(t.Context(), targets[:2], options(c, file))
		var path *os.PathError
		if !errors.As(err, &path) || len(r.Read) > 0 {
			t.Errorf("read %v, %v", r.Read, err)
		}
		accounted(t, targets[:2], r)
	})
}

// TestDamagedSnapshot: a file that is cut off, old or of another place is read again.
func TestDamagedSnapshot(t *testing.T) {
	targets, c, _ := fifty()
	targets = targets[:1]
	folder := t.TempDir()
	at := organization.Place{Account: targets[0].Account, Region: "us-east-1"}
	synctest.Test(t, func(t *testing.T) {
		if _, err := organization.Read(t.Context(), targets, options(c, folder)); err != nil {
			t.Fatal(err)
		}
		path := organization.Folder(folder).Snapshot(at)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		other, err := os.ReadFile(organization.Folder(folder).Snapshot(organization.Place{Account: at.Account, Region: "eu-west-1"}))
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{"cut off": whole[:len(whole)/2], "of another place": other, "empty": nil} {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := organization.Read(t.Context(), targets, options(c, folder))
			if s, bad := live.ReadFile(path); err != nil || r.Reused != 3 || bad != nil || s.Scopes[0].Region != at.Region {
				t.Errorf("%s: %d were fresh, %v, %v", name, r.Reused, err, bad)
			}
		}
		time.Sleep(13 * time.Hour)
		if r, err := organization.Read(t.Context(), targets, options(c, folder)); err != nil || r.Reused != 0 || len(r.Read) != 5 {
			t.Errorf("a day later %d were fresh, %v", r.Reused, err)
		}
	})
}
