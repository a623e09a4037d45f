# What Madang says on a terminal.

## A mistake in a file: where it is

problem-at = { $file }
problem-at-line = { $file }, line { $line }
problem-at-line-column = { $file }, line { $line }, column { $column }
problem-at-key = { $file }: { $key }
problem-at-line-key = { $file }, line { $line }: { $key }
problem-found = found: { $found }
problem-write = fix: { $write }

## What was found

found-value = { $value }
found-nothing = nothing
found-table = a table
found-list = a list
found-unknown = a key that does not exist here
found-secret = a value that is not shown
found-variable = the value of the environment variable { $name }
found-written-secret = a secret in the file itself
found-unset = the environment variable { $name } is not set, or empty
found-no-variable = “env:” without the name of an environment variable
found-no-adapter = an adapter that does not exist
found-twice = { $value }, which is already at { $where }
found-no-file = no such file
found-no-regular-file = a folder or a device, not a file
found-unreadable = it cannot be read ({ $reason })
found-too-large = more than { $limit } KiB
found-not-utf8 = text that is not UTF-8
found-too-deep = tables nested too deeply
found-syntax = this is not TOML ({ $what })

## What to write instead

write-remove = nothing here; remove it
write-nearest = { $near }, if that is what you meant; possible are: { $known }
write-known = one of: { $known }
write-value = a value
write-valid = a value of the kind the documentation describes
write-other = something else ({ $text })
write-switch = true or false
write-text = a text in quotation marks
write-pattern = a text that fits { $pattern }
write-link = a link that begins with https://, without spaces
write-list = a list, such as ["one", "two"]
write-table = a table: its name in [brackets], and its keys on the lines below
write-number = a number
write-whole = a whole number, without quotation marks
write-between = a whole number from { $least } to { $most }, without quotation marks
write-at-least = a number of { $limit } or more
write-at-most = a number of { $limit } or less
write-over = a number over { $limit }
write-under = a number under { $limit }
write-longer = a text of { $limit } characters or more
write-shorter = a text of { $limit } characters or fewer
write-more = { $limit } or more entries
write-fewer = { $limit } or fewer entries
write-env = "env:{ $name }", and set the environment variable { $name }; secrets do not belong in the file
write-variable = set { $name } where Madang is started, or name another variable
write-zone = an IANA time zone, such as "Asia/Seoul" or "Europe/Berlin"
write-zone-nearest = "{ $near }", if that is what you meant; an IANA time zone
write-space = a platform and the id of a server or workspace there, such as "discord:123456" or "slack:T0123"
write-platform = a space on one of these platforms: { $known }
write-community-key = a short name of a to z, 0 to 9, - and _, such as [communities.village]
write-url = "sqlite:///var/madang.db", or "postgresql://user@host/name"
write-url-sqlite = sqlite:/// and the path of a file, such as "sqlite:///var/madang.db" (three slashes; four for a path from the root)
write-url-postgresql = "postgresql://user@host/name"; in passwords, write special characters as %40 and the like
write-host = an address to listen on, such as "127.0.0.1", or "0.0.0.0" for all; without http:// and without a port
write-title = a name on one line
write-once = each only once
write-file = the path of a configuration; a start is config.example.toml
write-readable = let the user that runs Madang read it
write-smaller = a configuration of { $limit } KiB at most
write-utf8 = save it as UTF-8
write-flatter = tables that are at most a few levels deep

syntax-rest = one key = value on a line; texts need quotation marks
syntax-equals = key = value, with an equals sign
syntax-bracket = [table], with a closing bracket, alone on its line
syntax-quote = a text that ends with the mark it began with
syntax-character = without this character; in texts, "\u0000" and the like stand for characters that do not print
syntax-backslash = \\ for a backslash, or the text in 'single quotation marks'
syntax-array = a list that ends with ]
syntax-inline-table = a table that ends with {"}"}
syntax-twice = each key and each table only once
syntax-number = a number with fewer digits
syntax-value = a value: a text in "quotation marks", a number, true or false, or a [list]
syntax-statement = key = value, [table] or a # comment
syntax-other = something that TOML allows; see https://toml.io

## The HTTP server

listen-in-use = Port { $port } on { $host } is in use. Stop the other program, or choose another [http] port; 0 takes any that is free.
listen-forbidden = Port { $port } may not be used by this user. Choose an [http] port of 1024 or above.
listen-no-address = { $host } is no address of this machine. Choose another [http] host, such as "127.0.0.1" or "0.0.0.0".
listen-failed = Nothing can be served on { $host }, port { $port }: { $reason }

## Settings in a file

write-place = a place as "platform:space:id", such as "discord:123:456" or "slack:T0123:C0456"; "" for none
settings-header = Settings of { $name } ({ $id }), as Madang keeps them.
    Change what you like, then: madang settings import FILE
    A table that is left out changes nothing; a key that is left out gets its default.
settings-exported = Written to { $file }.
settings-changed = { $key }: { $old } → { $new }
settings-imported = { $count ->
    [one] One setting has changed. A bot that is running takes it up at once.
   *[other] { $count } settings have changed. A bot that is running takes them up at once.
}
settings-same = Everything was like that already; nothing has changed.
settings-file-exists = { $file } exists already and is not overwritten. Choose another name, or remove it.
no-settings-file = There is no file { $file }. `madang settings export FILE` writes one.

## What went wrong

no-config = There is no config.toml here. To make one:

        cp { $example } config.toml

    Open it, switch on an adapter, and check it with `madang doctor`. A configuration that lives elsewhere is
    named with --config FILE. To try Madang without any of this: madang demo
no-adapters = { $file } names no adapter, so there is nobody to talk to. Add a table such as [adapters.playground];
    in a copy of config.example.toml, remove the # from one. To try Madang without any account: madang demo
no-database = There is no database at { $file } yet. `madang run` makes it; so does `madang migrate`.
not-migrated = The database is older than this Madang. Run `madang migrate` first.
no-community = No community has been seen yet. Start the bot once, where it has been invited.
which-community = There are several communities. Add --community with a name or a number: { $known }
no-such-community = There is no community { $name }. There are: { $known }
schema-too-new = A newer Madang has migrated this database (it has { $revisions }). Start that version, or restore a
    backup from before it.
problems-config = { $count ->
    [one] One mistake in the configuration. Nothing was started or changed.
   *[other] { $count } mistakes in the configuration. Nothing was started or changed.
}
problems-file = { $count ->
    [one] One mistake. Nothing was changed.
   *[other] { $count } mistakes. Nothing was changed.
}
failed-cog = A feature cannot be used as it was written: { $reason }
failed-platform = A platform does not let the bot in: { $reason }
    `madang doctor` looks closer.
failed-system = The system did not allow it: { $reason }
    `madang doctor` looks closer.
failed-database = The database does not answer: { $reason }
    Check [database] url, and that it is running. `madang doctor` looks closer.
failed-unexpectedly = Something failed that should not have: { $reason }
    The lines above say where. Nothing half-done was kept.

backup-exists = { $what } exists already and is not overwritten. Choose another name.
backup-missing = There is no file { $what }.
backup-foreign = { $what } is not a backup of Madang.
backup-damaged = { $what } is damaged: { $reason }
backup-data = { $what } holds data. With --force it is kept aside and replaced.
backup-running = { $what } is in use. Stop the bot first.
backup-tool = PostgreSQL's program { $what } is missing or failed: { $reason }
backup-failed = It could not be done: { $reason }

## What a command line lacks

usage-see = `madang { $command } --help` shows how it is used.
usage-unknown-command = There is no command { $name }. `madang --help` lists them all.
usage-unknown-command-near = There is no command { $name }. Did you mean `madang { $near }`? `madang --help` lists them all.
usage-unknown = This is not understood here: { $what }
usage-missing = Something is missing: { $what }
usage-no-value = { $what } needs a value.
usage-not-number = { $what } is a number, not { $value }.
usage-not-choice = It is { $what }, not { $value }.
usage-other = The command line is not understood: { $what }
usage-ids = Name what to retry by its number, or write --all for everything.

## What the commands say

migrate-done = The database is up to date. Run just now: { $revisions }
migrate-nothing = The database is up to date already.
backup-done = A checked copy is in { $file }.
restore-done = { $file } has been restored.
restore-done-kept = { $file } has been restored. What was there before is kept as { $kept }.
outbox-row = { $id }  { $state }  { $kind }  { $where }  tries: { $tries }  age: { $age }
        { $error }
outbox-dead = dead
outbox-waiting = waiting
outbox-claimed = on its way
outbox-none = Nothing waits in the outbox.
outbox-some = { $count ->
    [one] One row. `madang outbox retry ID` sends a dead one once more.
   *[other] { $count } rows. `madang outbox retry ID …` sends dead ones once more, --all all of them.
}
outbox-not-dead = { $id } is not a dead row of the outbox.
outbox-retried = { $count ->
    [0] Nothing was sent again.
    [one] One is on its way again, once a bot is running.
   *[other] { $count } are on their way again, once a bot is running.
}
event-row = { $id }  { $listener }  { $event }  age: { $age }
        { $error }
events-none = No event has failed.
events-some = { $count ->
    [one] One event that its listener could not handle. `madang events retry ID` tries it again.
   *[other] { $count } events that their listeners could not handle. `madang events retry ID …` tries them again, --all all of them.
}
event-not-dead = there is no dead event with this number
event-nobody-listens = { $listener } is no longer there to listen
event-failed-again = it failed again ({ $reason })
event-retry-failed = { $id }: { $reason }
events-retried = Handled: { $done }. Still failing: { $failed }.

## The doctor

doctor-level-ok = ok
doctor-level-note = note
doctor-level-wrong = wrong
doctor-configuration = configuration
doctor-cogs = features
doctor-texts = texts
doctor-database = database
doctor-disk = disk
doctor-schema = tables
doctor-settings = settings
doctor-events = events
doctor-outbox = outbox
doctor-adapters = adapters
doctor-as-told = { $what }
doctor-fine = as they should be
doctor-more = and { $count } more
doctor-no-adapters = no adapter is switched on
doctor-cog-broken = { $name } cannot be loaded ({ $reason })
doctor-no-folder = its folder cannot be made ({ $reason })
doctor-no-database = { $file } does not exist yet
doctor-unreachable = it does not answer ({ $reason })
doctor-damaged = the file is damaged ({ $reason })
doctor-readonly = { $what } cannot be written
doctor-journal = the journal is “{ $what }” instead of “wal”
doctor-not-durable = a power cut may take back what was confirmed
doctor-room = { $gigabytes } GB free
doctor-little-room = only { $megabytes } MB free
doctor-too-new = a newer Madang was here (it has { $revisions })
doctor-pending = still to be migrated: { $revisions }
doctor-different = they differ from what the code declares:
    { $what }
doctor-settings-fine = { $count ->
    [one] readable, in one community
   *[other] readable, in { $count } communities
}
doctor-dead-events = { $count ->
    [one] one event could not be handled
   *[other] { $count } events could not be handled
}
doctor-dead-rows = { $count ->
    [one] one message could not be delivered
   *[other] { $count } messages could not be delivered
}
doctor-nothing-dead = nothing failed, nothing is stuck
doctor-no-answer = { $name } did not answer in time
doctor-adapter-broken = { $name } could not be looked at ({ $reason })

doctor-mend-file = Mend the file as it says; the rest is looked at afterwards.
doctor-mend-adapters = Remove the # from one of the [adapters.…] tables of the configuration, or try `madang demo`.
doctor-mend-cog = Take it out of `cogs` in the configuration, or install Madang anew.
doctor-mend-texts = Install Madang anew; a feature of your own needs the same keys in en.ftl and ko.ftl.
doctor-mend-folder = Let the user that runs Madang write there, or choose another [database] url.
doctor-mend-migrate = `madang run` does it; so does `madang migrate`.
doctor-mend-database = Check [database] url, and that the database is running.
doctor-mend-damaged = Stop the bot, and bring back a backup: madang restore FILE --force
doctor-mend-readonly = Let the user that runs Madang write to it, and to its folder.
doctor-mend-journal = Put the file on a disk of this machine; network drives cannot hold it safely.
doctor-mend-durable = On PostgreSQL, leave synchronous_commit on.
doctor-mend-room = Make room, or move the database to a larger disk.
doctor-mend-too-new = Start that version, or restore a backup from before it.
doctor-mend-different = If a migration was interrupted or done by hand, restore a backup and run `madang migrate`.
doctor-mend-settings = Until then the default is used. Set it again with /settings, or with `madang settings import`.
doctor-mend-events = `madang events dead` shows why; `madang events retry --all` tries them again.
doctor-mend-outbox = `madang outbox list` shows why; `madang outbox retry --all` sends them once more.
doctor-mend-adapter = Check its table in the configuration, and the network.
doctor-summary-fine = { $note ->
    [0] All is well.
    [one] Nothing is wrong. There is one note.
   *[other] Nothing is wrong. There are { $note } notes.
}
doctor-summary-wrong = { $wrong ->
    [one] One thing is wrong.
   *[other] { $wrong } things are wrong.
}

## Help

help = Madang, a community manager for Discord and Slack that you host yourself.

    Usage: madang COMMAND [--config FILE]

    Begin
      demo        a community to play with, without any account
      run         start the bot, until it is told to stop
      doctor      look at everything, and say how to mend what is wrong

    Look after it
      settings    a community's settings as a file: export, import
      outbox      what could not be delivered: list, retry
      events      what could not be handled: dead, retry

    Look after its data
      backup      write a copy of the database, also while the bot runs
      restore     bring a copy back, while the bot is stopped
      migrate     bring the database up to date; run does it by itself

    --config FILE, -c   the configuration; config.toml if it is left out
    --help, -h          this, or more on a command: madang backup --help
    --version, -V       which Madang this is

    Examples
      madang demo
      madang run --config /etc/madang/config.toml
      madang backup var/backups/monday.db
      madang settings export village.toml --community Village
help-run = Usage: madang run [--config FILE]

    Starts the bot: migrates the database, after a copy of a SQLite file, and connects to every platform
    that the configuration names. It stops well on Ctrl-C or SIGTERM, within ten seconds; a second one ends
    it at once, and nothing that was confirmed is lost.

    Exit codes: 0 stopped, 1 something failed, 2 the configuration is wrong
help-demo = Usage: madang demo [--once]

    A community in memory, to try everything without an account. Nothing is kept.

    --once    show one day and end
help-doctor = Usage: madang doctor [--config FILE]

    Looks at the configuration, the database, the texts, the settings and every platform, and says how to
    mend what is wrong. Changes nothing; the bot may be running.

    Exit codes: 0 nothing is wrong, 1 something is, 2 there is no configuration
help-migrate = Usage: madang migrate [--config FILE]

    Brings the database up to date, after a copy of a SQLite file that holds data. All of it or nothing.
help-backup = Usage: madang backup FILE [--config FILE]

    Writes a checked copy of the database to FILE, also while the bot runs. No file is overwritten.
    With PostgreSQL it needs pg_dump.

    Example
      madang backup var/backups/monday.db
help-restore = Usage: madang restore FILE [--force] [--config FILE]

    Brings a copy back, all of it or nothing. Stop the bot first.

    --force    also where there is data, which is then kept aside

    Example
      madang restore var/backups/monday.db --force
help-settings = Usage: madang settings export [FILE] [--community NAME] [--config FILE]
           madang settings import FILE [--community NAME] [--config FILE]

    Everything that /settings shows, as a file with comments. Without FILE it is written to the terminal.
    An import is checked as a whole: with one mistake nothing changes. A running bot takes it up at once.

    --community NAME    whose settings, by name or number; needed where there are several

    Examples
      madang settings export village.toml
      madang settings import village.toml --community Village
help-outbox = Usage: madang outbox list [--all] [--config FILE]
           madang outbox retry ID … | --all [--config FILE]

    What could not be delivered after many tries is dead, and waits for you. A running bot sends again
    what you retry.

    --all    list: also what is still being tried; retry: everything that is dead
help-events = Usage: madang events dead [--config FILE]
           madang events retry ID … | --all [--config FILE]

    An event that a feature could not handle is kept for a week, with the error. Once the cause is mended,
    retry it: it is told to the same feature again, and only to that one.

    --all    every dead event
