/** Draws the pictures of docs/ui out of real pages of a real home in a real browser: `bun demo/draw-ui.ts`. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { ChannelLock } from "#core/channel-lock.ts";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { openBrowser, signedIn } from "#test/browser.ts";
import type { TestDashboard } from "#test/dashboard.ts";
import { fillHome, jobsOf, type Texts } from "#test/dashboard-filled.ts";
import { type DashboardHome, dashboardHome } from "#test/dashboard-home.ts";
import { echoTool, openTestRoom } from "#test/room-fixture.ts";
import { call, gate, say, several } from "#test/scripted-answers.ts";
import { type Script, scriptedServer } from "#test/scripted-server.ts";
import { until } from "#test/until.ts";

const FOLDER = join(import.meta.dir, "..", "docs", "ui");
const SIZE = { width: 1200, height: 760 };
/** For the answers of the scripted model, in milliseconds. */
const PATIENCE_MS = 20_000;

interface Picture {
  /** Of the file, without its ending and whether it is light. */
  readonly name: string;
  readonly path: string;
  /** Stands in the page when everything is there that is to be seen. */
  readonly ready: string;
}

const PICTURES: readonly Picture[] = [
  { name: "room", path: "/ui/rooms/made-1", ready: "is writing" },
  { name: "gate", path: "/ui/gate", ready: "Candidates" },
  { name: "candidate", path: "/ui/gate/candidates/faster-totals", ready: "Stages" },
  { name: "lineage", path: "/ui/gate/lineage", ready: "Way back" },
  { name: "tools", path: "/ui/tools", ready: "Promoted" },
  { name: "jobs", path: "/ui/jobs", ready: "The newest first" },
  { name: "health", path: "/ui/health", ready: "Heartbeat" },
];

async function draw(browser: Browser, board: TestDashboard): Promise<void> {
  for (const { name, path, ready } of PICTURES) {
    for (const dark of [false, true]) {
      await using seen = await signedIn(browser, board, { ...SIZE, dark });
      await seen.page.goto(`${board.url}${path}`);
      await seen.page.getByText(ready).first().waitFor();
      const file = join(FOLDER, `${name}-${dark ? "dark" : "light"}.png`);
      const taken = await seen.page.screenshot({ animations: "disabled" });
      // A fifth of the size, and the same to the eye; with 128 colours small badges take the greys of letters.
      const drawn = new Bun.Image(taken).png({ palette: true, colors: 256 });
      await Bun.write(file, await drawn.bytes());
    }
  }
}

const TEXTS: Texts = {
  note: "The figures of the north come a week late.",
  goal: "Say its name.",
  error: "No model answers at http://127.0.0.1:11434",
  commit: "docs: say what csv-totals adds up",
  tool: "Writes every date of a table as 2026-11-24.",
};

const ANSWER = `The slow part is \`readAll\`, which reads the whole file once a line:

\`\`\`ts
for (const line of lines) {
  const all = await readAll(path);
}
\`\`\`

I would read it once, before the loop.`;

/** One persona has answered, one asks for an approval and one is still writing until `half` is opened. */
function talk(half: ReturnType<typeof gate>): Script {
  let writing = 0;
  return ({ index, body }) => {
    if (index === 0) return say(ANSWER);
    const hasShell = body.tools?.some(({ function: { name } }) => name === "sh") === true;
    if (hasShell) return call("sh", { cmd: "time bun parse.ts fixtures/large.log" });
    // The first of the others is still writing.
    writing += 1;
    if (writing > 1) return say("I would need a tool that times a function; shall I build one?");
    return several(say("It is O(n²): 4.1 s for the 20,000 lines of the fixture, and "), half);
  };
}

/** @returns when a persona asks and another one writes. */
async function speak(
  { visitor, own, page }: DashboardHome,
  half: ReturnType<typeof gate>,
): Promise<void> {
  await visitor.submit("/ui/rooms", {});
  const room = "/ui/rooms/made-1";
  const first = "Where does the time go when the parser reads a large file?";
  await visitor.submit(`${room}/say`, { text: first, mode: "", line: "line-0001" });
  const isAnswered = async () => (await page(room)).includes("before the loop.");
  await until("the first answer", isAnswered, PATIENCE_MS);
  const second = "@@group how bad is it? Measure it.";
  await visitor.submit(`${room}/say`, { text: second, mode: "", line: "line-0002" });
  await half.reached;
  const isAsked = async () => (await own.service.questions()).length > 0;
  await until("the question", isAsked, PATIENCE_MS);
}

await mkdir(FOLDER, { recursive: true });
const half = gate();
await using browser = await openBrowser();
await using model = scriptedServer(talk(half));
const permissions = {
  policy: { ...DEFAULT_POLICY, mode: "supervised" } as const,
  resolveProgram: () => undefined,
};
const room = { url: model.url, lock: new ChannelLock(4), tools: [echoTool], permissions };
await using home = await dashboardHome(jobsOf(TEXTS), (id, journal) =>
  openTestRoom({ ...room, id, journal }),
);
await using _filled = await fillHome(home, TEXTS);
await speak(home, half);
await draw(browser, home.board);
half.open();
(await home.own.service.openedRoom("made-1")).stop();
