/**
 * Takes secrets out of a text before it is stored: the values that are known to be secret, and what
 * looks like the keys of well-known services.
 */

const SHAPES: readonly RegExp[] = [
  /\b(?:sk|pk|rk)-(?:[a-z]+-)*[A-Za-z0-9_-]{20,}/g, // OpenAI, Anthropic and those that copied them
  /\bgh[opsur]_[A-Za-z0-9]{36,}\b/g, // GitHub
  /\bgithub_pat_[A-Za-z0-9_]{40,}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,}/g, // GitLab
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, // Amazon
  /\bAIza[A-Za-z0-9_-]{35}/g, // Google
  /\bhf_[A-Za-z0-9]{30,}\b/g, // Hugging Face
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g, // Slack
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g, // JSON web tokens
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
];

const GONE = "[redacted]";

/** @param secrets exact values; those under eight characters would hide ordinary words. */
export function redactor(secrets: readonly string[] = []): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= 8);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, GONE);
    for (const shape of SHAPES) clean = clean.replace(shape, GONE);
    return clean;
  };
}
