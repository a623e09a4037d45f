cog = 벤치
    .description = 벤치마크에 쓰입니다

command-count = 세기
    .title = 세기
    .description = 한 번 셉니다
counted = counted
due = tick { $at }
half-done = half done
