cog = help
    .description = Help

command-overview = help
    .title = Help
    .description = What you can do here
    .command = command
    .command-hint = A command you want to know more about
press-page = page
    .title = Help
    .number = page
press-about = about
    .title = Help
    .number = page

intro = Here is what you can do in *{ $community }*.
line = { $command } — { $what }
choice = { $command }
pick = How is it used?
back = ◀ All commands
page-back = ◀ Page { $page }
page-on = Page { $page } of { $pages } ▶

detail-title = { $command }
option = { $name } { $needed ->
    [yes] (needed)
   *[no] (if you like)
}
option-choices = One of: { $choices }
option-kind = { $kind ->
    [whole] a whole number
    [number] a number
    [switch] yes or no
    [choice] one of a list
    [member] a member
    [channel] a channel
    [role] a role
   *[other] a text
}
seen-by-you = Only you see the answer.
seen-by-all = Everyone in the channel sees the answer.
access = For this you need to be: { $who } (or above).
menu-message = You also find it in the menu of a message.
menu-member = You also find it in the menu of a member.

unknown = I know no command “{ $typed }” that you can use here. Please choose one from the list.
unknown-near = I know no command “{ $typed }” that you can use here. Did you mean { $near }?
