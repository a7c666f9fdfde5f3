/** What a model, a tool or a server writes for the terminal does not reach it, however it is cut. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { OrgError } from "#core/errors.ts";
import type { ProviderEvent } from "#models/provider.ts";
import { PLAIN } from "#room/style.ts";
import { ScreenEmulator } from "#test/screen-emulator.ts";
import { openTalkingRoom } from "#test/talking-room.ts";
import { newComposer } from "./composer.ts";
import { layout } from "./layout.ts";
import { LiveFrames } from "./live-frames.ts";
import { RoomDisplay } from "./room-display.ts";

const SIZE = { columns: 60, rows: 20 };
/** Numbers that no frame of ours has, so that whose sequence it is can be told. */
const PAYLOADS = [
  "\u001b[2J\u001b[H",
  "\u001b[3J",
  "\u001bc",
  "\u001b[?1049h",
  "\u001b[?1000;1006h",
  "\u001b[77A\u001b[2K",
  "\u001b[97;41m",
  "\u001b[6n\u001b[c\u001b]11;?\u0007",
  "\u001b]0;title\u0007",
  "\u001b]52;c;ZXZpbA==\u0007",
  "\u001b]8;;http://evil.example\u001b\\link\u001b]8;;\u001b\\",
  "\u001bPtmux;\u001b\u001b]52;c;ZXZpbA==\u0007\u001b\\",
  "\u001b_Ga=d\u001b\\",
  "\u001b[201~rm -rf /\r",
  "\u009b2J\u009d0;title\u009c",
  "\u0090q\u009c\u0085\u008d",
  "\u0007\u0008\u0008\u000b\u000c\u000e\u000f\u007f",
  "over\rwritten",
  "&#27;[2J&#x9b;2J&NewLine;",
  "`\u001b[2J`\n```sh\n\u001b[2J\u001b]0;t\u0007\n```",
  "\u001b]never closed",
  "\u001b",
] as const;
const unit = fc.constantFrom(
  "\u001b",
  "[",
  "]",
  "?",
  "7",
  ";",
  "h",
  "J",
  "A",
  "m",
  "P",
  "\\",
  "\u0007",
  "\r",
  "\n",
  "\u009b",
  "`",
  "*",
  "x",
  "漢",
);
const nasty = fc.oneof(fc.constantFrom(...PAYLOADS), fc.string({ unit, maxLength: 12 }));

/** All that our frames may write beside text, with the numbers that they can have in this window. */
const OURS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /\u001b\[(?:\?2026[hl]|\?7[hl]|\?2004[hl]|\?25h|0m|2K|(?:[1-9]|[1-5]\d)?[AC])|[\r\n\t]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

interface Shown {
  /** What stays on the screen. */
  readonly transcript: string;
  /** Every byte. */
  readonly bytes: string;
}

/** Lets a model say this, a frame after every event. */
async function shown(events: readonly ProviderEvent[], failure?: Error): Promise<Shown> {
  let asked = 0;
  const { room } = await openTalkingRoom(async function* () {
    asked += 1;
    if (asked === 1) yield* events;
    if (asked === 1 && failure !== undefined) throw failure;
    if (asked > 1) yield { type: "text", text: "Done." };
    yield { type: "finish", reason: "stop" };
  });
  const frames = new LiveFrames();
  let transcript = "";
  let bytes = frames.enter();
  const sink = (text: string): void => {
    transcript += text;
    frames.append(text);
  };
  const display = new RoomDisplay({ room, style: PLAIN, rawOutputs: 0, sink, columns: () => 59 });
  const draw = () => {
    bytes += frames.next(layout(display.state(newComposer(), ""), SIZE), SIZE);
  };
  using _ = room.listen((event) => {
    display.take(event);
    draw();
  });
  // The output of tools is seen by the user who asked.
  const { done } = await room.say("go", { listener: (event) => display.takeOutput(event) });
  await done;
  draw();
  bytes += frames.leave(SIZE);
  return { transcript: transcript.replaceAll(/\d\.\d s/g, "0.0 s"), bytes };
}

function expectNoControl({ bytes }: Shown): void {
  expect(bytes.replaceAll(OURS, "")).not.toMatch(CONTROL);
  // Throws for what is not a sequence of ours.
  new ScreenEmulator(SIZE.columns).write(bytes);
}

const text = (piece: string): ProviderEvent => ({ type: "text", text: piece });

describe("what a model says", () => {
  test.each(PAYLOADS.map((payload) => [payload]))(
    "%j, split at every place, shows the same",
    async (payload) => {
      const whole = `before ${payload} after\n\nend`;
      const expected = await shown([text(whole)]);
      expectNoControl(expected);
      for (let at = 1; at < whole.length; at += 1) {
        const split = await shown([text(whole.slice(0, at)), text(whole.slice(at))]);
        expectNoControl(split);
        expect(split.transcript).toBe(expected.transcript);
      }
      const letters = await shown([...whole].map(text));
      expectNoControl(letters);
      expect(letters.transcript).toBe(expected.transcript);
    },
  );

  test("whatever it is, and wherever it is cut, nothing of it is obeyed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nasty, { minLength: 1, maxLength: 6 }), async (pieces) => {
        expectNoControl(await shown(pieces.map(text)));
        expectNoControl(await shown(pieces.map((piece) => ({ type: "reasoning", text: piece }))));
      }),
      { numRuns: 60 },
    );
  });
});

test("names and arguments of calls, outputs and the words of a server are no better", async () => {
  await fc.assert(
    fc.asyncProperty(nasty, nasty, async (name, words) => {
      const named = { id: "call_1", name: `sh${name}`, arguments: { [words]: words } };
      const real = { id: "call_2", name: "sh", arguments: { cmd: `${words}\n${name}` } };
      expectNoControl(
        await shown([
          { type: "call", call: named },
          { type: "call", call: real },
        ]),
      );
      const failure = new OrgError(`refused: ${name}`, {
        code: "PROVIDER_REFUSED",
        why: words,
        remedies: [words],
      });
      expectNoControl(await shown([text("half")], failure));
    }),
    { numRuns: 40 },
  );
});
