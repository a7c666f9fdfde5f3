/**
 * Writes the cassette of `org demo`: plays the demo with the words of `words.ts` instead of a cassette, and
 * writes down what was asked before each of them.
 *
 *     bun demo/make-session.ts
 */

import { App } from "#app/app.ts";
import { parseCommandLine } from "#cli/command-line.ts";
import { playDemo } from "#cli/programs/demo.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSettings } from "#home/settings/settings.ts";
import { type CassetteLine, writeCassette } from "#models/cassette/format.ts";
import { keyOf, readContent, routeOf } from "#models/cassette/key.ts";
import { conversationOf, SESSION_FILE } from "#models/demo/session.ts";
import { desktopOf } from "#ui/desktop.ts";
import { chunksOf } from "./chunks.ts";
import { WORDS } from "./words.ts";

/** The whole cassette. @throws {OrgError} `DEMO_FAILED` when the words do not fit what happens. */
export async function makeSession(): Promise<string> {
  const lines: CassetteLine[] = [];
  let asked = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    development: false,
    fetch: async (request) => {
      const route = routeOf(new URL(request.url).pathname);
      const words = route === "/chat/completions" ? WORDS[asked] : undefined;
      if (words === undefined) return new Response("There are no words for that", { status: 404 });
      const exchange = asked;
      asked += 1;
      const content = conversationOf(readContent(await request.text(), (text) => text));
      const chunks = chunksOf(words);
      lines.push(
        { type: "request", exchange, method: "POST", route, key: keyOf(content), content },
        { type: "status", exchange, status: 200, headers: HEADERS },
        ...chunks.map((one): CassetteLine => ({ type: "chunk", exchange, ...one })),
        { type: "end", exchange, how: "complete" },
      );
      return new Response(chunks.map(({ text }) => text).join(""), { headers: HEADERS });
    },
  });
  try {
    await playDemo(SILENT_DEMO, `http://127.0.0.1:${server.port}`);
  } finally {
    await server.stop(true);
  }
  return writeCassette(lines);
}

const HEADERS = { "content-type": "text/event-stream", "x-words": "written by hand" };

const LINE = parseCommandLine(["demo", "--fast", "--plain"]);
const SETTINGS = readSettings({ flags: LINE.options, env: {}, defaultHome: "/nonexistent" });

/** At once, on a screen that no viewer looks at. */
export const SILENT_DEMO: Parameters<typeof playDemo>[0] = {
  app: new App({ settings: SETTINGS }),
  line: LINE,
  settings: SETTINGS,
  cleaner: new TextCleaner(),
  output: { write: () => undefined, say: () => undefined, live: false },
  signal: new AbortController().signal,
  leave: () => undefined,
  screen: {
    ...{ isTyped: false, term: undefined, colour: false, accessible: false, locale: undefined },
    desktop: desktopOf({}),
  },
  environment: {},
};

if (import.meta.main) await Bun.write(SESSION_FILE, await makeSession());
