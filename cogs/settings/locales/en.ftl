cog = settings
    .description = What is set here, and who changed it

command-panel = settings
    .title = Settings
    .description = See and change how I work here
press-edit = edit
    .title = Settings
    .cog-name = part
press-save = save
    .title = Settings
    .cog-name = part
press-history = recent changes
    .title = Recent changes
    .before = before

of-community = Community
    .description = Name, language, time zone, roles and channels of the team

panel-title = Settings
panel-line = *{ $name }*: { $what }
panel-footer = Press one to change it. It takes effect at once.
recent = Recent changes

form-title = Settings: { $name }
left-out = Too long to be changed here, so it stays as it is: { $fields }. Whoever runs me can change it in a file.
saved = Saved: { $name }
changed = *{ $field }*: { $old } → { $new }
nothing-changed = Everything was like that already, so nothing has changed.
edit-again = Change { $name } again

history-title = Recent changes
history-line = { $at } · { $who } · *{ $name }*
history-empty = Nobody has changed anything yet. All settings are as they came.
by-operator = someone at the terminal
by-nobody-known = someone who is no longer known here
older = Older
