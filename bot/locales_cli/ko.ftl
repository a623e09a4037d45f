# 터미널에 나오는 말이에요.

## 파일에서 잘못된 곳

problem-at = { $file }
problem-at-line = { $file } { $line }번째 줄
problem-at-line-column = { $file } { $line }번째 줄 { $column }번째 글자
problem-at-key = { $file }: { $key }
problem-at-line-key = { $file } { $line }번째 줄: { $key }
problem-found = 지금: { $found }
problem-write = 이렇게: { $write }

## 지금 적혀 있는 것

found-value = { $value }
found-nothing = 아무것도 없어요
found-table = 테이블이 있어요
found-list = 목록이 있어요
found-unknown = 여기에는 없는 키예요
found-secret = 값이 있어요 (보여 드리지 않아요)
found-variable = 환경 변수 { $name }의 값이에요
found-written-secret = 비밀 값이 파일에 그대로 적혀 있어요
found-unset = 환경 변수 { $name } 값이 없거나 비어 있어요
found-no-variable = “env:” 뒤에 환경 변수 이름이 없어요
found-no-adapter = 그런 어댑터는 없어요
found-twice = { $value } 값이 { $where }에도 있어요
found-no-file = 파일이 없어요
found-no-regular-file = 파일이 아니라 폴더나 장치예요
found-unreadable = 읽을 수 없어요 ({ $reason })
found-too-large = { $limit }KiB보다 커요
found-not-utf8 = UTF-8이 아닌 글자가 있어요
found-too-deep = 테이블이 너무 깊이 들어가 있어요
found-syntax = TOML 문법에 맞지 않아요 ({ $what })

## 어떻게 적을지

write-remove = 여기에는 적을 것이 없으니 지워 주세요
write-nearest = 혹시 { $near } 아닌가요? 쓸 수 있는 값: { $known }
write-known = 다음 중 하나를 적어 주세요: { $known }
write-value = 값을 적어 주세요
write-valid = 설명서에 나온 형식으로 적어 주세요
write-other = 다르게 적어 주세요 ({ $text })
write-switch = true 또는 false로 적어 주세요
write-text = 따옴표로 감싼 글을 적어 주세요
write-pattern = 다음 형식에 맞는 글을 적어 주세요: { $pattern }
write-link = https://로 시작하고 빈칸이 없는 링크를 적어 주세요
write-list = ["하나", "둘"]처럼 목록으로 적어 주세요
write-table = 테이블로 적어 주세요. [대괄호] 안에 이름을 쓰고, 그 아래 줄에 키를 써요
write-number = 숫자를 적어 주세요
write-whole = 정수를 따옴표 없이 적어 주세요
write-between = { $least }부터 { $most }까지의 정수를 따옴표 없이 적어 주세요
write-at-least = { $limit } 이상의 숫자를 적어 주세요
write-at-most = { $limit } 이하의 숫자를 적어 주세요
write-over = { $limit }보다 큰 숫자를 적어 주세요
write-under = { $limit }보다 작은 숫자를 적어 주세요
write-longer = { $limit }자 이상으로 적어 주세요
write-shorter = { $limit }자 이하로 적어 주세요
write-more = { $limit }개 이상 적어 주세요
write-fewer = { $limit }개 이하로 적어 주세요
write-env = "env:{ $name }"처럼 적고, 환경 변수 { $name } 값을 설정해 주세요. 비밀 값은 파일에 적지 않아요
write-variable = 마당을 실행하는 곳에서 { $name } 값을 설정하거나, 다른 변수 이름을 적어 주세요
write-zone = "Asia/Seoul"이나 "Europe/Berlin" 같은 IANA 시간대를 적어 주세요
write-zone-nearest = 혹시 "{ $near }" 아닌가요? IANA 시간대를 적어 주세요
write-space = "discord:123456"이나 "slack:T0123"처럼 플랫폼과 서버(워크스페이스) ID를 적어 주세요
write-platform = 다음 플랫폼 중 하나에 있는 공간을 적어 주세요: { $known }
write-community-key = [communities.village]처럼 a~z, 0~9, -, _로 된 짧은 이름을 적어 주세요
write-url = "sqlite:///var/madang.db" 또는 "postgresql://user@host/name"처럼 적어 주세요
write-url-sqlite = "sqlite:///var/madang.db"처럼 sqlite:/// 뒤에 파일 경로를 적어 주세요 (빗금은 세 개, 루트부터 시작하는 경로는 네 개예요)
write-url-postgresql = "postgresql://user@host/name"처럼 적어 주세요. 비밀번호의 특수 문자는 %40처럼 적어요
write-host = "127.0.0.1"처럼 요청을 받을 주소를 적어 주세요. 모든 주소에서 받으려면 "0.0.0.0"이에요. http://와 포트는 빼 주세요
write-title = 이름을 한 줄로 적어 주세요
write-once = 한 번만 적어 주세요
write-file = 설정 파일의 경로를 적어 주세요. config.example.toml로 시작하면 쉬워요
write-readable = 마당을 실행하는 사용자가 읽을 수 있게 해 주세요
write-smaller = 설정 파일은 { $limit }KiB까지만 쓸 수 있어요
write-utf8 = UTF-8로 저장해 주세요
write-flatter = 테이블을 몇 단계 안으로 줄여 주세요

syntax-rest = 한 줄에 키 = 값을 하나만 적어 주세요. 글은 따옴표로 감싸요
syntax-equals = 등호를 넣어 키 = 값으로 적어 주세요
syntax-bracket = [테이블]처럼 대괄호를 닫고, 한 줄에 따로 적어 주세요
syntax-quote = 글을 시작한 따옴표와 같은 따옴표로 닫아 주세요
syntax-character = 이 글자를 빼 주세요. 보이지 않는 글자는 글 안에서 "\u0000"처럼 적어요
syntax-backslash = 역슬래시는 \\로 적거나, 글을 '작은따옴표'로 감싸 주세요
syntax-array = 목록을 ]로 닫아 주세요
syntax-inline-table = 테이블을 {"}"}로 닫아 주세요
syntax-twice = 키와 테이블은 한 번씩만 적어 주세요
syntax-number = 자릿수가 더 적은 숫자를 적어 주세요
syntax-value = 값을 적어 주세요: "따옴표"로 감싼 글, 숫자, true나 false, [목록]
syntax-statement = 키 = 값, [테이블], # 주석 중 하나로 적어 주세요
syntax-other = TOML에 맞게 적어 주세요 (https://toml.io)

## HTTP 서버

listen-in-use = { $host }의 { $port }번 포트를 다른 프로그램이 쓰고 있어요. 그 프로그램을 끄거나 [http] port를 바꿔 주세요. 0으로 두면 비어 있는 포트를 골라요.
listen-forbidden = 이 사용자는 { $port }번 포트를 쓸 수 없어요. [http] port를 1024 이상으로 바꿔 주세요.
listen-no-address = { $host }: 이 컴퓨터의 주소가 아니에요. [http] host를 "127.0.0.1"이나 "0.0.0.0" 같은 주소로 바꿔 주세요.
listen-failed = { $host }의 { $port }번 포트를 열 수 없어요: { $reason }

## 파일로 다루는 커뮤니티 설정

write-place = "discord:123:456"이나 "slack:T0123:C0456"처럼 "플랫폼:공간:ID"로 적어 주세요. 없으면 ""로 두세요
settings-header = { $name } ({ $id }) 커뮤니티의 설정이에요.
    바꿀 곳을 바꾼 다음 이렇게 가져오세요: madang settings import 파일
    테이블을 통째로 빼면 그대로 두고, 키를 빼면 기본값으로 돌려요.
settings-exported = { $file }에 적었어요.
settings-changed = { $key }: { $old } → { $new }
settings-imported = { $count ->
   *[other] 설정 { $count }개를 바꿨어요. 실행 중인 봇에도 바로 적용돼요.
}
settings-same = 이미 그렇게 설정되어 있어서 바뀐 것이 없어요.
settings-file-exists = { $file } 파일이 이미 있어서 덮어쓰지 않았어요. 다른 이름을 쓰거나 그 파일을 지워 주세요.
no-settings-file = { $file } 파일이 없어요. `madang settings export 파일`로 만들 수 있어요.

## 잘 안 될 때

no-config = 여기에 config.toml이 없어요. 이렇게 만들어 주세요:

        cp { $example } config.toml

    파일을 열어 어댑터를 하나 켠 다음 `madang doctor`로 확인해 주세요. 설정 파일이 다른 곳에 있으면 --config 파일로
    알려 주세요. 설정 없이 먼저 써 보려면: madang demo
no-adapters = { $file } 파일에 켜진 어댑터가 없어서 이야기할 곳이 없어요. [adapters.playground] 같은 테이블을 넣어 주세요.
    config.example.toml을 복사했다면 하나에서 #만 지우면 돼요. 계정 없이 먼저 써 보려면: madang demo
no-database = { $file }에 아직 데이터베이스가 없어요. `madang run`이나 `madang migrate`를 실행하면 만들어져요.
not-migrated = 데이터베이스가 이 버전보다 오래됐어요. 먼저 `madang migrate`를 실행해 주세요.
no-community = 아직 커뮤니티가 없어요. 봇을 초대한 다음 한 번 실행해 주세요.
which-community = 커뮤니티가 여럿이에요. --community 뒤에 이름이나 번호를 적어 주세요: { $known }
no-such-community = { $name } 커뮤니티는 없어요. 있는 커뮤니티: { $known }
schema-too-new = 더 새로운 버전의 마당이 이 데이터베이스를 옮겨 두었어요 ({ $revisions }). 그 버전을 실행하거나, 그 전에 만든
    백업을 되돌려 주세요.
problems-config = { $count ->
   *[other] 설정 파일에서 { $count }곳을 고쳐야 해요. 아무것도 시작하거나 바꾸지 않았어요.
}
problems-file = { $count ->
   *[other] { $count }곳을 고쳐야 해요. 아무것도 바꾸지 않았어요.
}
failed-cog = 쓸 수 없게 만들어진 기능이 있어요: { $reason }
failed-platform = 플랫폼에 들어갈 수 없어요: { $reason }
    `madang doctor`로 자세히 볼 수 있어요.
failed-system = 시스템이 허락하지 않았어요: { $reason }
    `madang doctor`로 자세히 볼 수 있어요.
failed-database = 데이터베이스가 대답하지 않아요: { $reason }
    설정 파일의 [database] url을 확인하고, 데이터베이스가 켜져 있는지 봐 주세요. `madang doctor`로 자세히 볼 수 있어요.
failed-unexpectedly = 생기지 말아야 할 문제가 생겼어요: { $reason }
    어디서 생겼는지는 위에 적혀 있어요. 하다 만 것은 남기지 않았어요.

backup-exists = { $what } 파일이 이미 있어서 덮어쓰지 않았어요. 다른 이름을 써 주세요.
backup-missing = { $what } 파일이 없어요.
backup-foreign = { $what } 파일은 마당의 백업이 아니에요.
backup-damaged = { $what } 파일이 망가졌어요: { $reason }
backup-data = { $what }에 데이터가 있어요. --force를 붙이면 따로 보관하고 바꿔 넣어요.
backup-running = { $what } 데이터베이스를 쓰는 중이에요. 먼저 봇을 멈춰 주세요.
backup-tool = PostgreSQL 도구 { $what } 프로그램이 없거나 실패했어요. 서버와 같거나 더 새로운 버전의 PostgreSQL 클라이언트가 필요해요
    (데비안과 우분투: apt install postgresql-client): { $reason }
backup-failed = 할 수 없었어요: { $reason }

## 명령을 잘못 적었을 때

usage-see = `madang { $command } --help`에서 쓰는 법을 볼 수 있어요.
usage-unknown-command = { $name } 명령은 없어요. `madang --help`에서 모두 볼 수 있어요.
usage-unknown-command-near = { $name } 명령은 없어요. 혹시 `madang { $near }` 아닌가요? `madang --help`에서 모두 볼 수 있어요.
usage-unknown = 여기에는 쓸 수 없어요: { $what }
usage-missing = 빠진 것이 있어요: { $what }
usage-no-value = { $what } 뒤에 값을 적어 주세요.
usage-not-number = { $what } 자리에는 숫자를 적어 주세요. 지금은 { $value } 값이에요.
usage-not-choice = { $what } 가운데 하나를 적어 주세요. 지금은 { $value } 값이에요.
usage-other = 명령을 이해하지 못했어요: { $what }
usage-ids = 다시 할 것의 번호를 적거나, 모두 다시 하려면 --all을 적어 주세요.

## 명령이 하는 말

migrate-done = 데이터베이스를 최신으로 옮겼어요. 방금 실행한 것: { $revisions }
migrate-nothing = 데이터베이스는 이미 최신이에요.
backup-done = 확인을 마친 사본을 { $file }에 두었어요.
restore-done = { $file } 백업을 되돌렸어요.
restore-done-kept = { $file } 백업을 되돌렸어요. 전에 있던 것은 { $kept } 이름으로 보관했어요.
outbox-row = { $id }  { $state }  { $kind }  { $where }  시도: { $tries }번  지난 시간: { $age }
        { $error }
outbox-dead = 실패
outbox-waiting = 대기
outbox-claimed = 보내는 중
outbox-none = 보낼 편지함에 남은 것이 없어요.
outbox-some = { $count ->
   *[other] { $count }개 있어요. 실패한 것은 `madang outbox retry 번호`로 다시 보내요. --all이면 모두 보내요.
}
outbox-not-dead = { $id }번은 실패한 것이 아니에요.
outbox-retried = { $count ->
    [0] 다시 보낸 것이 없어요.
   *[other] 봇이 실행 중이면 { $count }개를 다시 보내요.
}
event-row = { $id }  { $listener }  { $event }  지난 시간: { $age }
        { $error }
events-none = 실패한 이벤트가 없어요.
events-some = { $count ->
   *[other] 처리하지 못한 이벤트가 { $count }개 있어요. `madang events retry 번호`로 다시 해 봐요. --all이면 모두 다시 해요.
}
event-not-dead = 이 번호의 실패한 이벤트는 없어요
event-nobody-listens = { $listener } 기능이 이제 없어요
event-failed-again = 또 실패했어요 ({ $reason })
event-retry-failed = { $id }번: { $reason }
events-retried = 처리한 것 { $done }개, 아직 실패하는 것 { $failed }개예요.

## 점검

doctor-level-ok = 좋음
doctor-level-note = 참고
doctor-level-wrong = 문제
doctor-configuration = 설정 파일
doctor-cogs = 기능
doctor-texts = 문구
doctor-database = 데이터베이스
doctor-disk = 디스크
doctor-schema = 테이블
doctor-settings = 커뮤니티 설정
doctor-events = 이벤트
doctor-outbox = 보낼 편지함
doctor-adapters = 어댑터
doctor-as-told = { $what }
doctor-fine = 이상 없어요
doctor-more = 외 { $count }개
doctor-no-adapters = 켜진 어댑터가 없어요
doctor-cog-broken = { $name } 기능을 불러올 수 없어요 ({ $reason })
doctor-no-folder = 폴더를 만들 수 없어요 ({ $reason })
doctor-no-database = { $file } 파일이 아직 없어요
doctor-unreachable = 대답하지 않아요 ({ $reason })
doctor-damaged = 파일이 망가졌어요 ({ $reason })
doctor-readonly = { $what }에 쓸 수 없어요
doctor-journal = 저널이 “wal”이 아니라 “{ $what }”이에요
doctor-not-durable = 정전이 되면 확인된 것도 사라질 수 있어요
doctor-room = { $gigabytes }GB 남았어요
doctor-little-room = { $megabytes }MB밖에 남지 않았어요
doctor-too-new = 더 새로운 버전의 마당이 썼던 데이터베이스예요 ({ $revisions })
doctor-pending = 아직 옮기지 않은 것이 있어요: { $revisions }
doctor-different = 코드가 쓰는 테이블과 달라요:
    { $what }
doctor-settings-fine = { $count ->
   *[other] 커뮤니티 { $count }곳의 설정을 모두 읽을 수 있어요
}
doctor-dead-events = { $count ->
   *[other] 처리하지 못한 이벤트가 { $count }개 있어요
}
doctor-dead-rows = { $count ->
   *[other] 보내지 못한 메시지가 { $count }개 있어요
}
doctor-nothing-dead = 실패하거나 멈춘 것이 없어요
doctor-no-answer = { $name } 어댑터가 제때 대답하지 않았어요
doctor-adapter-broken = { $name } 어댑터를 살펴볼 수 없었어요 ({ $reason })

doctor-mend-file = 위에 적힌 대로 파일을 고쳐 주세요. 나머지는 그다음에 살펴볼게요.
doctor-mend-adapters = 설정 파일의 [adapters.…] 테이블 가운데 하나에서 #을 지우거나, `madang demo`를 써 보세요.
doctor-mend-cog = 설정 파일의 `cogs`에서 빼거나, 마당을 다시 설치해 주세요.
doctor-mend-texts = 마당을 다시 설치해 주세요. 직접 만든 기능이라면 en.ftl과 ko.ftl에 같은 키가 있어야 해요.
doctor-mend-folder = 마당을 실행하는 사용자가 그곳에 쓸 수 있게 하거나, [database] url을 바꿔 주세요.
doctor-mend-migrate = `madang run`이나 `madang migrate`를 실행하면 돼요.
doctor-mend-database = [database] url을 확인하고, 데이터베이스가 켜져 있는지 봐 주세요.
doctor-mend-damaged = 봇을 멈추고 백업을 되돌려 주세요: madang restore 파일 --force
doctor-mend-readonly = 마당을 실행하는 사용자가 그 파일과 폴더에 쓸 수 있게 해 주세요.
doctor-mend-journal = 이 컴퓨터의 디스크로 옮겨 주세요. 네트워크 드라이브에서는 안전하지 않아요.
doctor-mend-durable = PostgreSQL에서 synchronous_commit을 켜 두세요.
doctor-mend-room = 공간을 비우거나, 데이터베이스를 더 큰 디스크로 옮겨 주세요.
doctor-mend-too-new = 그 버전을 실행하거나, 그 전에 만든 백업을 되돌려 주세요.
doctor-mend-different = 도중에 멈췄거나 손으로 고쳤다면, 백업을 되돌리고 `madang migrate`를 실행해 주세요.
doctor-mend-settings = 고칠 때까지 기본값을 써요. /설정이나 `madang settings import`로 다시 정해 주세요.
doctor-mend-events = `madang events dead`에서 까닭을 보고, `madang events retry --all`로 다시 해 보세요.
doctor-mend-outbox = `madang outbox list`에서 까닭을 보고, `madang outbox retry --all`로 다시 보내세요.
doctor-mend-adapter = 설정 파일의 어댑터 테이블과 네트워크를 확인해 주세요.
doctor-summary-fine = { $note ->
    [0] 모두 괜찮아요.
   *[other] 문제는 없어요. 참고할 것이 { $note }개 있어요.
}
doctor-summary-wrong = { $wrong ->
   *[other] 문제가 { $wrong }개 있어요.
}

## 도움말

help = 마당: 직접 운영하는 디스코드·슬랙 커뮤니티 매니저예요.

    쓰는 법: madang 명령 [--config 파일]

    시작하기
      demo        계정 없이 써 보는 커뮤니티
      run         멈추라고 할 때까지 봇을 실행해요
      doctor      모두 점검하고, 고칠 방법을 알려 드려요

    돌보기
      settings    커뮤니티 설정을 파일로: export(내보내기), import(가져오기)
      outbox      보내지 못한 것: list(보기), retry(다시 보내기)
      events      처리하지 못한 것: dead(보기), retry(다시 하기)

    데이터 돌보기
      backup      데이터베이스의 사본을 만들어요. 봇이 실행 중이어도 돼요
      restore     사본을 되돌려요. 봇을 먼저 멈춰 주세요
      migrate     데이터베이스를 최신으로 옮겨요. run은 알아서 해요

    --config 파일, -c   설정 파일. 없으면 config.toml을 써요
    --help, -h          이 도움말. 명령마다 더 볼 수 있어요: madang backup --help
    --version, -V       버전

    예
      madang demo
      madang run --config /etc/madang/config.toml
      madang backup var/backups/monday.db
      madang settings export village.toml --community 우리마을
help-run = 쓰는 법: madang run [--config 파일]

    봇을 실행해요. SQLite 파일은 사본을 만든 다음 데이터베이스를 최신으로 옮기고, 설정 파일에 적힌 플랫폼에
    모두 연결해요. Ctrl-C나 SIGTERM을 받으면 10초 안에 하던 일을 마치고 멈춰요. 한 번 더 받으면 바로 끝나고,
    그래도 확인된 것은 사라지지 않아요.

    종료 코드: 0 멈춤, 1 실패, 2 설정 파일이 잘못됨
help-demo = 쓰는 법: madang demo [--once]

    계정 없이 모두 써 볼 수 있는 커뮤니티예요. 메모리에만 있고 아무것도 남지 않아요.

    --once    하루를 보여 주고 끝나요
help-doctor = 쓰는 법: madang doctor [--config 파일]

    설정 파일, 데이터베이스, 문구, 커뮤니티 설정, 플랫폼을 모두 점검하고 고칠 방법을 알려 드려요. 아무것도 바꾸지
    않고, 봇이 실행 중이어도 돼요.

    종료 코드: 0 문제 없음, 1 문제 있음, 2 설정 파일이 없음
help-migrate = 쓰는 법: madang migrate [--config 파일]

    데이터베이스를 최신으로 옮겨요. 데이터가 있는 SQLite 파일은 먼저 사본을 만들어요. 전부 하거나, 아무것도 하지 않아요.
help-backup = 쓰는 법: madang backup 파일 [--config 파일]

    데이터베이스의 사본을 만들고 확인까지 해요. 봇이 실행 중이어도 되고, 있는 파일은 덮어쓰지 않아요.
    PostgreSQL에서는 pg_dump가 필요해요.

    예
      madang backup var/backups/monday.db
help-restore = 쓰는 법: madang restore 파일 [--force] [--config 파일]

    사본을 되돌려요. 전부 하거나, 아무것도 하지 않아요. 봇을 먼저 멈춰 주세요.

    --force    데이터가 있어도 되돌려요. 있던 데이터는 따로 보관해요

    예
      madang restore var/backups/monday.db --force
help-settings = 쓰는 법: madang settings export [파일] [--community 이름] [--config 파일]
             madang settings import 파일 [--community 이름] [--config 파일]

    /설정에 나오는 모든 것을 설명이 달린 파일로 다뤄요. 내보낼 때 파일을 빼면 터미널에 보여 드려요. 가져올 때는
    전부 확인해서, 하나라도 틀리면 아무것도 바꾸지 않아요. 실행 중인 봇에도 바로 적용돼요.

    --community 이름    커뮤니티의 이름이나 번호. 커뮤니티가 여럿이면 꼭 적어요

    예
      madang settings export village.toml
      madang settings import village.toml --community 우리마을
help-outbox = 쓰는 법: madang outbox list [--all] [--config 파일]
             madang outbox retry 번호 … | --all [--config 파일]

    여러 번 해도 보내지 못한 것은 여기 남아요. 다시 하라고 하면 실행 중인 봇이 다시 보내요.

    --all    list에서는 아직 보내는 중인 것까지, retry에서는 실패한 것 모두
help-events = 쓰는 법: madang events dead [--config 파일]
             madang events retry 번호 … | --all [--config 파일]

    기능이 처리하지 못한 이벤트는 까닭과 함께 일주일 동안 남아요. 까닭을 고친 다음 다시 하라고 하면, 같은
    기능에만 다시 알려요.

    --all    실패한 이벤트 모두
