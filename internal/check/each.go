package check

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// each returns f of every item, in order, computed in parallel.
func each[T, R any](items []T, f func(T) R) []R {
	results := make([]R, len(items))
	workers := min(runtime.GOMAXPROCS(0), len(items))
	if workers < 2 {
		for i, item := range items {
			results[i] = f(item)
		}
		return results
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(items); i = int(next.Add(1)) - 1 {
				results[i] = f(items[i])
			}
		})
	}
	wait.Wait()
	return results
}
