/** Every page of the dashboard with something on it: looked at in a browser, and drawn for the documents. */
import type { JournaledEvent } from "#core/events.ts";
import type { Screen } from "#server/ui/page.ts";
import { type RoomBoard, roomBoard, userLine } from "./dashboard-room.ts";
import { memoryWorkspace } from "./room-fixture.ts";

export type PagesBoard = RoomBoard;

/** What a page shows, and where it is; each page of a screen has at least one. */
export const PAGES: readonly (readonly [string, string])[] = [
  ["the rooms", "/ui/rooms"],
  ["a room", "/ui/rooms/parser"],
  ["older entries of a room", "/ui/rooms/long?before=301"],
  ["a room of hostile names", "/ui/rooms/evil"],
  ["an address where nothing is", "/ui/none"],
  ["who is signed in", "/ui/sessions"],
  ["files", "/ui/rooms/parser/files"],
  ["no changes", "/ui/rooms/parser/diff"],
  ["changes", "/ui/rooms/long/diff"],
];

const DIFF = `diff --git a/parser.ts b/parser.ts
--- a/parser.ts
+++ b/parser.ts
@@ -1,3 +1,3 @@
 export function parse(path: string) {
-  for (const line of lines(path)) total += readAll(path).length;${" // as it was".repeat(20)}
+  const all = readAll(path);
`;

/** Texts that a page must show as what they are. */
const EVIL = `<img src=x onerror=alert(1)>"'\u202e</pre><script>document.title="evil"</script>`;

/** What stands in a room in which a parser was made faster. */
const PARSER: readonly JournaledEvent[] = talk();

function talk(): readonly JournaledEvent[] {
  const agent = { turn: "t1", persona: "agent" };
  const python = { turn: "t2", persona: "python" };
  const call = {
    id: "c1",
    name: "sh",
    arguments: { cmd: "wc -l fixtures/large.log && time bun parse.ts" },
  };
  return [
    userLine("m1", "Where does the time go when the parser reads a large file?"),
    { type: "turn-start", ...agent, message: "m1", model: "qwen3", window: 32_768 },
    { type: "tool-call", ...agent, origin: "declared", call },
    { type: "tool-result", ...agent, id: "c1", name: "sh", ok: true, ms: 4120, exit: 0, size: 812 },
    {
      ...{ type: "answer", ...agent, hop: 0, calls: [] },
      text: "The slow part is `readAll`, which reads the whole file once a line:\n\n```ts\nfor (const line of lines) {\n  const all = await readAll(path);\n}\n```\n\nI would read it once, before the loop.",
    },
    { type: "turn-end", ...agent, reason: "complete" },
    { ...userLine("m2", "@@python how bad is it?"), to: ["python"] },
    { type: "turn-start", ...python, message: "m2", model: "qwen3", window: 32_768 },
    {
      ...{ type: "answer", ...python, hop: 0, calls: [] },
      text: "It is O(n²) in the number of lines: 4.1 s for 20,000 lines, and 16 s for twice as many.",
    },
    { type: "turn-end", ...python, reason: "complete" },
    { type: "file", path: "notes/parser.md", bytes: 812, by: "agent" },
  ];
}

function evil(): readonly JournaledEvent[] {
  const turn = { turn: "t1", persona: EVIL };
  return [
    userLine("m1", EVIL),
    { type: "answer", ...turn, hop: 0, text: EVIL, calls: [], reasoning: EVIL },
    {
      ...{ type: "tool-call", ...turn, origin: "embedded" },
      call: { id: "1", name: EVIL, arguments: { [EVIL]: "x".repeat(3000) } },
    },
    { type: "tool-result", ...turn, id: "1", name: EVIL, ok: false, ms: 3, size: 1, exit: 2 },
    { type: "notice", level: "error", text: "w".repeat(3000), persona: EVIL },
    { type: "turn-end", ...turn, reason: "error", why: EVIL },
  ];
}

/** @param screens those beside the rooms. */
export async function pagesBoard(screens: readonly Screen[] = []): Promise<PagesBoard> {
  const files = memoryWorkspace();
  await files.write("notes/parser.md", "# Parser\n");
  await files.write(`${EVIL.replaceAll("/", "")}.html`, EVIL);
  const board = await roomBoard([], {
    ...{ screens, filesOf: () => Promise.resolve(files) },
    diffOf: (room) => Promise.resolve(room === "long" ? DIFF : undefined),
  });
  await board.write(
    "long",
    Array.from({ length: 600 }, (_, at) => userLine(`m${at}`, `line ${at}`)),
  );
  await board.write("evil", evil());
  await board.write("parser", PARSER);
  return board;
}
