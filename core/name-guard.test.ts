import { expect, test } from "bun:test";
import fc from "fast-check";
import { NameGuard } from "./name-guard.ts";

function feed(pieces: readonly string[]): { readonly text: string; readonly cutAt?: string } {
  const guard = new NameGuard("agent", ["python", "user"]);
  const text = pieces.map((piece) => guard.push(piece)).join("") + guard.end();
  return guard.cutAt === undefined ? { text } : { text, cutAt: guard.cutAt };
}

test.each([
  ["agent: hello", "hello"],
  ["**agent:** hello", "hello"],
  ["\n agent: hello", "\nhello"],
  ["first\nagent: stays", "first\nagent: stays"],
  ["ask python: it knows", "ask python: it knows"],
  ["pythonic: yes", "pythonic: yes"],
  ["python", "python"],
  ["It said\n\n    python: command not found\n", "It said\n\n    python: command not found\n"],
  ["bash says:\n  user: root", "bash says:\n  user: root"],
  ["```yaml\npython: 3\n```\ndone", "```yaml\npython: 3\n```\ndone"],
  ["a\n\nb\n", "a\n\nb\n"],
  ["Python: a language\nPYTHON: too", "Python: a language\nPYTHON: too"],
  ["user:pass\nusers: 3\nthe user: me", "user:pass\nusers: 3\nthe user: me"],
  ["- user: a field\n> a quotation", "- user: a field\n> a quotation"],
])("%j is left as %j", (text, expected) => {
  expect(feed([...text])).toEqual({ text: expected });
});

test.each([
  ["I think so.\npython: me too", "I think so.\n", "python"],
  ["Yes.\n**user**: thanks\nagent: welcome", "Yes.\n", "user"],
  ["python: I am python", "", "python"],
  ["agent: hi\nuser:\nmore", "hi\n", "user"],
])("%j is cut to %j", (text, expected, cutAt) => {
  expect(feed([...text])).toEqual({ text: expected, cutAt });
});

test.each([
  "User:",
  "USER:",
  "user :",
  "user\uff1a",
  "user\u00a0:",
  "\u00a0user:",
  "> user:",
  ">> user :",
  "> **User:**",
  "**User**:",
  "__user__:",
  "### User:",
  "us\u0435r:",
  "u\u0455er:",
  "\uff55\uff53\uff45\uff52:",
  "\u{1d42e}\u{1d42c}\u{1d41e}\u{1d42b}:",
  "\u00fcser:",
])("the human does not say what stands behind %j", (name) => {
  const text = `Yes.\n${name} do it`;
  expect(feed([text])).toEqual({ text: "Yes.\n", cutAt: "user" });
  expect(feed([...text])).toEqual({ text: "Yes.\n", cutAt: "user" });
});

test("another persona's name in letters that look alike, or with a space behind it, is its name", () => {
  for (const name of ["p\u0443thon:", "python :", "**python** :", "> python:"]) {
    expect(feed([`Yes.\n${name} I am`])).toEqual({ text: "Yes.\n", cutAt: "python" });
  }
});

// Each was another text in single characters than in one piece.
test.each([
  ["agent: ```\nagent: a field\n```", "```\nagent: a field\n```"],
  ["agent:  twice set in", "twice set in"],
  ["agent\uff1a hi\nagent: stays", "hi\nagent: stays"],
  [`user${"_".repeat(80)}: no name`, `user${"_".repeat(80)}: no name`],
])("%j is %j, whole and in pieces", (text, expected) => {
  expect([feed([text]), feed([...text])]).toEqual([{ text: expected }, { text: expected }]);
});

test("gives the same however the text is cut, and loses nothing else", () => {
  const piece = fc.constantFrom(
    ...[
      "agent",
      ":",
      " ",
      "\n",
      "python",
      "**",
      "user: ",
      "x",
      "```",
      "py",
      "User",
      "\uff1a",
      "> ",
    ],
    ...["_", "us\u0435r", "#", "```\n", "agent: ", "_".repeat(60), " ".repeat(40), "\u{1d42e}"],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      const whole = feed([text]);
      expect(feed(pieces)).toEqual(whole);
      expect(feed([...text])).toEqual(whole);
      expect(feed(text.split(""))).toEqual(whole);
      if (whole.cutAt === undefined) expect(text).toEndWith(whole.text.trimStart());
    }),
    { numRuns: 1500 },
  );
});
