import { expect, test } from "bun:test";
import { environmentSecrets } from "./environment.ts";

test.each([
  "OPENAI_API_KEY",
  "GITHUB_TOKEN",
  "AWS_SECRET_ACCESS_KEY",
  "DB_PASSWORD",
  "PGPASSWORD",
  "MYSQL_PWD",
  "SECRET_KEY_BASE",
  "CLIENT_SECRET",
  "TOKEN_2",
  "npm_config__auth",
  "APIKEY",
])("%s is a secret", (name) => {
  expect(environmentSecrets({ [name]: "x7 value" })).toEqual(["x7 value"]);
});

test.each([
  ["PWD", "/home/bob/project"],
  ["OLDPWD", "/home/bob"],
  ["SSH_AUTH_SOCK", "/tmp/agent.1"],
  ["PASSWORD_FILE", "/run/secrets/db"],
  ["MAX_TOKENS", "4096"],
  ["KEYBOARD", "de"],
  ["AUTHOR", "Bob"],
  ["USE_TOKEN", "true"],
  // An ordinary word: it would be gone from every text.
  ["DB_PASSWORD", "postgres"],
  // What servers are given that look at no key.
  ["OPENAI_API_KEY", "not-needed"],
  ["HOME_URL", "https://host.local/a"],
])("%s=%s is none", (name, value) => {
  expect(environmentSecrets({ [name]: value })).toEqual([]);
});

test("the password of an address is a secret, as it stands there and as it is typed", () => {
  expect(
    environmentSecrets({ DATABASE_URL: "postgres://bob:p%40ss@host/db", EMPTY: undefined }),
  ).toEqual(["p%40ss", "p@ss"]);
});
