cog = welcome
    .description = How newcomers are welcomed

command-preview = preview
    .title = Preview of the welcome
    .description = See exactly what a newcomer gets
    .language = language
    .language-hint = Leave it out for your own
    .language-en = English
    .language-ko = Korean (한국어)
press-answer = answer
    .title = One easy question
    .which = answer
    .variant = text
    .lang = language
    .lang-en = English
    .lang-ko = Korean (한국어)
    .at = place
    .at-dm = DM
    .at-post = post
    .at-card = private
    .at-preview = preview
    .turns = in two languages
press-turn = language
    .title = The welcome in another language
    .variant = text
    .lang = language
    .lang-en = English
    .lang-ko = Korean (한국어)
    .at = place
    .at-dm = DM
    .at-post = post
    .at-card = private
    .at-preview = preview
    .turns = in two languages
press-show = show
    .title = The welcome
press-claim = hello
    .title = Say hello
    .newcomer = newcomer

setting-mode = How newcomers are welcomed
    .dm = by DM
    .post = by a post in the welcome channel
    .both = by DM and by a post
    .off = not at all
setting-channel = Welcome channel
    .hint = For posts, and for a short note to those whom no DM reaches
setting-hello-channel = Staff channel to say hello from
    .hint = For each newcomer, somebody can say “I'll say hello”. Empty: off
setting-texts = Welcome texts
    .hint = One a line; they take turns. Use {"{"}member{"}"} and {"{"}community{"}"}. Texts in Korean go to Korean readers. Empty: mine
setting-links = Up to three links
    .hint = One a line: label | https://…
setting-ask = Ask one easy question
setting-question = The question
    .hint = Empty: mine
setting-answers = Up to five answers
    .hint = One a line: label | interest | role (optional). Empty: mine
setting-nudge = Write once more on day 3 to those who have not spoken
setting-raid-joins = So many newcomers at once get one note together
    .hint = Protects channels and DMs when a raid comes
setting-raid-seconds = Within so many seconds

greeting-1 = Hi { $member }, welcome to *{ $community }*! It's good to have you here. Look around as long as you like, and say hello whenever you feel like it.
greeting-2 = { $member }, you made it! *{ $community }* is glad you are here. No long forms, no homework: just join any conversation that catches your eye.
greeting-3 = Welcome, { $member }! Everybody in *{ $community }* was new once, so no question is too small here.
greeting-4 = Hello { $member }, come on in. *{ $community }* is a place to ask, to share and to chat. Take your time.

question = One easy question: what brings you here?
answer-learn = Learning something
answer-meet = Meeting people
answer-make = Sharing what I make
answer-look = Just looking around
answer-gone = That answer is no longer on offer. Please pick another one.
thanks-1 = *{ $label }*: noted, thank you! Changed your mind? Just press another one.
thanks-2 = Lovely, *{ $label }* it is. You can choose again any time.
thanks-3 = Good to know: *{ $label }*. If that changes, press another answer.
role-reason = Chosen in the welcome
as-written = { $text }
in-en = English
in-ko = 한국어

preview-note = Preview { $number } of { $count }: this is what a newcomer gets. Nothing you press here is kept.
preview-next = Next text

note = Welcome, { $names }! I have a short welcome for you. Press the button, and only you will see it.
note-more = Welcome, { $names } and { $more } more! I have a short welcome for you. Press the button, and only you will see it.
note-show = Show me

hello-note = { $who } has just joined. Who would like to say hello?
hello-claim = I'll say hello
hello-claimed = { $who } has just joined, and { $by } is saying hello. 👋
hello-yours = Thank you! Mention { $who } in a channel, so that they see your hello.
hello-taken = { $by } was a moment faster and is saying hello. Thank you for offering!
hello-over = There is nobody to greet here any more.

nudge-1 = Hi { $member }, you have been in *{ $community }* for three days. How do you like it? One line is enough to join in.
nudge-2 = { $member }, not sure where to start in *{ $community }*? Reply to anything that catches your eye. People will be happy about it.
nudge-3 = { $member }, just reading along is fine too. And whenever you have something to ask or to show, *{ $community }* is all ears.
nudge-last = This is the only reminder. I won't send another one.

report-title = One week in · joined on { $date }
report-title-days = One week in · joined from { $first } to { $last }
report-count = { $count ->
    [one] One person joined and is still here.
   *[other] { $count } people joined and are still here.
}
report-missing = *Not heard from yet:* { $names }
report-all-well = Everyone has said something. 🎉
report-ungreeted = *Greeted by nobody yet:* { $names }
report-greeted = { $who } · greeted by { $by }
report-claimed = { $who } · { $by } offered to say hello
report-more = These are the first { $most }; more people joined.
