cog = me
    .description = Your own page: language, time zone, privacy, your data

command-show = show
    .title = Your page
    .description = What you chose here, and what I know about you
command-language = language
    .title = Your language
    .description = Which language I speak to you
    .language = language
    .language-hint = Automatic takes the language of your app
    .language-auto = Automatic
    .language-en = English
    .language-ko = 한국어 (Korean)
command-zone = zone
    .title = Your time zone
    .description = Your time zone, so that days and times are yours
    .zone = zone
    .zone-hint = A city such as Seoul, a name such as Asia/Seoul, or auto
command-privacy = privacy
    .title = Your privacy
    .description = Whether others see your points and your place
    .state = private
    .state-hint = On hides you from the boards
    .state-on = on: hide me
    .state-off = off: show me
command-notices = notices
    .title = Your notices
    .description = Whether I tell you of new levels and the like
    .state = notices
    .state-hint = Answers to your own commands always come
    .state-on = on
    .state-off = off
command-link = link
    .title = Join your accounts
    .description = Join your accounts on two platforms into one member
    .code = code
    .code-hint = Leave it out to get one
command-export = export
    .title = Your data
    .description = Everything I keep about you, as a file
command-forget = forget
    .title = Forget me
    .description = What happens if I forget you, and how to ask for it
command-keep = keep
    .title = Stay after all
    .description = Take back your wish to be forgotten
press-pick-language = language
    .title = Your language
press-set-privacy = privacy
    .title = Your privacy
    .hidden = private mode
press-set-notices = notices
    .title = Your notices
    .wanted = notices
press-enter-code = enter a code
    .title = Join your accounts
    .code = Code from your other account
press-leave = forget me
    .title = Forget me
press-stay = stay
    .title = Stay after all

platform = { $platform ->
    [discord] Discord
    [slack] Slack
    [playground] the playground
   *[other] { $platform }
}
account = { $name } ({ $platform })
language-name = { $language ->
    [en] English
    [ko] 한국어 (Korean)
   *[other] { $language }
}

panel-title = { $name }
panel-leaving = You asked me to forget you. It will happen on { $at }.
panel-language = Language
panel-zone = Time zone
panel-privacy = { $state ->
    [on] Show me to others
   *[off] Private mode
}
panel-notices = { $state ->
    [on] Turn notices off
   *[off] Turn notices on
}
panel-link = Join accounts
detail-language = Language
detail-zone = Time zone
detail-privacy = Private mode
detail-notices = Notices
detail-tags = Interests
detail-accounts = Accounts
value-auto = { $value } (automatic)
value-zone = { $value }
value-privacy = { $state ->
    [on] on · only you see your points
   *[off] off · you are on the boards
}
value-notices = { $state ->
    [on] on
   *[off] off
}
value-list = { $values }
value-no-tags = none yet

language-auto = I speak the language of your app again.
language-set = I speak English to you from now on.

zone-choice = { $city } · { $zone } · { $time }
zone-choice-auto = Automatic: what your app or this community says
zone-auto = Your time zone is automatic again: { $zone }, where it is { $time }.
zone-set = Your time zone is { $zone }. It is { $time } there now.
zone-near = I know no time zone called “{ $typed }”. Did you mean one of these? { $near }
zone-unknown = I know no time zone called “{ $typed }”. Please write a large city near you, such as Seoul or New York.

privacy-set = { $state ->
    [on] Private mode is on. You still earn points, but you are on no board, and only you see them.
   *[off] Private mode is off. You are on the boards again.
}
notices-set = { $state ->
    [on] I tell you about new levels and the like again.
   *[off] I stay quiet now. { $change } brings the notices back.
}

link-code = Your code: `{ $code }`
    On your *other* account, use { $link } with this code. It works once, for { $minutes } minutes.
    Never give it to anyone: whoever types it becomes one member with you, and that cannot be undone.
link-have-code = I have a code
link-wrong = { $left ->
    [0] This code is wrong or too old. That was one try too many; please try again in an hour.
    [one] This code is wrong or too old. You have { $left } more try. Please get a new code on your other account.
   *[other] This code is wrong or too old. You have { $left } more tries. Please get a new code on your other account.
}
link-paused = There were too many wrong codes. You can try again { $until }.
link-same = This code is from this very account, or your accounts are joined already. Please type it on your other account.
link-same-platform = You have an account on { $platform } on both sides. I can join one account of each platform only.
link-bot = Bots cannot be joined with people.
link-leaving = One of the two accounts asked to be forgotten. Please use { $keep } there first.
link-again = Something changed just now. Please get a new code and try once more.
linked = Done! You are one member now: { $accounts }. Your points are added up.
linked-notice = This account is joined with *{ $name }* on { $platform } now: you are one member in both places. If that was not you, please tell a moderator.

export-done = Here is everything I keep about you.
forget-what = If you ask for it, I forget you in { $days } days, in every community where I know you.
forget-erased = *Erased:* your name, language, time zone, interests, linked accounts' names, points, streaks, badges and all you told me.
forget-kept = *Kept:* warnings and bans, for as long as the community keeps them for everyone, with nothing but your account's ID. Your messages belong to the platform and stay there.
forget-until = You can take it back at any time until then. { $export } gives you a copy of everything first.
forget-confirm = Forget me
forget-waiting = I will forget you on { $at }. Until then everything works as before, and { $keep } takes it back.
forget-keep = Keep me after all
forgotten = As you asked, I have forgotten you. If you write here again, we start anew, in private mode.
keep-done = Good to have you! Nothing will be erased.
keep-nothing = There is nothing to take back: nobody asked me to forget you.
