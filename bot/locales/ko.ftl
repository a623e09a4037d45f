### 코어가 직접 하는 말. en.ftl과 짝을 이루고, 테스트가 둘을 견줍니다.

## 잘 안 될 때

unknown-command = 모르는 명령어예요. { $help }에서 제가 할 수 있는 일을 볼 수 있어요.
unknown-command-near = 모르는 명령어예요. 혹시 이 명령어인가요? { $command }
outdated-button = 예전 버전의 버튼이에요. 명령어를 다시 써 주세요: { $command }
outdated-button-plain = 예전 버전의 버튼이에요. 명령어를 다시 써 주세요.
went-wrong = 저희 쪽에 문제가 생겼어요. 바뀐 것은 없으니 잠시 뒤에 다시 해 주세요. 또 이러면 모더레이터에게 이 코드를 알려 주세요: `{ $code }`
too-busy = 지금 조금 붐벼요. 잠시 뒤에 다시 해 주세요.
already-done = 이미 처리됐어요.
no-longer-here = 찾으시는 것이 이제 없어요.
not-here = 여기에서는 쓸 수 없어요. 커뮤니티 채널에서 써 주세요.
cannot-do = { $platform }에서는 할 수 없는 일이에요: { $what }

## 권한

needs-moderator = 모더레이터만 할 수 있어요. 필요하면 모더레이터에게 부탁해 주세요.
needs-manager = 커뮤니티 매니저만 할 수 있어요. 필요하면 매니저에게 부탁해 주세요.
needs-owner = 커뮤니티 소유자만 할 수 있어요.
not-yourself = 자기 자신에게는 할 수 없어요. 다른 분을 골라 주세요.
not-a-bot = { JOSA($person, "은/는") } 봇이에요. 사람을 골라 주세요.
not-above-you = { $person } 님은 역할이 같거나 더 높아요. 두 분보다 높은 분께 부탁해 주세요.
not-above-me = { $person } 님이 여기에서 저보다 높아요. 저에게 더 높은 역할을 주시거나 직접 처리해 주세요.

access-member = 멤버
access-moderator = 모더레이터
access-manager = 매니저
access-owner = 소유자

## 입력

please-check = 아래를 확인해 주세요.
please-check-line = *{ $field }*: { $problem }
edit-again = 다시 고치기
open-form = 양식 열기
open-form-text = 양식이 준비됐어요. 버튼을 눌러 열어 주세요.
draft-expired = 쓰던 내용이 이제 없어요. 처음부터 다시 해 주세요: { $command }
draft-expired-plain = 쓰던 내용이 이제 없어요. 처음부터 다시 해 주세요.
send = 보내기
cancel = 취소
cancelled = 취소했어요. 바뀐 것은 없어요.
optional = 선택

invalid-required = 꼭 채워 주세요
invalid-too-short = { $least }자 이상으로 써 주세요
invalid-too-long = { $most }자까지 쓸 수 있어요. 지금은 { $length }자예요
invalid-not-whole = 7처럼 소수점 없는 숫자로 써 주세요
invalid-not-number = 7이나 2.5처럼 숫자로 써 주세요
invalid-too-small = { $least } 이상으로 써 주세요
invalid-too-large = { $most } 이하로 써 주세요
invalid-out-of-range = { $least }부터 { $most }까지 쓸 수 있어요
invalid-not-switch = 예 또는 아니요로 답해 주세요
invalid-not-choice = 이 가운데 하나를 골라 주세요: { $choices }
invalid-no-member = ‘{ $typed }’ 님을 찾지 못했어요. 목록에서 고르거나 @로 불러 주세요.
invalid-no-channel = ‘{ $typed }’ 채널을 찾지 못했어요. 목록에서 골라 주세요.
invalid-no-role = ‘{ $typed }’ 역할을 찾지 못했어요. 목록에서 골라 주세요.
invalid-unknown-option = ‘{ $typed }’ 옵션은 없어요
invalid-too-few = { $least }줄 이상 써 주세요
invalid-too-many = { $most }줄까지 쓸 수 있어요
invalid-in-line = { $line }번째 줄: { $problem }
invalid-columns = | 기호로 나누어 값 { $count }개를 써 주세요. 지금은 { $found }개예요
invalid-zone = Asia/Seoul이나 Europe/Berlin처럼 시간대 이름을 써 주세요
invalid-zone-nearest = 혹시 { $near } 아닌가요? 시간대 이름을 써 주세요.
invalid-title = 이름을 한 줄로 써 주세요
invalid-once = 한 번씩만 써 주세요
invalid-link = https://로 시작하는 링크를 써 주세요
invalid-pattern = 형식이 맞지 않아요. 예시처럼 써 주세요
invalid-other = 다르게 써 주세요: { $text }

template-unknown-variable = { JOSA($variable, "은/는") } 쓸 수 없어요. 쓸 수 있는 것: { $allowed }
template-no-variables = { JOSA($variable, "은/는") } 쓸 수 없어요. 이 글에는 변수를 넣을 수 없어요.
template-unclosed-brace = 중괄호 짝이 맞지 않아요: ‘{ $near }’. 닫거나 지워 주세요.
template-too-long = { $most }자까지 쓸 수 있어요. 지금은 { $length }자예요

## 플랫폼이 못 해서 사람이 직접 하는 일

by-hand-header = *직접 처리해 주세요.* { $platform }에서는 제가 할 수 없는 일이에요.
by-hand-timeout = { $until }까지 글을 쓰지 말아 달라고 { $person } 님에게 말하고, 지켜봐 주세요.
by-hand-timeout-over = { $person } 님이 다시 글을 쓸 수 있어요. 직접 해 둔 제한을 풀어 주세요.
by-hand-delete = 이 메시지를 지워 주세요: { $link }
by-hand-delete-of = { $person } 님의 이 메시지를 지워 주세요: { $link }
by-hand-kick = { $person } 님을 { $space }에서 내보내 주세요.
by-hand-ban = { $person } 님을 { $space }에서 내보내고, 다시 들어오지 못하게 해 주세요.
by-hand-unban = { $person } 님이 { $space }에 다시 들어올 수 있게 해 주세요.
by-hand-grant = { $person } 님에게 { $role } 역할을 주세요.
by-hand-revoke = { $person } 님에게서 { $role } 역할을 거둬 주세요.
by-hand-reason = 이유: { $reason }
by-hand-done = 처리했어요
by-hand-done-by = { $moderator } 님이 처리했어요.

told-timeout = { $until }까지 { $space }에 글을 쓰지 말아 주세요. 그 뒤에는 다시 함께해 주세요.
told-timeout-over = 이제 { $space }에 다시 글을 쓸 수 있어요. 다시 만나서 반가워요.
told-delete = 쓰신 이 메시지를 지워 주세요: { $link } 그대로 두시면 모더레이터가 지울 거예요.
told-kick = { $space } 모더레이터들이 지금은 함께하기 어렵다고 결정했어요. 모더레이터가 곧 내보낼 거예요.
told-ban = { $space } 모더레이터들이 더는 함께하기 어렵다고 결정했어요. 모더레이터가 곧 내보낼 거예요.
told-unban = { $space }에 다시 오실 수 있어요. 모더레이터가 들어올 수 있게 해 드릴 거예요.
told-grant = { $role } 역할을 받으셨어요. 모더레이터가 곧 설정해 드릴 거예요.
told-revoke = { $role } 역할이 끝났어요. 모더레이터가 곧 거둘 거예요.
told-reason = 이유: { $reason }
told-questions = 궁금한 점이 있으면 모더레이터에게 말해 주세요.
for-person = { $person } 님께:

## 작은 말

yes = 예
no = 아니요
on = 켜짐
off = 꺼짐
none = 없음
everyone = 모두
page-previous = 이전
page-next = 다음
page-of = { $page }/{ $pages }쪽
nothing-here = 아직 아무것도 없어요.
more = 외 { $count }개
language-en = 영어(English)
language-ko = 한국어

## 여러 장으로 나눈 양식

form-sections = { $count ->
   *[other] 이 양식은 { $count }부분으로 나뉘어 있어요. 채울 부분을 연 다음 보내 주세요.
}
form-section = { $number }. { $first }
form-typed = { $command } 뒤에 한 줄로 써 주세요: { $fields }

## 플랫폼에 없을 수 있는 것

capability-direct-messages = DM 보내기
capability-private-replies = 나만 보이는 답장
capability-edits = 보낸 메시지 고치기
capability-delete-others = 다른 사람의 메시지 지우기
capability-reactions = 반응 달기
capability-threads = 스레드
capability-roles = 역할 주고 빼기
capability-timeouts = 타임아웃
capability-kicks = 멤버 내보내기
capability-bans = 멤버 차단
capability-home = 홈 화면
capability-forms = 양식
capability-form-errors = 양식 안에서 틀린 곳 보여 주기
capability-buttons = 버튼
capability-selects = 선택 메뉴
capability-pictures = 그림
capability-files = 파일
capability-native-times = 내 시간대로 시각 보여 주기

## 커뮤니티 설정

setting-name = 커뮤니티 이름
setting-locale = 제가 올리는 글의 언어
    .hint = 답장은 멤버마다 자기 언어로 읽어요
    .en = 영어(English)
    .ko = 한국어
setting-zone = 시간대
    .hint = Asia/Seoul, Europe/Berlin처럼 써요
setting-moderator-roles = 모더레이터 역할
    .hint = 한 줄에 하나씩: @역할 또는 역할 ID
setting-manager-roles = 커뮤니티 매니저 역할
    .hint = 한 줄에 하나씩: @역할 또는 역할 ID
setting-moderators-channel = 모더레이터 채널
    .hint = 모더레이터가 볼 글을 여기에 올려요
setting-managers-channel = 매니저 채널
    .hint = 매니저가 볼 글을 여기에 올려요
