import { expect, test } from "bun:test";
import { EXIT } from "./error-codes.ts";
import { exitCodeOf, explain, OrgError, withoutCode } from "./errors.ts";

const down = new OrgError('The server "http://127.0.0.1:11434" does not answer', {
  code: "PROVIDER_UNREACHABLE",
  why: "connect ECONNREFUSED after 12 ms",
  remedies: ["ollama serve", "export OLLAMA_BASE=http://HOST:PORT"],
  unchanged: "Nothing was sent.",
  cause: new Error("socket closed"),
});

test("explain() says what happened, why, what to do and what was left", () => {
  expect(explain(down)).toMatchInlineSnapshot(`
"The server "http://127.0.0.1:11434" does not answer [PROVIDER_UNREACHABLE]
connect ECONNREFUSED after 12 ms
→ ollama serve
→ export OLLAMA_BASE=http://HOST:PORT
Nothing was sent."
`);
});

test("the stack and the causes show only when asked for", () => {
  expect(explain(down)).not.toContain("socket closed");
  expect(explain(down, true)).toContain("socket closed");
});

test("a failure has its exit code, and anything else is a bug of ours", () => {
  expect(exitCodeOf(down)).toBe(EXIT.unreachable);
  expect(exitCodeOf(new TypeError("x is not a function"))).toBe(EXIT.bug);
  expect(explain(new TypeError("x is not a function"))).toContain("a bug of its own");
});

test("a system that opens no more files is not a bug of ours, and what helps is said", () => {
  const error = new Error("EMFILE: too many open files, open '/x'");
  expect(exitCodeOf(error)).toBe(EXIT.fileTrouble);
  expect(explain(error)).toContain("This process may open too few files [FILE_FAILED]\nEMFILE: ");
  expect(explain(error)).toContain("→ ulimit -n 1024 ");
});

test("the code is left out behind the message, and nowhere else", () => {
  const code = "PROVIDER_REFUSED";
  const message = `The server wrote " [${code}]" twice`;
  const error = new OrgError(message, {
    code,
    remedies: [`org help ${code}`],
    unchanged: ` [${code}]`,
  });
  expect(withoutCode(explain(error), code)).toBe(`${message}\n→ org help ${code}\n [${code}]`);
  expect(withoutCode(`org was stopped [${code}] here`, code)).toBe(
    `org was stopped [${code}] here`,
  );
});
