/** Keys and tokens that are recognised by their beginning. */
import { BOUNDARY, LONGEST_WORD, type SecretKind } from "./secret-kind.ts";

/** Letters, digits, and what base64url adds. */
const WIDE = "A-Za-z0-9_-";
const PLAIN = "A-Za-z0-9";
const HEX = "a-f0-9";

/** @see https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns */
export const TOKENS: readonly SecretKind[] = [
  // OpenAI, Anthropic and those that copied them. Names of CSS classes begin so, too: a key has capitals,
  // digits, or a long part without a hyphen.
  token(
    "API key",
    ["sk-"],
    `(?=[a-z-]{0,40}[A-Z0-9_]|(?:[a-z]{1,12}-){0,2}[a-z]{20})${run(WIDE, 18)}`,
  ),
  token(
    "GitHub token",
    ["ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_"],
    run("A-Za-z0-9_", 36),
  ),
  // Of our own ports.
  token("org token", ["org_"], `[0-9a-f]{12}_${run(WIDE, 43)}`),
  token(
    "GitLab token",
    ["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-"],
    run(`.${WIDE}`, 20),
  ),
  token("AWS access key id", ["AKIA", "ASIA", "AROA", "AIDA"], "[A-Z0-9]{16}(?![A-Z0-9])"),
  token("Google API key", ["AIza"], "[A-Za-z0-9_-]{35}"),
  token("Google token", ["ya29.", "GOCSPX-"], run(WIDE, 20)),
  token("Hugging Face token", ["hf_"], run(PLAIN, 30)),
  token(
    "Slack token",
    ["xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-", "xoxe-", "xapp-"],
    run("A-Za-z0-9-", 10),
  ),
  token("Slack webhook", ["hooks.slack.com/services/T"], run("A-Za-z0-9/", 30)),
  token("Discord webhook", ["discord.com/api/webhooks/"], `\\d{6,24}/${run(WIDE, 30)}`),
  token(
    "Stripe key",
    ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"],
    run("A-Za-z0-9+/=", 16),
  ),
  token("npm token", ["npm_"], run(PLAIN, 36)),
  token("PyPI token", ["pypi-AgE"], run(WIDE, 50)),
  token("SendGrid key", ["SG."], `[A-Za-z0-9_-]{16,32}\\.${run(WIDE, 16)}`),
  token("Twilio key", ["SK"], "[0-9a-f]{32}(?![0-9a-f])"),
  token("DigitalOcean token", ["dop_v1_", "doo_v1_", "dor_v1_"], run(HEX, 64)),
  token("Docker token", ["dckr_pat_", "dckr_oat_"], run(WIDE, 20)),
  token("Shopify token", ["shpat_", "shpca_", "shppa_", "shpss_"], run("a-fA-F0-9", 32)),
  token("Vault token", ["hvs.", "hvb.", "hvr."], run(WIDE, 24)),
  token("age key", ["AGE-SECRET-KEY-1"], run("A-Z0-9", 40)),
  token("Databricks token", ["dapi"], run(`${HEX}-`, 32)),
  token("Groq key", ["gsk_"], run(PLAIN, 40)),
  token("xAI key", ["xai-"], run(PLAIN, 40)),
  token("Replicate token", ["r8_"], run(PLAIN, 32)),
  token("Perplexity key", ["pplx-"], run(PLAIN, 32)),
  token("NVIDIA key", ["nvapi-"], run(WIDE, 40)),
  token("Linear key", ["lin_api_"], run(PLAIN, 32)),
  token("Supabase token", ["sbp_"], run(HEX, 40)),
  token("Grafana token", ["glsa_"], run(WIDE, 32)),
  token("Tailscale key", ["tskey-"], run(WIDE, 20)),
  token(
    "Notion token",
    ["ntn_", "secret_"],
    "(?=[A-Za-z]{0,42}\\d)[A-Za-z0-9]{43,50}(?![A-Za-z0-9])",
  ),
  token("Fly token", ["fm1_", "fm2_", "fm1r_", "fm2r_", "fo1_"], run("A-Za-z0-9+/=_-", 40)),
  token(
    "Doppler token",
    ["dp.pt.", "dp.st.", "dp.sa.", "dp.ct.", "dp.scim.", "dp.audit."],
    run(`.${WIDE}`, 40),
  ),
  {
    ...token(
      "JSON web token",
      ["eyJ"],
      `[A-Za-z0-9_-]{8,2000}\\.eyJ${run(WIDE, 4)}(?:\\.[A-Za-z0-9_-]{1,1024})?`,
    ),
    // Not within a word of its own alphabet: else each "eyJ" in it would be followed to the word's end.
    before: "(?<!(?<!\\\\)[A-Za-z0-9_-])",
  },
  {
    name: "Telegram token",
    // Not from its number on: a pattern that begins with a digit is tried at every number of a log.
    starts: ["AA"],
    before: "(?<=\\d{8,10}:)",
    secret: "AA[A-Za-z0-9_-]{33}",
  },
];

/** @param starts literal beginnings. @param rest what follows any of them, as a regular expression. */
function token(name: string, starts: readonly string[], rest: string): SecretKind {
  const prefix = starts.map((start) => start.replaceAll(".", "\\.")).join("|");
  return { name, starts, before: BOUNDARY, secret: `(?:${prefix})${rest}` };
}

function run(alphabet: string, shortest: number): string {
  return `[${alphabet}]{${shortest},${LONGEST_WORD}}`;
}
