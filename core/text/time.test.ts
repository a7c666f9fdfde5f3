import { expect, test } from "bun:test";
import { TextCleaner } from "./text-cleaner.ts";

const cleaner = new TextCleaner(["swordfish-1", "correct horse battery"]);
const BEGIN = `-----${"BEGIN"} RSA PRIVATE KEY-----\n`;

// Each is the beginning of something that is looked for, many times over: nothing of it may be
// followed again and again.
const ENDLESS = [
  ...[
    "a",
    "eyJ",
    "eyJaaaaaaaa.",
    "eyJaaaaaaaa-",
    "sk-",
    "sk-a-",
    "xoxb-",
    "AKIAABCD",
    "ghp_aaaaaaa",
  ],
  ...["//", "://a:", "https://aaaa:aaaa", "&sig=a", "12345678:AA", "-u ", "-u a:b", "--password "],
  ...['password="', "pwd='pwd=\"", 'pwd=\\"pwd="pwd=\'pwd=`', "password: ", 'password : "a b c '],
  ...[
    "pwd=))))))))",
    "key=)",
    "api key ",
    "token=a ",
    "PASSWORD=,,,,",
    "KEY_A_B=",
    "secret_access_",
  ],
  ...[
    'pwd="a b the the the ',
    "authorization: ",
    "Bearer ",
    "Basic ",
    "cookie: a=b; ",
    "cookie: a",
  ],
  ...["-----BEGIN ", "-----BEGIN RSA ", BEGIN, "machine a ", "machine a login b ", "default "],
  ...["\\", '"', "'", " ", "\t", ";", "a;", "=", "漢", "\u202e", "\u200b", "é\u200d", "[redacted]"],
  ...["\u001b[", "\u001b]", "\u001b[1m", "correct horse ", "swordfish-"],
];

test.each(ENDLESS.map((unit) => [JSON.stringify(unit), unit]))(
  "%s without end takes time in proportion to its length",
  (_name, unit) => {
    for (const prefix of ["", BEGIN]) {
      const text = (length: number) => prefix + unit.repeat(Math.ceil(length / unit.length));
      for (const clean of [whole, inPieces]) {
        expect(isProportional(clean, text(8000), text(24_000))).toBe(true);
      }
    }
  },
);

test.each(["a", "KEY_A_B=", "eyJaaaaaaaa-"])(
  "a word of %s that never ends does so, too",
  (unit) => {
    expect(isProportional(inPieces, unit.repeat(45_000 / unit.length), unit.repeat(10_000))).toBe(
      true,
    );
  },
);

function whole(text: string): void {
  cleaner.clean(text);
}

function inPieces(text: string): void {
  const gate = cleaner.createTextGate();
  for (let at = 0; at < text.length; at += 7) gate.push(text.slice(at, at + 7));
  gate.end();
}

/** Measured up to five times: what else the machine does may double one figure, but hardly all of them. */
function isProportional(clean: (text: string) => void, short: string, long: string): boolean {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const perCharacterMs = milliseconds(() => clean(long)) / long.length;
    // Faster than a model writes by far, whatever the short one takes.
    if (perCharacterMs < 0.0005) return true;
    if (perCharacterMs < (2.5 * milliseconds(() => clean(short))) / short.length) return true;
  }
  return false;
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
