cog = 도움말
    .description = 도움말

command-overview = 도움말
    .title = 도움말
    .description = 여기에서 할 수 있는 일을 봐요
    .command = 명령어
    .command-hint = 자세히 알고 싶은 명령어
press-page = 쪽
    .title = 도움말
    .number = 쪽
press-about = 자세히
    .title = 도움말
    .number = 쪽

intro = *{ $community }*에서 할 수 있는 일이에요.
line = { $command } — { $what }
choice = { $command }
pick = 사용법 보기
back = ◀ 모든 명령어
page-back = ◀ { $page }쪽
page-on = { $page }/{ $pages }쪽 ▶

detail-title = { $command }
option = { $name } { $needed ->
    [yes] (꼭 필요해요)
   *[no] (없어도 돼요)
}
option-choices = 고를 수 있는 것: { $choices }
option-kind = { $kind ->
    [whole] 소수점 없는 숫자
    [number] 숫자
    [switch] 예 또는 아니요
    [choice] 목록에서 하나
    [member] 멤버
    [channel] 채널
    [role] 역할
   *[other] 글
}
seen-by-you = 답은 나만 볼 수 있어요.
seen-by-all = 답은 채널의 모두가 볼 수 있어요.
access = { $who } 이상만 쓸 수 있어요.
menu-message = 메시지 메뉴에도 있어요.
menu-member = 멤버 메뉴에도 있어요.

unknown = 여기에서 쓸 수 있는 ‘{ $typed }’ 명령어는 없어요. 목록에서 골라 주세요.
unknown-near = 여기에서 쓸 수 있는 ‘{ $typed }’ 명령어는 없어요. 혹시 이 명령어인가요? { $near }
