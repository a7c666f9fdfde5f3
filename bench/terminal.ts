#!/usr/bin/env bun
/** What the room on a terminal costs: a key in a long session, tokens of three personas, and doing nothing. */
import { EventEmitter } from "node:events";
import type { RoomEvent } from "#core/events.ts";
import { ANSI } from "#room/style.ts";
import { Pty } from "#test/pty.ts";
import { hang, say, several } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { openTalkingRoom } from "#test/talking-room.ts";
import { compose, newComposer } from "#ui/inline/composer.ts";
import { InlineScreen } from "#ui/inline/inline-screen.ts";
import { layout } from "#ui/inline/layout.ts";
import { LiveFrames } from "#ui/inline/live-frames.ts";
import { RoomDisplay } from "#ui/inline/room-display.ts";
import type { TerminalOutput } from "#ui/terminal.ts";
import { compare } from "./support/compare.ts";
import { cpuMicroseconds } from "./support/cpu.ts";
import { PIECES } from "./support/prose.ts";
import { atMostTimes, below, named, publish, type Section } from "./support/report.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const SIZE = { columns: 100, rows: 30 };
const PERSONAS = ["agent", "python", "toolsmith"];
const TOKENS = 10_000;
/** Three times 200 tokens a second, 30 frames a second. */
const TOKENS_A_FRAME = 20;
const MESSAGES = 10_000;
const KEYS = 200;
const IDLE_MS = 1000;
/** How often Esc is pressed. */
const ESCAPES = 5;

const { room } = await openTalkingRoom();

publish([await oneKey(), await tokens(), ...(await streams()), await idle(), await escapeKey()]);

/** A room without a terminal: what it would write is given back. */
function openDisplay(): { readonly display: RoomDisplay; readonly frames: LiveFrames } {
  const frames = new LiveFrames();
  const sink = (text: string): void => frames.append(text);
  const columns = (): number => SIZE.columns - 1;
  return { frames, display: new RoomDisplay({ room, style: ANSI, rawOutputs: 0, sink, columns }) };
}

async function oneKey(): Promise<Section> {
  const contestants = [0, MESSAGES].map((messages) => {
    const { display, frames } = openDisplay();
    for (let index = 0; index < messages; index += 1) display.take(messageOf(index));
    return { name: `after ${messages} messages`, round: () => keyCost(display, frames) };
  });
  const series = await compare(contestants, { warmUp: 3, counted: 15 });
  return {
    title: "terminal: one key, until its frame is ready",
    unit: "µs of processor time, less is better",
    series,
    aims: [below(1000, named(series, `after ${MESSAGES} messages`))],
  };
}

function messageOf(index: number): RoomEvent {
  const text = `Message ${index} with some words.`;
  return { type: "message", id: `msg_${index}`, from: "user", text, to: ["agent"], mode: "group" };
}

async function keyCost(display: RoomDisplay, frames: LiveFrames): Promise<number> {
  let composer = newComposer();
  const micros = await cpuMicroseconds(() => {
    for (let index = 0; index < KEYS; index += 1) {
      ({ composer } = compose(composer, { type: "text", text: "x" }));
      frames.next(layout(display.state(composer, ""), SIZE), SIZE);
    }
  });
  return micros / KEYS;
}

async function tokens(): Promise<Section> {
  const series = await compare([{ name: "three personas", round: streamCost }], {
    warmUp: 1,
    counted: 5,
  });
  return {
    title: `terminal: ${TOKENS} tokens of three personas, with ${TOKENS / TOKENS_A_FRAME} frames`,
    unit: "ms of processor time, less is better",
    series,
    aims: [below(800, named(series, "three personas"))],
  };
}

async function streamCost(): Promise<number> {
  const { display, frames } = openDisplay();
  const micros = await cpuMicroseconds(() => {
    for (const persona of PERSONAS) {
      const who = { turn: `turn_${persona}`, persona };
      display.take({ type: "turn-start", ...who, message: "msg_1", model: "m", window: 8192 });
    }
    for (let index = 0; index < TOKENS; index += 1) {
      const persona = PERSONAS[index % PERSONAS.length] ?? "agent";
      const text = PIECES[index % PIECES.length] ?? "word ";
      display.take({ type: "text-delta", turn: `turn_${persona}`, persona, text });
      if (index % TOKENS_A_FRAME !== 0) continue;
      frames.next(layout(display.state(newComposer(), ""), SIZE), SIZE);
    }
  });
  return micros / 1000;
}

/** In real time, on a pseudo-terminal, in a process of its own. */
async function streams(): Promise<readonly Section[]> {
  await using folder = await temporaryFolder();
  // All at once: in real time each takes 17 s, and whatever the machine does meanwhile meets all of them.
  const costs = await Promise.all(
    ["the tokens alone", "ours", "ink"].map(async (name) => {
      return { name, cost: await streamed(name, `${folder.path}/${name}.json`) };
    }),
  );
  const seriesOf = (figure: (cost: Cost) => number) =>
    costs.map(({ name, cost }) => ({ name, samples: [figure(cost)] }));
  const cpu = seriesOf(({ cpuMs }) => cpuMs);
  const memory = seriesOf(({ megabytes }) => megabytes);
  const bytes = seriesOf(({ kilobytes }) => kilobytes).slice(1);
  const title = `terminal: ${TOKENS} tokens of three personas, 600 a second`;
  return [
    {
      title: `${title}, the whole process`,
      unit: "ms of processor time, less is better",
      series: cpu,
      aims: [below(800, named(cpu, "ours"))],
    },
    {
      title: `${title}, at most`,
      unit: "MB of memory, less is better",
      series: memory,
      aims: [below(90, named(memory, "ours"))],
    },
    {
      title,
      unit: "kB written, less is better",
      series: bytes,
      aims: [atMostTimes(1, [named(bytes, "ours"), named(bytes, "ink")])],
    },
  ];
}

interface Cost {
  readonly cpuMs: number;
  readonly megabytes: number;
  readonly kilobytes: number;
}

async function streamed(name: string, file: string): Promise<Cost> {
  let written = 0;
  const program = `${import.meta.dir}/programs/terminal-stream.ts`;
  await using child = Bun.spawn([process.execPath, program, name, `${TOKENS}`, file], {
    env: { PATH: Bun.env["PATH"], TERM: "xterm-256color", LANG: "C.UTF-8" },
    terminal: {
      cols: SIZE.columns,
      rows: SIZE.rows,
      data: (_terminal, bytes) => {
        written += bytes.length;
      },
    },
    killSignal: "SIGKILL",
  });
  if ((await child.exited) !== 0) throw new Error(`The screen "${name}" failed`);
  child.terminal?.close();
  return { ...(await Bun.file(file).json()), kilobytes: written / 1000 };
}

/** From the key to the end of the connection, as the server sees it, and to the words on the screen. */
async function escapeKey(): Promise<Section> {
  const samples = { server: [] as number[], screen: [] as number[] };
  for (let round = 0; round < ESCAPES; round += 1) {
    await using folder = await temporaryFolder();
    await using server = scriptedServer(() => several(say("Half an answer"), hang()));
    const home = { HOME: folder.path, ORG_HOME: folder.path };
    const pty = new Pty([process.execPath, `${import.meta.dir}/../main.ts`], {
      environment: { ...home, OLLAMA_BASE: server.url, OLLAMA_MODEL: "m", LANG: "C.UTF-8" },
    });
    await pty.shows("[group → agent] >");
    pty.type("hello\r");
    await pty.shows("Half an");
    const startMs = performance.now();
    pty.type("\u001b");
    await server.requests[0]?.closed;
    samples.server.push(performance.now() - startMs);
    await pty.shows("was stopped");
    samples.screen.push(performance.now() - startMs);
    await pty.end();
  }
  const series = Object.entries(samples).map(([name, all]) => ({ name, samples: all }));
  return {
    title: "terminal: from Esc to the end of the connection, and to the words on the screen",
    unit: "ms, less is better",
    series,
    aims: [below(200, named(series, "server")), below(200, named(series, "screen"))],
  };
}

async function idle(): Promise<Section> {
  const { display } = openDisplay();
  let bytes = 0;
  const output: TerminalOutput = Object.assign(new EventEmitter(), {
    ...SIZE,
    write: (text: string) => {
      bytes += text.length;
      return true;
    },
  });
  const screen = new InlineScreen(output, (size) => layout(display.state(newComposer(), ""), size));
  screen.open();
  await Bun.sleep(100);
  const round = async (): Promise<number> => {
    const before = bytes;
    await Bun.sleep(IDLE_MS);
    return bytes - before;
  };
  const series = await compare([{ name: "idle", round }], { warmUp: 0, counted: 2 });
  screen.close();
  return {
    title: `terminal: written in ${IDLE_MS} ms without an event`,
    unit: "bytes, less is better",
    series,
    aims: [below(1, named(series, "idle"))],
  };
}
