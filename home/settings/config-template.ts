/**
 * A first `org.config`: it holds no setting, and shows every one. A line that begins with `#` and a
 * letter is a setting that was put aside; what is explained begins with `# `.
 */
export const CONFIG_TEMPLATE = `# Settings of this home, in TOML. A flag overrides a variable, a variable overrides this file.
# Remove the # in front of a setting to use it; \`org config check\` finds mistakes, \`org config show\` prints
# the effective settings. No tool can write this file.

# "dev", or "prod": org asks before it acts, and has budgets.
#profile = "dev"
# "landlock" works without user namespaces, and promises less. "container": see [container] below.
#sandbox = "bubblewrap"
# Tools that pass the gate: "ask" for your approval, "auto", or "off".
#promotion = "ask"
# What a new tool may use without your approval; a list of "net:HOST", "files:read" and "files:write".
#approved_capabilities = ["net:api.example.org"]
# The only folder that personas write to, relative to this home.
#workspace = "workspace"

# The model server. Default: org looks for Ollama, llama.cpp and LM Studio on this machine.
#base = "http://127.0.0.1:11434"
# The protocol of the server: "openai", "ollama" or "anthropic".
#wire = "ollama"
# How long Ollama keeps a model in memory.
#keep_alive = "30m"
# Keep secrets in the environment; write only the name of the variable here.
#api_key = "\${MY_API_KEY}"
# true: the key may also go over plain http to another machine. Set it only if you trust the network.
#key_over_http = true
#model = "qwen3:8b"
# Models that answer if this one cannot: "MODEL", "PROVIDER" or "PROVIDER/MODEL".
#fallback = ["llama3.2", "cloud/claude-sonnet-4-5"]
# Finds tools and notes by meaning.
#embedding_model = "nomic-embed-text"
# Models that can see images, if their server does not report it; the names are patterns.
#image_models = ["gpt-4o*"]
# One of the servers below, instead of base, wire and api_key.
#provider = "cloud"
# Size of the models' context window in tokens; default: what their servers report.
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

# How org prompts these models; default: what it detects. The names are patterns.
#[models."qwen2.5-coder*"]
# "template": by the server's tools field, "text": in the prompt, "shape": each reply is one JSON object.
#calls = "shape"
# The short prompt, for small models.
#lean = true
#temperature = 0.2
# How many prompts the server keeps in its cache at once.
#slots = 3
# The markup in which it writes tool calls; docs/dialects.md.
#dialect = "hermes"
# true: its answers begin inside a thinking block.
#think_open = false

#[permissions]
# open, standard, supervised or locked.
#mode = "standard"
# Hosts that need no approval; org asks you about every other host.
#domains = ["docs.example.org", "*.wikipedia.org"]
# The only programs that \`sh\` may start.
#shell_programs = ["cat", "ls", "sort"]
# How long a call waits for your approval.
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

# A program of yours that judges every call; it can only make the decision stricter (docs/policy.md).
#[policy]
#program = "/usr/local/bin/org-policy"
#timeout_ms = 2000

# A container engine: for programs where sandbox = "container", and for docker_manage (docs/container.md).
#[container]
#socket = "/run/podman/podman.sock"
#image = "docker.io/library/debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#runtime = "crun"

# Several machines that share one PostgreSQL (docs/scale.md); default: this machine stores everything itself.
#[database]
#url = "\${MY_DATABASE}"
#node = "office"
# The Git repository by which machines exchange tools and personas, and the keys whose tags count besides that of this
# home; org doctor prints the key of each machine.
#remote = "ssh://git@example.com/org.git"
#signers = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAbcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"]

# A browser for the personas, once Chromium is there: org browser install (docs/browser.md). The line [browser] is enough.
#[browser]
#path = "/usr/lib/chromium/chromium"
#files = true   # files that pages give go into quarantine

# Tools of MCP servers for the personas (docs/mcp.md); they get none before you approve it: org mcp approve weather
#[mcp.servers.weather]
#url = "https://mcp.example.com/mcp"

# Calls a minute.
#[rates]
#web_fetch = 30

# Budgets: for one room; for all rooms until midnight UTC; for each persona a day; for one persona a day.
#[budget.session]
#tokens = 500_000
#[budget.day]
#money = 2.50
#[budget.persona]
#tokens = 200_000
#[budget.personas.python]
#tokens = 100_000
# For what the home does by itself; default: 200_000 (50_000 in the profile prod).
#[budget.autonomy]
#tokens = 50_000

# Prices for a million tokens, in your currency; "*" is every other model.
#[prices."qwen3:8b"]
#input = 0.10
#output = 0.40
#[prices."*"]
#input = 1.00
#output = 4.00

# The ports of org serve: further host names that they accept, and keys that sign requests.
#[http]
#hosts = ["org.example.net"]
#connections = 1024
#request_seconds = 30
#signature_seconds = 60
#[http.keys.ci]
#secret = "\${MY_SIGNING_KEY}"
#scope = "run"

# The jobs of org serve: how many run at once, how long an id stays taken, how long an ended job is kept.
#[jobs]
#workers = 4
#id_seconds = 300
#keep_hours = 24
#dead_days = 30

# The limits of org goal without flags; default: by the profile. money is in the currency of prices.
#[goals]
#cycles = 100
#seconds = 3600
#tokens = 200_000
#money = 1.50
#calls = 400
#actions = 100

# Whether org puts your notes into prompts by itself: auto, ask (you approve each time) or off.
#[memory]
#recall = "auto"

# Rules answer a message without a model, after models have answered it the same way 16 times: live, shadow (learn
# only) or off.
#[rules]
#mode = "live"

# Scheduled tasks of org serve: minute, hour, day, month, weekday; in the time zone of this machine, or in zone.
#[heartbeat]
#zone = "Europe/Vienna"
#[heartbeat.tasks.backup]
#cron = "30 3 * * *"
#[heartbeat.tasks.report]
#cron = "0 8 * * mon-fri"
#missed = "skip"
#run = { workflow = "report", inputs = {} }

# What org supervise does about a fault: auto, propose (you approve each fix; the default in dev) or off.
#[supervisor]
#fixes = "propose"

# When a room is silent, org looks for sentences of yours that are worth keeping. They wait for \`org memory review\`
# ("suggest"), or are kept if the rules are sure ("auto"); "off" does not look.
#[observer]
#promotion = "suggest"
# Default: the model that answered last in the room.
#model = "qwen3:4b"
# How long a room must be silent first, and the most tokens a day.
#silent_seconds = 600
#tokens = 20_000

# While you are away the home may ask a model what to do next, and do it within narrow limits (docs/autonomy.md).
#[autonomy]
#enabled = false
# Default: the model of the rooms.
#model = "qwen3:4b"
# The tools it may call; only tools without side effects are possible.
#allow = ["memory_search", "tools_search"]
# Whether it may build tools; each waits as a candidate for you.
#code = false

# Rooms in Telegram: org telegram (docs/telegram.md). The token of the bot is in ORG_TELEGRAM_TOKEN or this variable.
#[telegram]
#token = "\${MY_BOT_TOKEN}"
# Who may use it, by number; \`org telegram --ids\` shows the numbers. In groups only these users.
#chats = [123456789, -1001234567890]
#users = [123456789]
# Which messages of groups it reads: those that name the bot ("mentions"), or "all".
#groups = "mentions"
# Reports besides answers, questions and failures: "off", "milestones" or "all"; none in the quiet hours.
#reports = "milestones"
#quiet = "22:00-07:00"
#zone = "Europe/Vienna"
# A Bot API server of your own.
#server = "http://127.0.0.1:8081"
`;
