cog = bench
    .description = What the benchmarks ask for

command-count = count
    .title = Count me
    .description = Counts you once
counted = counted
due = tick { $at }
half-done = half done
