/** Made-up secrets of every kind, put together here so that no scanner takes this file for a leak. */

export interface SecretSample {
  /** What is looked for, for the name of a test. */
  readonly kind: string;
  /** What must never come through. */
  readonly secret: string;
  /** A text as it occurs, with the secret in it. */
  readonly text: string;
  /** The same text as it may be shown. */
  readonly clean: string;
}

const LETTERS = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYz";

/** Letters and digits without any meaning. */
export function random(length: number, from: string = LETTERS): string {
  return from.repeat(Math.ceil(length / from.length)).slice(0, length);
}

function sample(kind: string, secret: string, around: (secret: string) => string): SecretSample {
  return { kind, secret, text: around(secret), clean: around("[redacted]") };
}

const mentioned = (secret: string) => `It is ${secret}, they said.`;
const hex = (length: number) => random(length, "0123456789abcdef");
const upper = (length: number) => random(length, "ABCDEFGH23456789");

const [begin, end] = ["BEGIN", "END"].map((word) => `-----${word} OPENSSH PRIVATE KEY-----`);
const keyFile = `${begin}\n${random(70)}\n${random(70, "mN/b+3zQ")}\n${end}`;
const pgpFile = keyFile.replaceAll("OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK");
const token = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0In0", random(43)].join(".");

export const SECRET_SAMPLES: readonly SecretSample[] = [
  sample("OpenAI key", `sk-proj-${random(40)}`, mentioned),
  sample("Anthropic key", `sk-ant-api03-${random(60)}-${random(20)}`, mentioned),
  sample("lower-case API key", `sk-${"a".repeat(32)}`, mentioned),
  sample("GitHub token", `ghp_${random(36)}`, mentioned),
  sample("fine-grained GitHub token", `github_pat_${random(22)}_${random(59)}`, mentioned),
  sample("org token", `org_${hex(12)}_${random(43)}`, mentioned),
  sample("GitLab token", `glpat-${random(20)}`, mentioned),
  sample("AWS access key id", `AKIA${upper(16)}`, mentioned),
  sample("Google API key", `AIza${random(35)}`, mentioned),
  sample("Google client secret", `GOCSPX-${random(28)}`, mentioned),
  sample("Hugging Face token", `hf_${random(34)}`, mentioned),
  sample("Slack token", `xoxb-${random(12, "123456789")}-${random(24)}`, mentioned),
  sample("Slack webhook", `hooks.slack.com/services/T${upper(8)}/B${upper(8)}/${random(24)}`, (s) =>
    mentioned(`https://${s}`),
  ),
  sample("Stripe key", `sk_live_${random(24)}`, mentioned),
  sample("npm token", `npm_${random(36)}`, mentioned),
  sample("PyPI token", `pypi-AgEIcHlwaS5vcmc${random(60)}`, mentioned),
  sample("SendGrid key", `SG.${random(22)}.${random(43)}`, mentioned),
  sample("Telegram token", `AA${random(33)}`, (s) => `bot12345678:${s} answers`),
  sample("Twilio key", `SK${hex(32)}`, mentioned),
  sample("DigitalOcean token", `dop_v1_${hex(64)}`, mentioned),
  sample("Vault token", `hvs.${random(30)}`, mentioned),
  sample("age key", `AGE-SECRET-KEY-1${upper(58)}`, mentioned),
  sample("Groq key", `gsk_${random(52)}`, mentioned),
  sample("Notion token", `ntn_${random(46)}`, mentioned),
  sample("Fly token", `fm2_${random(80)}`, mentioned),
  sample("Doppler token", `dp.pt.${random(43)}`, mentioned),
  sample("JSON web token", token, mentioned),
  sample("bearer header", random(30), (s) => `GET / HTTP/1.1\nAuthorization: Bearer ${s}\nHost: x`),
  sample("basic header", btoa("bob:hunter2"), (s) => `Proxy-Authorization: Basic ${s}\n`),
  sample("header in JSON", random(30), (s) => `{"authorization": "Bearer ${s}", "x": 1}`),
  sample("password in an address", "s3cr3t!pw", (s) => `postgres://bob:${s}@db.local:5432/app`),
  sample("token in an address", random(40), (s) => `git clone https://${s}@git.local/a.git`),
  sample("signed address", random(44), (s) => `https://files.local/a?se=2030&sig=${s}&sp=r`),
  sample("SSH key", keyFile, (s) => `$ cat id\n${s}\n$ `),
  sample("PGP key", pgpFile, (s) => `key:\n${s}\nthat was it`),
  sample("escaped key file", keyFile.replaceAll("\n", "\\n"), (s) => `{"private_key": "${s}"}`),
  sample(
    "password in JSON",
    'corr"ect ho\\rse',
    (s) => `{"user": "bob", "password": ${JSON.stringify(s)}, "n": 1}`,
  ),
  sample("password in JSON in JSON", "hunter two 2", (s) =>
    JSON.stringify({ arguments: JSON.stringify({ password: s, user: "bob" }) }),
  ),
  sample("assignment", "hunter2", (s) => `login user=bob password=${s} host=x`),
  sample("word in settings", "swordfishes", (s) => `db:\n  user: bob\n  password: ${s}\n  port: 1`),
  sample("variable", "x9,Qz!7;k|w", (s) => `export DB_PASSWORD=${s} PORT=1`),
  sample(
    "AWS secret key",
    random(40, "wJalrXUtnFEMI/K7MDENG+bPxRfi"),
    (s) => `[default]\naws_secret_access_key = ${s}\nregion = eu-1`,
  ),
  sample(
    "storage key",
    `${random(86)}==`,
    (s) => `DefaultEndpointsProtocol=https;AccountKey=${s};EndpointSuffix=x`,
  ),
  sample("option", "hunter2!", (s) => `mytool --user bob --password ${s} --verbose`),
  sample("user option", "hunter2!", (s) => `curl -u bob:${s} http://localhost/`),
  sample(".netrc", "hunt,er2", (s) => `machine api.local\n  login bob\n  password ${s}\n`),
  sample(
    ".netrc in JSON",
    "hunt,er2",
    (s) => `{"cmd":"echo machine a login bob\\npassword ${s}\\n"}`,
  ),
  sample("cookie", `${random(30)}; theme=dark`, (s) => `Cookie: session=${s}\nAccept: */*`),
  sample("XML", "hunter2", (s) => `<user>bob</user><password>${s}</password>`),
  sample("a sentence", "hunter2", (s) => `By the way, my password is ${s} since May.`),
];

/** A file that models must not see, whatever its name. */
export const HOLDS_SECRET: string = `{ "token": "ghp_${random(36)}" }\n`;
