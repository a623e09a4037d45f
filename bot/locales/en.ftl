### The core's own texts. ko.ftl says the same; a test compares the two.

## When something does not work

unknown-command = I do not know that command. { $help } shows what I can do.
unknown-command-near = I do not know that command. Did you mean { $command }?
outdated-button = This button is from an earlier version of me. Please use the command again: { $command }
outdated-button-plain = This button is from an earlier version of me. Please use the command again.
went-wrong = Something went wrong on our side, and nothing was changed. Please try again in a moment. If it happens again, show this code to a moderator: `{ $code }`
too-busy = A lot is going on right now. Please try again in a moment.
already-done = That is already done.
no-longer-here = What you are looking for is no longer here.
not-here = This does not work here. Please use it in one of the community's channels.
cannot-do = { $platform } cannot do this: { $what }.

## Access

needs-moderator = Only moderators can do that. If you need it, please ask one of them.
needs-manager = Only community managers can do that. If you need it, please ask one of them.
needs-owner = Only the community's owner can do that.
not-yourself = You cannot do that to yourself. Please choose someone else.
not-a-bot = { $person } is a bot. Please choose a person.
not-above-you = { $person } has the same role as you or a higher one. Please ask someone above you both.
not-above-me = { $person } is above me here. Please give me a higher role, or do it by hand.

access-member = member
access-moderator = moderator
access-manager = manager
access-owner = owner

## Values

please-check = Please check these:
please-check-line = *{ $field }*: { $problem }
edit-again = Edit again
open-form = Open the form
open-form-text = One moment more: the form is ready when you are.
draft-expired = That draft is no longer here. Please start again: { $command }
draft-expired-plain = That draft is no longer here. Please start again.
send = Send
cancel = Cancel
cancelled = Cancelled. Nothing was changed.
optional = optional

invalid-required = please fill this in
invalid-too-short = { $least ->
    [one] at least { $least } character, please
   *[other] at least { $least } characters, please
}
invalid-too-long = { $most ->
    [one] at most { $most } character, please; there are { $length }
   *[other] at most { $most } characters, please; there are { $length }
}
invalid-not-whole = please write a whole number, such as 7
invalid-not-number = please write a number, such as 7 or 2.5
invalid-too-small = at least { $least }, please
invalid-too-large = at most { $most }, please
invalid-out-of-range = from { $least } to { $most }, please
invalid-not-switch = please answer yes or no
invalid-not-choice = please pick one of these: { $choices }
invalid-no-member = I found nobody called “{ $typed }” here. Please pick a member from the list, or mention them with @.
invalid-no-channel = I found no channel called “{ $typed }”. Please pick one from the list.
invalid-no-role = I found no role called “{ $typed }”. Please pick one from the list.
invalid-unknown-option = there is no option called “{ $typed }”
invalid-too-few = { $least ->
    [one] at least { $least } line, please
   *[other] at least { $least } lines, please
}
invalid-too-many = { $most ->
    [one] at most { $most } line, please
   *[other] at most { $most } lines, please
}
invalid-in-line = line { $line }: { $problem }
invalid-columns = please write { $count } values with | between them; I found { $found }
invalid-zone = please write a time zone by its name, such as Asia/Seoul or Europe/Berlin
invalid-zone-nearest = did you mean { $near }? Please write a time zone by its name.
invalid-title = please write a name on one line
invalid-once = please write each only once
invalid-link = please write a link that begins with https://
invalid-pattern = this does not look right; please write it like the example
invalid-other = please write something else: { $text }

template-unknown-variable = I have no value for { $variable }. You can use: { $allowed }
template-no-variables = I have no value for { $variable }. This text can have no variables.
template-unclosed-brace = a brace stands alone here: “{ $near }”. Please close it, or take it away.
template-too-long = at most { $most } characters, please; there are { $length }

## What a platform cannot do, and people do by hand

by-hand-header = *Please do this by hand.* { $platform } does not let me do it.
by-hand-timeout = Ask { $person } not to write until { $until }, and keep an eye on it.
by-hand-timeout-over = { $person } may write again. Please undo what was done by hand.
by-hand-delete = Delete this message: { $link }
by-hand-delete-of = Delete this message by { $person }: { $link }
by-hand-kick = Remove { $person } from { $space }.
by-hand-ban = Remove { $person } from { $space }, and do not let them back in.
by-hand-unban = Let { $person } back into { $space }.
by-hand-grant = Give { $person } the role { $role }.
by-hand-revoke = Take the role { $role } from { $person }.
by-hand-reason = Reason: { $reason }
by-hand-done = Done
by-hand-done-by = { $moderator } has done it.

told-timeout = Please do not write in { $space } until { $until }. After that you are welcome to join in again.
told-timeout-over = You can write in { $space } again. Good to have you back.
told-delete = Please delete this message of yours: { $link }. A moderator will do it otherwise.
told-kick = The moderators of { $space } have decided that you cannot stay for now. One of them will take you out.
told-ban = The moderators of { $space } have decided that you cannot stay. One of them will take you out.
told-unban = You may come back to { $space }. A moderator will let you in.
told-grant = You get the role { $role }. A moderator will set it up soon.
told-revoke = You no longer have the role { $role }. A moderator will take it off soon.
told-reason = Reason: { $reason }
told-questions = If you have questions, please write to a moderator.
for-person = For { $person }:

## Small words

yes = Yes
no = No
on = on
off = off
none = none
everyone = everyone
page-previous = Previous
page-next = Next
page-of = Page { $page } of { $pages }
nothing-here = There is nothing here yet.
more = and { $count } more
language-en = English
language-ko = Korean (한국어)

## Forms in several sheets

form-sections = { $count ->
   *[other] This form has { $count } parts. Open the ones you want to fill in, then send it.
}
form-section = { $number }. { $first }
form-typed = Please write it in one line after { $command }: { $fields }

## What a platform may lack

capability-direct-messages = sending direct messages
capability-private-replies = answers that only you see
capability-edits = changing a message afterwards
capability-delete-others = deleting other people's messages
capability-reactions = reactions
capability-threads = threads
capability-roles = giving and taking roles
capability-timeouts = timeouts
capability-kicks = removing a member
capability-bans = banning a member
capability-home = a home page
capability-forms = forms
capability-form-errors = showing mistakes inside a form
capability-buttons = buttons
capability-selects = menus
capability-pictures = pictures
capability-files = files
capability-native-times = times in your own zone

## The community's own settings

setting-name = The community's name
setting-locale = Language of what I post
    .hint = Members read answers in their own language
    .en = English
    .ko = Korean (한국어)
setting-zone = Time zone
    .hint = Such as Asia/Seoul or Europe/Berlin
setting-moderator-roles = Roles of the moderators
    .hint = One a line: @role or its id
setting-manager-roles = Roles of the community managers
    .hint = One a line: @role or its id
setting-moderators-channel = The moderators' channel
    .hint = Where I write what moderators should see
setting-managers-channel = The managers' channel
    .hint = Where I write what managers should see
