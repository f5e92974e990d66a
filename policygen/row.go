package policygen

// Calls returns every call that AWS authorizes for the hop, in the order of the table, without looking at whether the hop
// is a valid one ([Hop.Check] does).
func (h Hop) Calls() []Call {
	h.Caller = h.caller()
	var calls []Call
	h.each(func(r *row, resource ARN) {
		c := Call{Hop: h, On: r.on.target(), Caller: h.Caller, Action: r.action, Grant: r.granted(), Resource: resource, Doc: r.doc,
			Context: h.context(r.on)}
		if r.unsure != nil {
			c.Unsure = r.unsure(h)
		}
		calls = append(calls, c)
	})
	return calls
}

// each visits the rows of the table that apply to the hop, with each of their resources.
func (h *Hop) each(visit func(r *row, resource ARN)) {
	for _, r := range rowsOf[h.Kind] {
		if r.when != nil && !r.when(h) {
			continue
		}
		if r.on == theSourceKeys {
			for _, k := range h.SourceKeys {
				if k != "" && k != h.Queue.Key {
					visit(r, ARN(k))
				}
			}
		} else if resource := r.on.resource(h); resource != "" {
			visit(r, resource)
		}
	}
}

// rowsOf are the rows of the table for a kind of hop.
var rowsOf = func() map[HopKind][]*row {
	rows := map[HopKind][]*row{}
	for i := range table {
		rows[table[i].kind] = append(rows[table[i].kind], &table[i])
	}
	return rows
}()

// granted returns the action as documents grant it.
func (r *row) granted() string {
	if r.grant != "" {
		return r.grant
	}
	return r.action
}

// caller returns who makes the hop's calls: SNS for its deliveries.
func (h Hop) caller() Principal {
	if h.Caller == nil && (h.Kind == Deliver || h.Kind == DeadLetter) {
		return SNSPrincipal(ARN(h.Topic.ARN).Region(), ARN(h.Queue.ARN).Region())
	}
	return h.Caller
}

func (w where) target() Target {
	switch w {
	case theTopic:
		return OnTopic
	case theQueue, theDestination:
		return OnQueue
	}
	return OnKey
}

// resource returns the hop's resource in the role w; "" if it has none, as for the key of a resource without one.
func (w where) resource(h *Hop) ARN {
	switch w {
	case theTopic:
		return ARN(h.Topic.ARN)
	case theTopicKey:
		return ARN(h.Topic.Key)
	case theQueue:
		return ARN(h.Queue.ARN)
	case theQueueKey:
		return ARN(h.Queue.Key)
	case theDestination:
		return ARN(h.Destination.ARN)
	case theDestinationKey:
		return ARN(h.Destination.Key)
	}
	return ""
}
