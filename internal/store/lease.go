package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/planted"
)

// AcquireLease takes the named lease for ttl from now (machine time) if it is
// free, expired or already the holder's, and answers its epoch, which grows
// whenever the holder changes. A holder is one run of one node: a name that a
// restarted node would use again defeats the fence.
func (s *Store) AcquireLease(ctx context.Context, name, holder string, now time.Time, ttl time.Duration) (epoch int64, ok bool, err error) {
	held, err := s.AcquireLeases(ctx, []string{name}, holder, now, ttl)
	epoch, ok = held[name]
	return epoch, ok, err
}

// AcquireLeases takes what can be had of many leases in one transaction, and
// answers the epochs of those that are now the holder's.
func (s *Store) AcquireLeases(ctx context.Context, names []string, holder string, now time.Time, ttl time.Duration) (map[string]int64, error) {
	names = slices.Compact(slices.Sorted(slices.Values(names))) // one order, so that nodes do not lock each other out
	c := NewChanges("")
	for _, name := range names {
		c.exec(`INSERT INTO lease (name, holder, epoch, until_at) VALUES ($1, $2, 1, $3)
			ON CONFLICT (name) DO UPDATE SET
				epoch = CASE WHEN lease.holder = excluded.holder THEN lease.epoch ELSE lease.epoch + 1 END,
				holder = excluded.holder,
				until_at = excluded.until_at
			WHERE lease.holder = excluded.holder OR lease.until_at <= $4`,
			name, holder, now.Add(ttl).UnixMicro(), now.UnixMicro())
	}
	if err := s.Commit(ctx, c); err != nil {
		return nil, err
	}
	return s.leasesOf(ctx, names, holder, now)
}

func (s *Store) leasesOf(ctx context.Context, names []string, holder string, now time.Time) (map[string]int64, error) {
	epochs := make(map[string]int64, len(names))
	err := s.View(ctx, func(v *View) error {
		for _, name := range names {
			var epoch int64
			err := v.row(`SELECT epoch FROM lease WHERE name = $1 AND holder = $2 AND until_at > $3`,
				name, holder, now.UnixMicro()).Scan(&epoch)
			switch {
			case err == nil:
				epochs[name] = epoch
			case !errors.Is(err, errNoRow):
				return err
			}
		}
		return nil
	})
	return epochs, err
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

// AssertLease is the fence: the list is stored only while the lease's epoch is
// the one under which its work was begun, whatever the clock says.
func (c *Changes) AssertLease(name string, epoch int64) {
	if planted.Bug(planted.NoFence) {
		return // PLANTED: whoever lost the lease writes on.
	}
	c.assert(`SELECT 1 FROM lease WHERE name = $1 AND epoch = $2`, name, epoch)
}
