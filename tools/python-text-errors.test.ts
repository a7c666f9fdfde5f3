/** Mistakes about commands, texts and time zones in the programs of models, in the real sandbox. */
import { expect, test } from "bun:test";
import { pythonRunTool } from "./python-run.ts";

const context = { signal: new AbortController().signal, persona: "agent" };
const run = async (code: string) => await pythonRunTool().run({ code }, context);
const listed = (words: string, how = "") =>
  `import subprocess\nr = subprocess.run(${words}, capture_output=True, text=True${how})\nprint(r.stdout, end="")`;

// A model of 1.5B parameters split such a command at its spaces, and answered with the sign and all behind it.
test.each([
  ["['echo', 'salmon', '|', 'tr', 'a-y', 'b-z']", "tbmnpo"],
  ["('printf', 'b a\\\\n', '|', 'cat', '|', 'rev')", "a b"],
])("a list of words with a pipe runs as one: %s", async (words, printed) => {
  expect((await run(listed(words))).output).toBe(printed);
});

test.each([
  ["['echo', 'a', '|']", "", "a |"],
  ["['echo', '|', 'no-such-program']", "", "| no-such-program"],
  ["'echo a | cat'", ", shell=True", "a"],
  ["['echo', 'a|b']", "", "a|b"],
  ["['echo', \"it's\", '|', 'cat']", "", "it's"],
])("any other command runs as it is: %s", async (words, how, printed) => {
  expect((await run(listed(words, how))).output).toBe(printed);
});

// The right program with one step too many, and calls of Python 2: told of the error, a real model gave up the right program.
test.each([
  ["codecs.encode('salmon', 'rot13').decode()", "fnyzba"],
  ["codecs.encode('salmon', 'rot13').decode('utf-8', errors='strict')", "fnyzba"],
  ["'salmon'.encode('rot13')", "fnyzba"],
  ["'fnyzba'.encode().decode('rot-13')", "salmon"],
  ["'fnyzba'.decode('rot_13')", "salmon"],
  ["b'salmon'.encode()", "b'salmon'"],
  ["'salmon'.encode('hex')", "73616c6d6f6e"],
  ["'73616c6d6f6e'.decode('hex')", "salmon"],
  ["'salmon'.encode('base64')", "c2FsbW9u"],
  ["codecs.encode('salmon', 'base64').decode().strip()", "c2FsbW9u"],
  ["base64.b64encode('salmon').decode()", "c2FsbW9u"],
  ["hashlib.md5('salmon').hexdigest()", "180fd182f9a0742f483619781ccc36c4"],
  ["zlib.crc32('salmon')", "3786845134"],
  ["binascii.hexlify('salmon').decode()", "73616c6d6f6e"],
  ["hashlib.new('md5', 'salmon').hexdigest()", "180fd182f9a0742f483619781ccc36c4"],
])("%s means what it can only mean", async (code, printed) => {
  const { ok, output } = await run(
    `import base64, binascii, codecs, hashlib, zlib\nprint(${code})`,
  );
  expect([output, ok]).toEqual([printed, true]);
});

test.each([
  ["'naïve'.encode('ascii')", "UnicodeEncodeError"],
  ["b'\\xff'.decode()", "UnicodeDecodeError"],
  ["'salmon'.encode('no-such')", "LookupError"],
  ["(5).decode()", "AttributeError"],
  ["'zz'.decode('hex')", "Error"],
])("%s fails as ever", async (code, error) => {
  const { ok, output } = await run(`print(${code})`);
  expect(ok).toBe(false);
  expect(output).toContain(error);
});

test.each([
  ["'naïve'.encode('utf-16-le').decode('utf-16-le')", "naïve"],
  ["'naïve'.encode('ascii', 'ignore').decode()", "nave"],
  ["Own().decode(3)", "3 decoded"],
])("%s is left as it is", async (code, printed) => {
  const own = "class Own:\n    def decode(self, what):\n        return f'{what} decoded'\n";
  expect((await run(`${own}print(${code})`)).output).toBe(printed);
});

// Told that the two cannot be added, a real model wrote the same five times, and gave up.
test.each([
  ["timezone.utc + timedelta(hours=2)", "UTC+02:00"],
  ["timezone.utc - timedelta(hours=4, minutes=30)", "UTC-04:30"],
  ["datetime.timezone.utc+timedelta(hours=2)", "UTC+02:00"],
  ["timezone.utc", "UTC"],
  ["Clock().utc + 2", "5"],
])("a zone and a time is the zone so far from it: %s", async (code, printed) => {
  const lines = ["from datetime import datetime, timedelta, timezone", "class Clock: utc = 3"];
  const { ok, output } = await run([...lines, `print(${code})`].join("\n"));
  expect([output, ok]).toEqual([printed, true]);
});
