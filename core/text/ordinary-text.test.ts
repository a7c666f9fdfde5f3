import { expect, test } from "bun:test";
import { TextCleaner } from "./text-cleaner.ts";

const cleaner = new TextCleaner();

test.each([
  ["prose", "The task-force asked: is sk-8 a road? See eyJ and AKIA in the manual."],
  [
    "prose about secrets",
    "The secret: patience. A token of love; the key is practice, the password required.",
  ],
  [
    "prose about passwords",
    "Enter your password: it must be at least 8 characters. Password: required.",
  ],
  ["a dialogue", '"What is the password?" - "The password is wrong," said the bearer of bad news.'],
  [
    "a sentence about headers",
    "Send an Authorization: Bearer header, or basic authentication with a cookie.",
  ],
  ["a sentence about machines", "Machine learning needs a default login and password policy."],
  ["Chinese", "密码是必需的，请输入您的密码。令牌：无。"],
  ["a mark of time", "pass: 12, fail: 0, tokens: 123456, token: 42 at 12:30:45"],
  [
    "commits",
    `commit ${"3f786850e387550fdab836ed7e6dc881de23001b"}\nindex 89e6c98..d1a6fa2 100644\n`,
  ],
  [
    "digests",
    `sha256:${"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}  a.txt`,
  ],
  [
    "a lock file",
    `"integrity": "sha512-${"x9Yz".repeat(21)}==", "resolved": "https://r.local/a.tgz"`,
  ],
  ["identifiers", "id 8f14e45f-ceea-467f-a0e6-8d6e2c0d2f11 turn-01k2x7m4n5 msg-01k2x7m4n6"],
  ["an IPv6 address", "fe80::1234:5678:9abc:def0 and http://[::1]:8080/path?key=1"],
  ["addresses", "https://host.local:8080/a@b and mailto:bob@host.local, git@host.local:a/b.git"],
  ["a placeholder", "export API_KEY=your-key-here\nTOKEN=$TOKEN\nPASSWORD=$(cat file)\n"],
  ["placeholders in addresses", "postgres://user:password@host/db http://$USER:$PASS@host <a:b@c>"],
  [
    "settings by reference",
    'api_key = os.environ["API_KEY"]\npassword: %(env_password)s\ntoken: null',
  ],
  [
    "TypeScript",
    "const token = await getToken(user);\ninterface A { password: string; token?: Token }",
  ],
  [
    "more TypeScript",
    'if (typeof apiKey === "function") login(user, (password) => hash(password));',
  ],
  ["Python", "def f(password=None, token=token, secret=self.secret):\n    key = keys[0]\n"],
  ["an error text", "OPENAI_API_KEY: not set. → export OPENAI_API_KEY=..."],
  ["a form", '<label for="password">Password</label><input type="password" name="password">'],
  ["labels", '{"password": "Password", "forgot": "Forgot password?", "token": "identifier"}'],
  ["a schema", '{"password": {"type": "string", "minLength": 8}, "secret": "string"}'],
  [
    "names of classes",
    ".sk-folding-cube .sk-cube-grid-animation { } .sk-chasing-dots-container { }",
  ],
  ["a path", "PWD=/home/bob/app KEY_FILE=/etc/keys/a.pem password_file: ./secrets/db.txt"],
  ["options", "docker run -u 1000:1000 --name a; date -u +%H:%M:%S; use --password-stdin"],
  [
    "a public key",
    `-----BEGIN ${"PUBLIC KEY"}-----\nMFkwEwYHKoZIzj0CAQYI\n-----END PUBLIC KEY-----`,
  ],
  ["one that is taken out already", 'password=[redacted] Bearer [redacted] "token": "[redacted]"'],
])("%s stays as it is", (_what, text) => {
  expect(cleaner.clean(text)).toBe(text);
  expect(cleaner.secretsIn(text)).toEqual([]);
});

test("of 4.7 MB of manuals that speak of passwords and keys hardly a word is lost", async () => {
  const folder = `${import.meta.dir}/../../node_modules/bun-types/docs`;
  let characters = 0;
  let lost = 0;
  for await (const path of new Bun.Glob("**/*.{md,mdx}").scan(folder)) {
    const text = await Bun.file(`${folder}/${path}`).text();
    characters += text.length;
    lost += cleaner.clean(text).split("[redacted]").length - text.split("[redacted]").length;
  }
  expect(characters).toBeGreaterThan(1_000_000);
  expect(lost).toBeLessThan(20); // all of them examples of what is looked for
});
