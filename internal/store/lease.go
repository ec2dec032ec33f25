package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/planted"
)

// Lease is a name that one holder has for a while.
type Lease struct {
	Name, Holder string
	// Epoch grows whenever the holder changes.
	Epoch int64
	// UntilAt is machine time, in microseconds UTC.
	UntilAt int64
}

const selectLease = `SELECT name, holder, epoch, until_at FROM lease`

func scanLease(scan func(...any) error) (Lease, error) {
	var l Lease
	err := scan(&l.Name, &l.Holder, &l.Epoch, &l.UntilAt)
	return l, err
}

// HeldAt tells whether somebody holds the lease at an instant of machine time.
func (l Lease) HeldAt(now time.Time) bool { return l.Holder != "" && l.UntilAt > now.UnixMicro() }

// AcquireLease takes the named lease for ttl from now (machine time) if it is
// free, expired or already the holder's, and answers its epoch, which grows
// whenever the holder changes. A holder is one run of one node: a name that a
// restarted node would use again defeats the fence.
func (s *Store) AcquireLease(ctx context.Context, name, holder string, now time.Time, ttl time.Duration) (epoch int64, ok bool, err error) {
	all, err := s.AcquireLeases(ctx, []string{name}, holder, now, ttl)
	for _, l := range all {
		if l.Name == name && l.Holder == holder && l.HeldAt(now) {
			return l.Epoch, true, err
		}
	}
	return 0, false, err
}

// AcquireLeases takes what can be had of many leases in one transaction, and
// answers all leases, whosever they are, as they stand afterwards.
func (s *Store) AcquireLeases(ctx context.Context, names []string, holder string, now time.Time, ttl time.Duration) ([]Lease, error) {
	c := NewChanges("")
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) { // one order, so that nodes do not lock each other out
		c.takeLease(Lease{Name: name, Holder: holder, UntilAt: now.Add(ttl).UnixMicro()}, now)
	}
	if err := s.Commit(ctx, c); err != nil {
		return nil, err
	}
	return s.Leases(ctx)
}

// takeLease renews a lease, or takes one that ran out, or begins one. A renewal
// leaves name and epoch alone, which are a key, so that it waits for nobody who
// asserts them; whoever takes a lease over does wait.
func (c *Changes) takeLease(l Lease, now time.Time) {
	c.exec(`UPDATE lease SET until_at = $1 WHERE name = $2 AND holder = $3`, l.UntilAt, l.Name, l.Holder)
	c.exec(`UPDATE lease SET holder = $1, epoch = epoch + 1, until_at = $2
		WHERE name = $3 AND holder <> $1 AND until_at <= $4`, l.Holder, l.UntilAt, l.Name, now.UnixMicro())
	c.exec(`INSERT INTO lease (name, holder, epoch, until_at) VALUES ($1, $2, 1, $3) ON CONFLICT (name) DO NOTHING`,
		l.Name, l.Holder, l.UntilAt)
}

// Leases are all leases, also those that have run out, by name.
func (s *Store) Leases(ctx context.Context) ([]Lease, error) {
	var all []Lease
	err := s.View(ctx, func(v *View) (err error) {
		all, err = list(v, scanLease, selectLease+` ORDER BY name`)
		return err
	})
	return all, err
}

// RenewLease prolongs a lease to now+ttl (machine time). false means that it is
// somebody else's by now.
func (s *Store) RenewLease(ctx context.Context, name, holder string, epoch int64, now time.Time, ttl time.Duration) (bool, error) {
	whose := `holder = $3 AND epoch = $4`
	if planted.Bug(planted.LeaseRenewedByName) {
		whose = `(name = $2 OR holder = $3 AND epoch = $4)` // PLANTED: knowing the name is enough.
	}
	c := NewChanges("")
	c.update("lease/"+name, `UPDATE lease SET until_at = $1 WHERE name = $2 AND `+whose,
		now.Add(ttl).UnixMicro(), name, holder, epoch)
	err := s.Commit(ctx, c)
	if errors.Is(err, ErrGuardLost) {
		return false, nil
	}
	return err == nil, err
}

// ReleaseLease gives a lease back, if it is still the holder's. Its epoch grows,
// so that nothing asserted under the old one can be stored any more.
func (s *Store) ReleaseLease(ctx context.Context, name, holder string, epoch int64) error {
	c := NewChanges("")
	c.exec(`UPDATE lease SET holder = '', epoch = epoch + 1, until_at = 0
		WHERE name = $1 AND holder = $2 AND epoch = $3`, name, holder, epoch)
	return s.Commit(ctx, c)
}

// ForgetLeases removes leases that ran out before an instant of machine time.
// Only names under which nothing is asserted may be forgotten: their epochs
// begin anew.
func (s *Store) ForgetLeases(ctx context.Context, names []string, before time.Time) error {
	c := NewChanges("")
	for _, name := range names {
		c.exec(`DELETE FROM lease WHERE name = $1 AND until_at < $2`, name, before.UnixMicro())
	}
	return s.Commit(ctx, c)
}

// AssertLease is the fence: the list is stored only while the lease's epoch is
// the one under which its work was begun, whatever the clock says.
func (c *Changes) AssertLease(name string, epoch int64) {
	if planted.Bug(planted.NoFence) {
		return // PLANTED: whoever lost the lease writes on.
	}
	c.assertKey(`SELECT 1 FROM lease WHERE name = $1 AND epoch = $2`, name, epoch)
}
