import { expect, test } from "bun:test";
import type { HomeStatus } from "#app/home-status.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { statusText } from "./status-text.ts";

const NOW = 1_000_000_000;
const how = { nowMs: NOW, cleaner: new TextCleaner() };
const process = { parent: 1, group: 1, session: 1, state: "S", startTime: 1, children: [] };

const QUIET: HomeStatus = {
  home: "/home/ann/org",
  processes: [],
  rooms: { known: { count: 0, newest: null } },
  jobs: { known: null },
  heartbeat: null,
  supervisor: { state: "ok", detail: "not running" },
  approvals: { known: [] },
  toReview: { known: 0 },
  budget: { known: { tokens: 0, micros: 0, mostTokens: null, mostMicros: null } },
};

test("a home in which nothing runs says so of each part", () => {
  expect(statusText(QUIET, how)).toMatchInlineSnapshot(`
    "home        /home/ann/org
    owner       none runs
    rooms       none
    engine      none runs
    jobs        no job was ever submitted
    heartbeat   no process writes it
    supervisor  not running
    approvals   none waits
    review      no note waits
    today       0 tokens
    "
  `);
});

test("what runs, waits and was spent is told, and what to do about it", () => {
  const status: HomeStatus = {
    ...QUIET,
    processes: [
      { ...process, pid: 7, role: "room", what: "org chat", startedAt: NOW - 60_000 },
      { ...process, pid: 8, role: "engine", what: "m", startedAt: NOW - 5000, port: 9 },
    ],
    rooms: { known: { count: 3, newest: { id: "r1", at: NOW - 7000 } } },
    jobs: { known: { queued: 2, running: 1, done: 4, dead: 1, cancelled: 0 } },
    heartbeat: {
      ...{ at: NOW - 4000, ok: true, provider: { state: "up", since: 0 } },
      backup: { at: NOW - 7_200_000, verified: true },
    },
    approvals: { known: ["A1", "A2"] },
    toReview: { known: 2 },
    budget: { known: { tokens: 12_000, micros: 500_000, mostTokens: 200_000, mostMicros: null } },
  };
  expect(statusText(status, how)).toMatchInlineSnapshot(`
    "home        /home/ann/org
    owner       room, process 7: org chat
    rooms       3; the newest, r1, 7 s ago
    engine      engine, process 8
    jobs        2 queued, 1 running, 1 dead  → org jobs --state dead
    heartbeat   4 s ago; model server up; backup 2 h ago, verified
    supervisor  not running
    approvals   A1, A2  → org approvals
    review      2 to decide about  → org memory review
    today       12,000 tokens of 200,000 tokens, 0.5000 of money

    WHO     PID  UP   STATE    PORT  WHAT
    room    7    1 m  running  -     org chat
    engine  8    5 s  running  9     m
    "
  `);
});

test("a part that could not be looked at says why, and one that hangs is told", () => {
  const status: HomeStatus = {
    ...QUIET,
    jobs: { unknown: "Held by\nanother process [HOME_BUSY]" },
    heartbeat: {
      ...{ at: NOW - 90_000, ok: false, provider: { state: "down", since: 0 } },
      backup: { at: null, verified: false },
    },
  };
  const text = statusText(status, how);
  expect(text).toContain("jobs        unknown: Held by another process [HOME_BUSY]\n");
  expect(text).toContain(
    "heartbeat   1 m ago; its process has ended or hangs; model server down; backup none\n",
  );
});
