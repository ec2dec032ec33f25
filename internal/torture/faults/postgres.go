package faults

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"syscall"
	"time"

	"github.com/covernote/covernote/internal/cluster"
)

func crash() Fault {
	return Fault{
		Name: "pg-crash", Does: "PostgreSQL is stopped immediately and begun again", Short: 2, Long: 100, Each: 1, Fits: onPostgres,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			if err := s.Cluster.Crash(ctx); err != nil {
				return err
			}
			return s.Cluster.Begin(ctx)
		}),
	}
}

func disconnect() Fault {
	return Fault{
		Name: "pg-terminate", Does: "every backend of PostgreSQL is terminated", Short: 3, Long: 200, Each: 2, Fits: inProc,
		Strike: repeatedly(func(_ context.Context, s *Scene) error {
			s.Crowd.Busy(5)
			_, err := s.Cluster.Disconnect(syscall.SIGTERM)
			return err
		}),
	}
}

func backendKilled() Fault {
	return Fault{
		Name: "pg-kill", Does: "backends of PostgreSQL are killed, and it recovers by itself", Short: 1, Long: 50, Each: 1, Fits: inProc,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			s.Crowd.Busy(5)
			if _, err := s.Cluster.Disconnect(syscall.SIGKILL); err != nil {
				return err
			}
			// It ends the other backends and reads its log: as long as that
			// takes is no fault of ours.
			return errors.Join(pause(ctx, 100*time.Millisecond), s.Cluster.Await(ctx))
		}),
	}
}

func hangDatabase() Fault {
	return Fault{
		Name: "pg-hang", Does: "PostgreSQL hangs: all its processes stand still for some seconds", Short: 1, Long: 50, Each: 1, Fits: inProc,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			if err := s.Cluster.Freeze(); err != nil {
				return err
			}
			over := pause(ctx, 3*time.Second+time.Duration(s.Chance.IntN(9000))*time.Millisecond)
			if err := s.Cluster.Thaw(); err != nil {
				return err
			}
			return over
		}),
	}
}

func silence() Fault {
	return Fault{
		Name: "pg-silent", Does: "nothing comes through to PostgreSQL or back for some seconds", Short: 1, Long: 50, Each: 1, Fits: onPostgres,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			s.Database.Hang()
			over := pause(ctx, 2*time.Second+time.Duration(s.Chance.IntN(4000))*time.Millisecond)
			s.Database.Resume()
			return over
		}),
	}
}

func slow() Fault {
	return Fault{
		Name: "pg-slow", Does: "PostgreSQL answers 20 to 120 milliseconds late, while clients go on", Short: 1, Long: 50, Each: 1, Fits: onPostgres,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			s.Database.Slow(time.Duration(10+s.Chance.IntN(50)) * time.Millisecond)
			s.Crowd.Busy(10)
			over := pause(ctx, 3*time.Second)
			s.Database.Slow(0)
			return over
		}),
	}
}

func gone() Fault {
	return Fault{
		Name: "pg-gone", Does: "PostgreSQL cannot be reached: 3 seconds, in a long run 60", Short: 1, Long: 20, Each: 1, Fits: onPostgres,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			s.Database.Leave()
			over := pause(ctx, s.Away)
			if err := s.Database.Return(ctx); err != nil {
				return err
			}
			return over
		}),
	}
}

func failover() Fault {
	return Fault{
		Name: "pg-failover", Does: "PostgreSQL gets a synchronous standby, its machine is lost under load, and the standby is promoted", Short: 1, Long: 100, Each: 1, Fits: inProc,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			var standby *cluster.Cluster
			err := s.meanwhile(func() (err error) {
				standby, err = s.Cluster.Standby(ctx)
				return err
			})
			if err != nil {
				return err
			}
			s.Ledger.Harm("a standby is there")
			lost := s.Cluster
			if err := s.failOver(ctx, standby); err != nil {
				return errors.Join(err, standby.Thaw(), lost.Alone(), standby.Stop())
			}
			return lost.Stop()
		}),
	}
}

// whileSynchronous is how many deeds are done while each commit waits for the standby,
// before the other is lost.
const whileSynchronous = 15

// failOver loses the server and has the standby take over, some time later.
func (s *Scene) failOver(ctx context.Context, standby *cluster.Cluster) error {
	ended := len(s.Ledger.Ended())
	if err := s.until(ctx, "deeds were done", whileSynchronous, func() int { return len(s.Ledger.Ended()) - ended }); err != nil {
		return err
	}
	address, err := url.Parse(standby.URL)
	if err != nil {
		return fmt.Errorf("read a standby's URL: %w", err)
	}
	if err := s.lose(ctx, standby); err != nil {
		return err
	}
	if err := errors.Join(pause(ctx, time.Duration(s.Chance.IntN(2000))*time.Millisecond), standby.Promote(ctx)); err != nil {
		return err
	}
	s.Cluster = standby
	s.Database.Redirect(address.Host)
	return nil
}

// longestWait is longer than a node waits for the answer to a COMMIT.
const longestWait = 12 * time.Second

// lose loses the server. Every other time its standby stands still just before, so that
// there are commits of which only the server knows, and which it has not answered.
func (s *Scene) lose(ctx context.Context, standby *cluster.Cluster) error {
	still := s.Chance.IntN(2) == 0
	if still {
		if err := standby.Freeze(); err != nil {
			return err
		}
		s.Ledger.Harm("the standby stands still")
		s.Crowd.Busy(10)
		if err := pause(ctx, time.Duration(s.Chance.Int64N(int64(min(s.Away, longestWait))))); err != nil {
			return err
		}
	}
	if err := s.Cluster.Lose(ctx); err != nil {
		return err
	}
	s.Ledger.Harm("the server is lost")
	if still {
		return standby.Thaw()
	}
	return nil
}
