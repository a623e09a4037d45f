cog = 설정
    .description = 지금 설정과 바꾼 기록을 봐요

command-panel = 설정
    .title = 설정
    .description = 제가 여기서 어떻게 움직일지 보고 바꿔요
press-edit = 바꾸기
    .title = 설정
    .cog-name = 항목
press-save = 저장
    .title = 설정
    .cog-name = 항목
press-history = 바꾼 기록
    .title = 바꾼 기록
    .before = 기준

of-community = 커뮤니티
    .description = 이름, 언어, 시간대, 운영진 역할과 채널

panel-title = 설정
panel-line = *{ $name }*: { $what }
panel-footer = 바꿀 항목을 눌러 주세요. 바꾸면 바로 적용돼요.
recent = 바꾼 기록

form-title = 설정: { $name }
left-out = 너무 길어서 여기서는 바꿀 수 없어요. 그대로 둘게요: { $fields }. 봇을 운영하는 분이 파일로 바꿀 수 있어요.
saved = 저장했어요: { $name }
changed = *{ $field }*: { $old } → { $new }
nothing-changed = 이미 그렇게 설정되어 있어서 바뀐 것이 없어요.
edit-again = { $name } 다시 바꾸기

history-title = 바꾼 기록
history-line = { $at } · { $who } · *{ $name }*
history-empty = 아직 아무도 설정을 바꾸지 않았어요. 모두 처음 그대로예요.
by-operator = 터미널에서 바꾼 운영자
by-nobody-known = 이제 알 수 없는 분
older = 더 보기
