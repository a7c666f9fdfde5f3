import { expect, test } from "bun:test";
import { processorMs } from "#test/processor-time.ts";
import { random, SECRET_SAMPLES } from "#test/secret-samples.ts";
import { holdsCertainSecret } from "./certain-secrets.ts";

const keyOf = (label: string, body: string, end = "\n") =>
  ["BEGIN", "END"].map((word) => `-----${word} ${label}-----`).join(`${end}${body}${end}`);
const sampleOf = (kind: string) => SECRET_SAMPLES.find((one) => one.kind === kind)?.text ?? kind;

test.each([
  ...["OpenAI key", "Anthropic key", "GitHub token", "fine-grained GitHub token", "GitLab token"],
  ...["AWS access key id", "Google API key", "Slack token", "Slack webhook", "Stripe key"],
  ...["npm token", "PyPI token", "Hugging Face token", "Telegram token", "Vault token", "age key"],
  ...["DigitalOcean token", "SSH key", "PGP key", "escaped key file"],
])("certain: %s", (kind) => {
  expect(holdsCertainSecret(sampleOf(kind))).toBe(true);
});

test("a service account is known by its key, and a short key by its body", () => {
  const account = { type: "service_account", private_key: keyOf("PRIVATE KEY", random(200)) };
  expect(holdsCertainSecret(JSON.stringify(account, null, 2))).toBe(true);
  expect(holdsCertainSecret(keyOf("PRIVATE KEY", random(64)))).toBe(true);
  const locked = `Proc-Type: 4,ENCRYPTED\r\nDEK-Info: AES-128-CBC,00\r\n\r\n${random(300)}`;
  expect(holdsCertainSecret(keyOf("RSA PRIVATE KEY", locked, "\r\n"))).toBe(true);
});

test.each([
  ["nothing", "Read README.md first.\n"],
  ["an assignment in a test", 'login({ user: "bob", password: "hunter2hunter2" });'],
  ["the key of AWS's own documents", `id = ${"AKIA"}IOSFODNN7EXAMPLE`],
  ["a token to be filled in", `token: ${"ghp_"}${"x".repeat(36)}`],
  ["one of a single letter", `token: ${"ghp_"}${"a".repeat(36)}`],
  ["a key without a body", keyOf("RSA PRIVATE KEY", "...")],
  ["a key of which the body is made up", keyOf("RSA PRIVATE KEY", "A".repeat(200))],
  ["a public key", keyOf("PUBLIC KEY", random(200))],
  ["a certificate", keyOf("CERTIFICATE", random(900))],
  ["classes of CSS", ".sk-circle-fade-dot12-before-it-rises, .sk-chasing_dot1-is-a-class { }"],
  ["a JSON web token", sampleOf("JSON web token")],
  ["a checksum", "sum: SK0123456789abcdef0123456789abcdef"],
])("not certain: %s", (_what, text) => {
  expect(holdsCertainSecret(text)).toBe(false);
});

test("behind a key that is made up a real one is found", () => {
  const made = `first: ${"AKIA"}IOSFODNN7EXAMPLE\n`;
  expect(holdsCertainSecret(`${made}second: ${"AKIA"}${random(16, "Q3RZ7KLM2WXP9VTB")}\n`)).toBe(
    true,
  );
});

test("a hostile text takes time in proportion to its length", async () => {
  const parts = ["-----BEGIN PRIVATE KEY-----\n", "sk-", "eyJ", "a-", "AKIA", "-----BEGIN "];
  for (const part of parts) {
    const spent = async (kibibytes: number) => {
      const text = part.repeat(Math.ceil((kibibytes * 1024) / part.length));
      return await processorMs(() => void holdsCertainSecret(text));
    };
    // Of what takes a few milliseconds the ratio says nothing.
    const few = Math.max(await spent(64), 20);
    expect(await spent(256)).toBeLessThan(few * 10);
  }
});
