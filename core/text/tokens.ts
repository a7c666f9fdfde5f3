/** Keys and tokens that are known by how they begin. */
import { BOUNDARY, LONGEST_WORD, type SecretKind } from "./secret-kind.ts";

/** Letters, digits, and what base64url adds. */
const WIDE = "A-Za-z0-9_-";
const PLAIN = "A-Za-z0-9";

/** @see https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns */
export const TOKENS: readonly SecretKind[] = [
  // OpenAI, Anthropic and those that copied them. Names of CSS classes begin so, too: a key has capitals,
  // digits, or a long part without a hyphen.
  token("API key", "sk-(?=[a-z-]{0,40}[A-Z0-9_]|(?:[a-z]{1,12}-){0,2}[a-z]{20})", [WIDE, 18]),
  token("GitHub token", "(?:gh[opsur]_|github_pat_)", ["A-Za-z0-9_", 36]),
  token("GitLab token", "gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|oas|imt)-", [`.${WIDE}`, 20]),
  fixed("AWS access key id", "A(?:KIA|SIA|GPA|IDA|ROA)[A-Z0-9]{16}(?![A-Z0-9])"),
  fixed("Google API key", "AIza[A-Za-z0-9_-]{35}"),
  token("Google token", "(?:ya29\\.|GOCSPX-)", [WIDE, 20]),
  token("Hugging Face token", "hf_", [PLAIN, 30]),
  token("Slack token", "x(?:ox[abceprs]|app)-", ["A-Za-z0-9-", 10]),
  token("Slack webhook", "hooks\\.slack\\.com/services/T", ["A-Za-z0-9/", 30]),
  token("Discord webhook", "discord(?:app)?\\.com/api/webhooks/\\d{6,24}/", [WIDE, 30]),
  token("Stripe key", "(?:[spr]k_(?:live|test)_|whsec_)", ["A-Za-z0-9+/=", 16]),
  token("npm token", "npm_", [PLAIN, 36]),
  token("PyPI token", "pypi-AgE", [WIDE, 50]),
  token("SendGrid key", "SG\\.[A-Za-z0-9_-]{16,32}\\.", [WIDE, 16]),
  // Begins at the colon: a pattern that begins with a digit is tried at every number of a log.
  {
    name: "Telegram token",
    before: ":(?<=\\d{8,10}:)",
    secret: "AA[A-Za-z0-9_-]{33}",
  },
  fixed("Twilio key", "SK[0-9a-f]{32}(?![0-9a-f])"),
  token("DigitalOcean token", "do[opr]_v1_", ["a-f0-9", 64]),
  token("Docker token", "dckr_[a-z]{3,4}_", [WIDE, 20]),
  token("Shopify token", "shp(?:at|ca|pa|ss)_", ["a-fA-F0-9", 32]),
  token("Vault token", "hv[sbr]\\.", [WIDE, 24]),
  token("age key", "AGE-SECRET-KEY-1", ["A-Z0-9", 40]),
  token("Databricks token", "dapi", ["a-f0-9-", 32]),
  token("Groq key", "gsk_", [PLAIN, 40]),
  token("xAI key", "xai-", [PLAIN, 40]),
  token("Replicate token", "r8_", [PLAIN, 32]),
  token("Perplexity key", "pplx-", [PLAIN, 32]),
  token("NVIDIA key", "nvapi-", [WIDE, 40]),
  token("Linear key", "lin_api_", [PLAIN, 32]),
  token("Supabase token", "sbp_", ["a-f0-9", 40]),
  token("Grafana token", "glsa_", [WIDE, 32]),
  token("Tailscale key", "tskey-", [WIDE, 20]),
  {
    name: "JSON web token",
    // Not within a word of its own alphabet: else each "eyJ" in it would be followed to the word's end.
    before: "(?<!(?<!\\\\)[A-Za-z0-9_-])",
    secret: `eyJ[A-Za-z0-9_-]{8,2000}\\.eyJ[A-Za-z0-9_-]{4,${LONGEST_WORD}}(?:\\.[A-Za-z0-9_-]{1,1024})?`,
  },
];

function token(
  name: string,
  prefix: string,
  [alphabet, shortest]: readonly [string, number],
): SecretKind {
  return fixed(name, `${prefix}[${alphabet}]{${shortest},${LONGEST_WORD}}`);
}

function fixed(name: string, secret: string): SecretKind {
  return { name, before: BOUNDARY, secret };
}
