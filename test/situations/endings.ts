/** How an answer can come to its end, and what a person sees of it. */
import { expect } from "bun:test";
import { breakOff, call, cut, finish, hang, raw, say, several } from "../scripted-answers.ts";
import { promptOf, refused, type Situation, wire } from "./situation.ts";

export const ENDINGS: readonly Situation[] = [
  {
    name: "a stream without an end marker: the part is kept, marked, and no success",
    answers: several(say("Half an answer"), cut()),
    stdout: "Half an answer\n",
    stderr: () => ["agent stopped (cut): the stream ended without an end marker"],
    exitCode: 1,
  },
  {
    name: "an error object in the middle of a stream: the part is kept, marked, and no success",
    answers: several(say("Half an"), wire({ error: { message: "CUDA out of memory" } }), cut()),
    stdout: "Half an\n",
    stderr: (url) => [
      `agent stopped (cut): The server ${url} failed while it answered [STREAM_ERROR]`,
      "CUDA out of memory",
      "→ run the same command again",
      "→ look at the server's log",
      "Earlier messages are kept.",
    ],
    exitCode: 1,
  },
  {
    name: "half an answer calls no persona, and no other is told it",
    answers: [several(say("Half an answer for @@python"), cut()), say("I know nothing.")],
    room: ["@@agent begin", "@@python what did agent say?"],
    stdout: [
      "● agent · m\nHalf an answer for @@python\n— agent was cut: the stream ended without an end marker",
      "● python · m\nI know nothing.",
    ],
    asked: 2,
    sent: (requests) => expect(promptOf(requests[1])).not.toContain("Half an answer"),
    exitCode: 1,
  },
  {
    name: "an error under HTTP 200",
    answers: refused(200, "the model runner has crashed"),
    stderr: (url) => [
      `agent stopped (error): The server ${url} failed while it answered [STREAM_ERROR]`,
      "the model runner has crashed",
      "→ run the same command again",
      "→ look at the server's log",
      "Earlier messages are kept.",
    ],
    exitCode: 1,
  },
  {
    name: "a connection that breaks before the first word is asked once more, and only once",
    answers: several(raw(": ping\n\n"), breakOff()),
    stderr: (url) => [
      "The connection broke before the answer began; it is asked once more.",
      "The connection broke before the answer began; no second try is left.",
      `agent stopped (error): The connection to ${url} was lost in the middle of the answer [STREAM_ERROR]`,
      "the server closed the connection (ECONNRESET)",
      "→ run the same command again",
      "→ look at the server's log: it may have run out of memory",
      "Earlier messages are kept.",
    ],
    asked: 2,
    exitCode: 1,
  },
  {
    name: "a server that never begins to answer: its seconds, and the exit code of a time-out",
    answers: several(raw(""), hang()),
    environment: { ORG_FIRST_BYTE_MS: "150" },
    stderr: (url) => [
      `agent stopped (error): The server ${url} did not begin to answer within 0.15 s [STREAM_SILENT]`,
      'it sent no byte for "m" in that time',
      "→ run the same command again",
      "→ check the server: a large model may still be loading",
      "Nothing was changed.",
    ],
    exitCode: 124,
  },
  {
    name: "a server that falls silent: the part is kept, and the exit code of a time-out",
    answers: several(say("Half"), hang()),
    environment: { ORG_IDLE_MS: "150" },
    stdout: "Half\n",
    stderr: (url) => [
      `agent stopped (cut): The server ${url} sent nothing for 0.15 s in the middle of its answer [STREAM_SILENT]`,
      'it sent no byte for "m" in that time',
      "→ run the same command again",
      "→ check the server: a large model may still be loading",
      "Earlier messages are kept.",
    ],
    exitCode: 124,
  },
  {
    name: "a call that was cut off does not run; where nothing else was said it is asked once more",
    answers: [several(call("sh", '{"cmd": "touch made'), cut()), say("Done.")],
    stdout: "Done.\n",
    stderr: () => [
      "left out the call of sh: it was cut off",
      "The model answered nothing; it is asked once more.",
    ],
    asked: 2,
  },
  {
    name: "a malformed line is skipped and said; the answer stands",
    answers: several(say("One"), raw("data: {no json\n\n"), say(" two.")),
    stdout: "One two.\n",
    stderr: () => ["skipped malformed events: 1"],
  },
  {
    name: "an answer that met the model's limit says so",
    answers: several(say("So far"), finish("length")),
    stdout: "So far\n",
    stderr: () => ["agent stopped (length): the model's limit for one answer"],
    exitCode: 1,
  },
  {
    name: "an empty answer is asked for once more",
    answers: [say(""), say("Here it is.")],
    stdout: "Here it is.\n",
    stderr: () => ["The model answered nothing; it is asked once more."],
    asked: 2,
  },
  {
    name: "a second empty answer is said",
    answers: say(""),
    asked: 2,
    stderr: () => [
      "The model answered nothing; it is asked once more.",
      "The model answered nothing; no second try is left.",
      "agent stopped (error): the model answered nothing",
    ],
    exitCode: 1,
  },
];
