"""The records of a topic as the message browser reads them: everything but the screen.

What to read is a `plan.Query`; `plan.make_plan` asks the leaders and fixes a range of offsets for
each partition. A `scan.Scan` reads the plan and reports what it finds:

    seek = parse_seek("-1h", clock.wall_ms())           # ValueError says what may be typed
    query = Query("orders", partitions, Order.NEWEST_FIRST, start=seek)
    plan = await make_plan(cluster, query)              # Offsets
    scan = Scan(cluster, cluster, plan, clock)          # Records, Offsets
    progress = await scan.run(post_report, limit=100)   # the first page
    progress = await scan.run(post_report, limit=100)   # the next: older records
    scan.stop()                                         # from elsewhere: the run ends at once

`post_report` gets a `progress.Report`: the hits that came since the one before, in order, and a
`progress.Progress` with counts, rate, time left, the time reached, `failures` by partition and,
when the run is over, its `ending`. A screen reads `scan.progress` when it likes. `(hit.key,
hit.record.offset)` names a hit; after a run that was stopped, later hits may belong above earlier
ones, so rows are kept by name and sorted by time.

- Filtered: `keep = parse_record_filter(text, now_ms, topic=topic, decode=default_decode)` is None
  for an empty text and raises `ExpressionError` with the column; `Query(..., bounds=keep.bounds)`
  and `Scan(..., keep=keep, wanted=keep.wanted)`. `keep.stages` counts what came to each stage, and
  `progress.passed_over` what was not even opened. One filter for one scan.
- Shown: `render(hit, Part.VALUE, view)` gives clean text in the view asked for, or in the one that
  suits the format; cut at 64 KB unless told otherwise. `render_headers`, and `one_line` for rows.
- With a schema registry: `schemas = Schemas(registry, clock, when_wanted)`; `record_filter` makes
  filters that decode by it, scans whose filter `decodes` get `prepare=schemas.prepare`, `render`
  and `one_line` get `schemas=schemas.decode`. What they meet first is told to `when_wanted`:
  `fetch_wanted` beside all else, then draw again. `schemas.about(content)` says what is known.
- Live: `tail.Tail` follows from positions (the ends of a plan's ranges), with `pause`, `go_on`,
  `stop`; its reports tell how far the ends are ahead.
- Files: `exporting.Export(path, format)` takes hits as they come, `importing.read_records(path,
  settings)` gives records to publish; both block and belong off the loop.
- One record anew: `edited(text, hit)` of the text that `editable(hit)` gives to an editor.
- In bulk: `bulk.Exporting` writes all that a scan finds; `bulk.Publishing` publishes what a supply
  gives, step by step: `importing.FileSupply`, or copies of what a search found (`copies.Found`,
  `copies.Chosen`, `copies.Rule`).
- Around a place: `Query(..., Order.OLDEST_FIRST, start=seek)` reads from there on, and
  `Query(..., Order.NEWEST_FIRST, end=seek)` what lies before it.
- Newer records than those planned: `plan.onward_plan`.
- Later, or after a restart: `Scan(..., scan.plan.resumed(scan.positions), ...)`.

Nothing here knows a widget or an engine; nothing blocks the loop for longer than a few
milliseconds.
"""
