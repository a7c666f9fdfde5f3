import { expect, test } from "bun:test";
import { type TerminalFacts, terminalCheck } from "./terminal-check.ts";

const GOOD = { term: "xterm-256color", locale: "en_GB.UTF-8", colour: true, accessible: false };
const found = async (facts: Partial<TerminalFacts>) =>
  await terminalCheck({ ...GOOD, ...facts }).run(new AbortController().signal);

test("a terminal with Unicode and colours is fine", async () => {
  expect(await found({})).toEqual({
    state: "ok",
    detail: "TERM xterm-256color, locale en_GB.UTF-8, colours",
    remedies: [],
  });
});

test("what a person has chosen is not trouble", async () => {
  expect(await found({ colour: false, accessible: true, locale: "C.utf8" })).toMatchObject({
    state: "ok",
    detail: "TERM xterm-256color, locale C.utf8, no colours (NO_COLOR), append-only screen",
  });
});

test("a locale without Unicode, and a terminal of no kind, are named with what to do", async () => {
  expect(await found({ locale: undefined, term: undefined })).toEqual({
    state: "warning",
    detail: [
      "TERM not set, locale not set, colours, append-only screen",
      "tmux and others take this for a terminal without Unicode",
      "no program can know what this terminal understands",
    ].join("\n"),
    remedies: ["export LANG=C.UTF-8", "export TERM=xterm-256color"],
  });
});
