import { expect, test } from "bun:test";
import { looksSecret } from "./secret-names.ts";

test("files that hold secrets are known by their names, in any folder and in any case", () => {
  for (const path of [
    ".env",
    ".env.local",
    "app/.ENV.production",
    "id_rsa",
    "keys/id_ed25519_work",
    "server.pem",
    "tls/server.key",
    "credentials",
    "credentials.json",
    ".npmrc",
    ".pypirc",
    ".netrc",
    ".git-credentials",
    "a.p12",
    "a.pfx",
    "release.keystore",
    ".aws/config",
    "home/.ssh/known_hosts",
    "service-account-prod.json",
    "secrets.yaml",
  ]) {
    expect([path, looksSecret(path)]).toEqual([path, true]);
  }
});

test("samples, public keys and programs that handle secrets are not taken for secrets", () => {
  for (const path of [
    ".env.example",
    ".env.sample",
    ".env.template",
    "id_rsa.pub",
    "credentials.ts",
    "src/credentials/store.py",
    "environment.ts",
    "keys.md",
    "monkey",
    "secrets.ts",
    "docs/env",
  ]) {
    expect([path, looksSecret(path)]).toEqual([path, false]);
  }
});
