cog = 내정보
    .description = 내 페이지: 언어, 시간대, 공개 범위, 내 데이터

command-show = 보기
    .title = 내 페이지
    .description = 내가 고른 설정과 제가 알고 있는 것을 봐요
command-language = 언어
    .title = 내 언어
    .description = 제가 어떤 언어로 말할지 골라요
    .language = 언어
    .language-hint = 자동으로 두면 쓰시는 앱의 언어를 따라요
    .language-auto = 자동
    .language-en = English (영어)
    .language-ko = 한국어
command-zone = 시간대
    .title = 내 시간대
    .description = 날짜와 시각을 보여 줄 내 시간대를 정해요
    .zone = 시간대
    .zone-hint = 서울 같은 도시, Asia/Seoul 같은 이름, 또는 자동
command-privacy = 비공개
    .title = 비공개 모드
    .description = 다른 분에게 내 포인트와 순위를 보일지 골라요
    .state = 비공개
    .state-hint = 켜면 순위표에 나오지 않아요
    .state-on = 켜기: 나를 숨겨요
    .state-off = 끄기: 나를 보여요
command-notices = 알림
    .title = 알림
    .description = 새 레벨 같은 소식을 알려 드릴지 골라요
    .state = 알림
    .state-hint = 직접 쓴 명령어에는 언제나 답해요
    .state-on = 켜기
    .state-off = 끄기
command-link = 연결
    .title = 계정 연결
    .description = 두 플랫폼의 계정을 한 멤버로 이어요
    .code = 코드
    .code-hint = 비워 두면 코드를 드려요
command-export = 내보내기
    .title = 내 데이터
    .description = 제가 가지고 있는 내 정보를 모두 파일로 받아요
command-forget = 잊기
    .title = 나를 잊어 주세요
    .description = 잊으면 무엇이 지워지는지 보고 부탁할 수 있어요
command-keep = 잊기취소
    .title = 잊기 취소
    .description = 잊어 달라고 한 것을 취소해요
press-pick-language = 언어
    .title = 내 언어
press-set-privacy = 비공개
    .title = 비공개 모드
    .hidden = 비공개 모드
press-set-notices = 알림
    .title = 알림
    .wanted = 알림
press-enter-code = 코드 입력
    .title = 계정 연결
    .code = 다른 계정에서 받은 코드
press-leave = 잊기
    .title = 나를 잊어 주세요
press-stay = 잊기 취소
    .title = 잊기 취소

platform = { $platform ->
    [discord] Discord
    [slack] Slack
    [playground] 놀이터
   *[other] { $platform }
}
account = { $name }({ $platform })
language-name = { $language ->
    [en] English (영어)
    [ko] 한국어
   *[other] { $language }
}

panel-title = { $name } 님
panel-leaving = 잊어 달라고 하셨어요. { $at }에 지워요.
panel-language = 언어
panel-zone = 시간대
panel-privacy = { $state ->
    [on] 다시 공개하기
   *[off] 비공개 모드
}
panel-notices = { $state ->
    [on] 알림 끄기
   *[off] 알림 켜기
}
panel-link = 계정 연결
detail-language = 언어
detail-zone = 시간대
detail-privacy = 비공개 모드
detail-notices = 알림
detail-tags = 관심사
detail-accounts = 계정
value-auto = { $value }(자동)
value-zone = { $value }
value-privacy = { $state ->
    [on] 켜짐 · 포인트는 나만 볼 수 있어요
   *[off] 꺼짐 · 순위표에 나와요
}
value-notices = { $state ->
    [on] 켜짐
   *[off] 꺼짐
}
value-list = { $values }
value-no-tags = 아직 없어요

language-auto = 다시 쓰시는 앱의 언어로 말할게요.
language-set = 이제부터 한국어로 말할게요.

zone-choice = { $city } · { $zone } · { $time }
zone-choice-auto = 자동: 앱이나 커뮤니티의 시간대를 따라요
zone-auto = 시간대를 다시 자동으로 맞췄어요: { $zone }, 지금 시각 { $time }
zone-set = 시간대를 { JOSA($zone, "으로/로") } 맞췄어요. 그곳의 지금 시각: { $time }
zone-near = ‘{ $typed }’ 시간대는 찾지 못했어요. 혹시 이 가운데 있나요? { $near }
zone-unknown = ‘{ $typed }’ 시간대는 찾지 못했어요. 서울이나 뉴욕처럼 가까운 큰 도시를 써 주세요.

privacy-set = { $state ->
    [on] 비공개 모드를 켰어요. 포인트는 그대로 쌓이지만 순위표에는 나오지 않고 나만 볼 수 있어요.
   *[off] 비공개 모드를 껐어요. 다시 순위표에 나와요.
}
notices-set = { $state ->
    [on] 새 레벨 같은 소식을 다시 알려 드릴게요.
   *[off] 이제 조용히 있을게요. { JOSA($change, "으로/로") } 다시 켤 수 있어요.
}

link-code = 코드: `{ $code }`
    이 코드를 *다른 계정*에서 { $link }에 넣어 주세요. { $minutes }분 안에 한 번만 쓸 수 있어요.
    아무에게도 알려 주지 마세요. 이 코드를 넣은 계정은 나와 한 멤버가 되고, 되돌릴 수 없어요.
link-have-code = 코드가 있어요
link-wrong = { $left ->
    [0] 코드가 틀렸거나 시간이 지났어요. 여러 번 틀려서 잠시 멈출게요. 한 시간 뒤에 다시 해 주세요.
   *[other] 코드가 틀렸거나 시간이 지났어요. { $left }번 더 해 볼 수 있어요. 다른 계정에서 코드를 새로 받아 주세요.
}
link-paused = 코드를 여러 번 틀렸어요. { $until } 다시 해 볼 수 있어요.
link-same = 이 계정에서 받은 코드이거나 이미 연결된 계정이에요. 다른 계정에서 넣어 주세요.
link-same-platform = 두 쪽에 모두 { $platform } 계정이 있어요. 플랫폼마다 계정 하나만 이을 수 있어요.
link-bot = 봇은 사람과 이을 수 없어요.
link-leaving = 두 계정 가운데 하나가 잊어 달라고 했어요. 그 계정에서 먼저 { JOSA($keep, "을/를") } 써 주세요.
link-again = 방금 무언가 바뀌었어요. 코드를 새로 받아 다시 해 주세요.
linked = 연결했어요! 이제 한 멤버예요: { $accounts }. 포인트도 합쳤어요.
linked-notice = 이 계정이 { $platform }의 *{ $name }* 님과 연결됐어요. 이제 두 곳에서 한 멤버예요. 직접 하신 일이 아니라면 모더레이터에게 알려 주세요.

export-done = 제가 가지고 있는 정보를 모두 담았어요.
forget-what = 부탁하시면 { $days }일 뒤에, 제가 알고 있는 모든 커뮤니티에서 잊을게요.
forget-erased = *지우는 것:* 이름, 언어, 시간대, 관심사, 연결된 계정의 이름, 포인트, 연속 기록, 배지, 저에게 알려 주신 모든 것
forget-kept = *남는 것:* 경고와 차단 기록. 모두에게 똑같이 정해진 기간 동안 계정 ID로만 남아요. 쓰신 메시지는 플랫폼에 있어서 그대로 남아요.
forget-until = 그전에는 언제든지 취소할 수 있어요. { JOSA($export, "으로/로") } 먼저 모두 받아 두셔도 좋아요.
forget-confirm = 나를 잊어 주세요
forget-waiting = { $at }에 잊을게요. 그때까지는 모두 그대로이고, { JOSA($keep, "으로/로") } 취소할 수 있어요.
forget-keep = 잊지 말아 주세요
forgotten = 부탁하신 대로 모두 잊었어요. 다시 글을 쓰시면 비공개 모드로 새로 시작해요.
keep-done = 함께해 주셔서 고마워요! 아무것도 지우지 않을게요.
keep-nothing = 취소할 것이 없어요. 잊어 달라는 부탁을 받지 않았어요.
