import { describe, expect, test } from "bun:test";
import { tmuxFinding } from "./tmux-check.ts";

/** As `tmux show-options -s` prints it. */
const options = (escapeMs: number, clipboard: string): string =>
  `backspace C-?\nescape-time ${escapeMs}\nfocus-events off\nset-clipboard ${clipboard}\nuser-keys`;

describe("tmux", () => {
  test("that serves no client is fine as it is", () => {
    expect(tmuxFinding("tmux 3.3a", undefined, undefined)).toEqual({
      state: "ok",
      detail: "tmux 3.3a, no server runs",
      remedies: [],
    });
  });

  test("that is set up well says how", () => {
    expect(tmuxFinding("tmux 3.3a", options(10, "external"), "off")).toEqual({
      state: "ok",
      detail:
        "tmux 3.3a, escape-time 10 ms, set-clipboard external, focus-events off, allow-passthrough off",
      remedies: [],
    });
  });

  test("is told what is too old, too slow or switched off, each with what to do", () => {
    const { state, detail, remedies } = tmuxFinding("tmux 3.1c", options(500, "off"), "");
    expect([state, detail.split("\n").slice(1)]).toEqual([
      "warning",
      [
        "/copy needs 3.2 or later",
        "the Esc key reaches a room 500 ms late",
        "what /copy copies stays within tmux",
      ],
    ]);
    expect(remedies).toHaveLength(3);
    expect(detail).toContain("allow-passthrough unknown");
  });
});
