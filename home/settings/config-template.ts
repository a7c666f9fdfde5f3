/**
 * A first `org.config`: it holds no setting, and shows every one. A line that begins with `#` and a
 * letter is a setting that was put aside; what is explained begins with `# `.
 */
export const CONFIG_TEMPLATE = `# Settings of this home, in TOML. Flags win over the environment, the environment over this file.
# Take the # away in front of a setting to make it hold; \`org config check\` says what is wrong,
# \`org config show\` prints what holds. No tool can write this file.

# "prod" asks before it acts, and has budgets.
#profile = "dev"
# "landlock": where there are no user namespaces; it promises less. "container": see [container] below.
#sandbox = "bubblewrap"
# Tools that pass the gate: "ask" for your approval, "auto", or "off".
#promotion = "ask"
# What a new tool may use without a human; a list of "net:HOST", "files:read" and "files:write".
#approved_capabilities = ["net:api.example.org"]
# The only folder that personas write to, relative to this home.
#workspace = "workspace"

# The model server. Without it, this machine is searched for Ollama, llama.cpp and LM Studio.
#base = "http://127.0.0.1:11434"
# What it speaks: "openai", "ollama" or "anthropic".
#wire = "ollama"
# How long Ollama keeps a model in memory.
#keep_alive = "30m"
# Secrets stand in the environment; here is only the name of the variable.
#api_key = "\${MY_API_KEY}"
# A key goes over https or to this machine; over plain http elsewhere only where you trust the network.
#key_over_http = true
#model = "qwen3:8b"
# Who answers instead: "MODEL", "PROVIDER" or "PROVIDER/MODEL".
#fallback = ["llama3.2", "cloud/claude-sonnet-4-5"]
# Ranks tools for a search.
#embedding_model = "nomic-embed-text"
# Models that see images, where their server does not tell; the names are patterns.
#image_models = ["gpt-4o*"]
# One of the servers below, instead of base, wire and api_key.
#provider = "cloud"
# Size of the models' window in tokens; without it, what their servers tell.
#context_tokens = 32768
# Longest wait for the first byte of an answer, and longest silence within one, in milliseconds.
#first_byte_ms = 600000
#idle_ms = 120000
# How many personas may use one server at once.
#parallel = 1

# Further servers, by name.
#[providers.cloud]
#base = "https://api.anthropic.com"
#wire = "anthropic"
#api_key = "\${MY_API_KEY}"

#[personas.python]
#model = "claude-sonnet-4-5"
#provider = "cloud"

# How models are asked, where what is found out by itself is not what you want; the names are patterns.
#[models."qwen2.5-coder*"]
# "template": by the server's tools field, "text": in the prompt, "shape": each reply is one JSON object.
#calls = "shape"
# The short prompt, for small models.
#lean = true
#temperature = 0.2
# How many prompts the server keeps in its cache at once.
#slots = 3
# In which markup it writes calls; docs/dialects.md.
#dialect = "hermes"
# Its answers begin inside a thinking block.
#think_open = false

#[permissions]
# open, standard, supervised or locked.
#mode = "standard"
# The network asks about every other host.
#domains = ["docs.example.org", "*.wikipedia.org"]
# The only programs that \`sh\` may start.
#shell_programs = ["cat", "ls", "sort"]
# How long a question to you waits.
#approval_seconds = 300

# Modes of single tools; the names are patterns.
#[permissions.tools]
#"web_*" = "supervised"

# Deny beats ask, ask beats allow.
#[[permissions.rules]]
#tool = "sh"
#arguments = { cmd = "cat */secret*" }
#permission = "deny"
#why = "secrets are not for models"

# Checked before anything starts.
#[[permissions.tests]]
#call = { tool = "sh", arguments = { cmd = "cat notes/secret.txt" } }
#expect = "deny"

# A program of yours that has a say in every call; it can only make the decision stricter (docs/policy.md).
#[policy]
#program = "/usr/local/bin/org-policy"
#timeout_ms = 2000

# A container engine: for programs where sandbox = "container", and for docker_manage (docs/container.md).
#[container]
#socket = "/run/podman/podman.sock"
#image = "docker.io/library/debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#runtime = "crun"

# Several machines on one PostgreSQL (docs/scale.md); without it this machine keeps everything itself.
#[database]
#url = "\${MY_DATABASE}"
#node = "office"
# Tools and personas travel by this Git repository; whose tags count beside our own, org doctor shows at the other nodes.
#remote = "ssh://git@example.com/org.git"
#signers = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAbcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"]

# A browser for the personas, once Chromium is there: org browser install (docs/browser.md). The line [browser] is enough.
#[browser]
#path = "/usr/lib/chromium/chromium"
#files = true   # files that pages give go into quarantine

# Tools of other programs for the personas (docs/mcp.md); nothing is offered before you say: org mcp approve weather
#[mcp.servers.weather]
#url = "https://mcp.example.com/mcp"

# Calls a minute.
#[rates]
#web_fetch = 30

# One room; all rooms until midnight UTC; every persona a day; one of them.
#[budget.session]
#tokens = 500_000
#[budget.day]
#money = 2.50
#[budget.persona]
#tokens = 200_000
#[budget.personas.python]
#tokens = 100_000
# What the home does by itself; without this line 200_000 (50_000 in the profile prod).
#[budget.autonomy]
#tokens = 50_000

# For a million tokens, in whatever currency you count; "*" is every other model.
#[prices."qwen3:8b"]
#input = 0.10
#output = 0.40
#[prices."*"]
#input = 1.00
#output = 4.00

# The ports of org serve. By which names they are asked beside those of this machine, and keys that sign requests.
#[http]
#hosts = ["org.example.net"]
#connections = 1024
#request_seconds = 30
#signature_seconds = 60
#[http.keys.ci]
#secret = "\${MY_SIGNING_KEY}"
#scope = "run"

# The jobs of org serve: how many at once, how long an id stays taken and an ended job can be looked at.
#[jobs]
#workers = 4
#id_seconds = 300
#keep_hours = 24
#dead_days = 30

# How much org goal may take where nothing else is said; by the profile without it. money is in the currency of prices.
#[goals]
#cycles = 100
#seconds = 3600
#tokens = 200_000
#money = 1.50
#calls = 400
#actions = 100

# Whether notes of yours stand in prompts by themselves: auto, ask (you approve each time) or off.
#[memory]
#recall = "auto"

# Lines that tools answer without a model, once models have answered them so 16 times: live, shadow (learn only) or off.
#[rules]
#mode = "live"

# What org serve does by itself: minute, hour, day, month, weekday; by the clocks of this machine, or of a zone.
#[heartbeat]
#zone = "Europe/Vienna"
#[heartbeat.tasks.backup]
#cron = "30 3 * * *"
#[heartbeat.tasks.report]
#cron = "0 8 * * mon-fri"
#missed = "skip"
#run = { workflow = "report", inputs = {} }

# What org supervise does about what it finds: auto, propose (you approve each fix; the default in dev) or off.
#[supervisor]
#fixes = "propose"

# A room that is silent is observed: which sentences of yours are worth keeping. They wait for \`org memory review\`
# ("suggest"), are kept where the rules are sure ("auto"), or nothing is observed ("off").
#[observer]
#promotion = "suggest"
# Absent: the model that answered last in the room.
#model = "qwen3:4b"
# How long a room is silent before, and most tokens a day.
#silent_seconds = 600
#tokens = 20_000

# While you are away the home may ask a model what to do next, and do it within narrow limits (docs/autonomy.md).
#[autonomy]
#enabled = false
# Absent: the model of the rooms.
#model = "qwen3:4b"
# Only tools that change nothing.
#allow = ["memory_search", "tools_search"]
# Whether it may have tools built; each waits as a candidate for you.
#code = false

# Rooms in Telegram: org telegram (docs/telegram.md). The token of the bot stands in ORG_TELEGRAM_TOKEN, or in a variable.
#[telegram]
#token = "\${MY_BOT_TOKEN}"
# Who may use it, by number; \`org telegram --ids\` shows the numbers. In groups only these users.
#chats = [123456789, -1001234567890]
#users = [123456789]
# Of groups: messages that name the bot ("mentions"), or "all".
#groups = "mentions"
# Beside answers, questions and failures: "off", "milestones" or "all"; none in the quiet hours.
#reports = "milestones"
#quiet = "22:00-07:00"
#zone = "Europe/Vienna"
# A Bot API server of your own.
#server = "http://127.0.0.1:8081"
`;
