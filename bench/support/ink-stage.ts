/**
 * The same screen in Ink: finished paragraphs of the persona in the foreground in `Static`, below them its growing
 * one, a line for each of the others, a status and the input line.
 */
import { Box, render, Static, Text } from "ink";
import { createElement, type ReactNode } from "react";
import type { Stage } from "./stage.ts";
import { SPEAKERS, type Speaker } from "./token-clock.ts";

const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
/** Longest piece of a persona's last words. */
const WORDS = 48;

interface Said {
  text: string;
  tokens: number;
}

export function inkStage(): Stage {
  const said = new Map<Speaker, Said>(
    SPEAKERS.map((speaker) => [speaker, { text: "", tokens: 0 }]),
  );
  const finished: string[] = ["● agent · m"];
  const [floor] = SPEAKERS;
  const app = render(screen(finished, said), { patchConsole: false });
  let asked = false;
  const draw = (): void => {
    asked = false;
    app.rerender(screen(finished, said));
  };
  const take = (speaker: Speaker, text: string): void => {
    const one = said.get(speaker);
    if (one === undefined) return;
    one.text += text;
    one.tokens += 1;
    if (speaker === floor) {
      const end = one.text.lastIndexOf("\n\n") + 2;
      if (end > 1) finished.push(one.text.slice(0, end));
      if (end > 1) one.text = one.text.slice(end);
    }
    // What comes at once is shown at once: a program would not ask for more.
    if (!asked) queueMicrotask(draw);
    asked = true;
  };
  const end = async (): Promise<void> => {
    for (const [speaker, { text }] of said) finished.push(`● ${speaker} · m`, text);
    app.rerender(screen(finished, new Map()));
    app.unmount();
    await app.waitUntilExit();
  };
  return { take, end };
}

function finishedParagraphs({ texts }: { readonly texts: string[] }): ReactNode {
  const paragraph = (text: string, index: number) => createElement(Text, { key: index }, text);
  return createElement(Static<string>, { items: texts, children: paragraph });
}

function screen(finished: readonly string[], said: ReadonlyMap<Speaker, Said>): ReactNode {
  const spinner = SPINNER.charAt(Math.floor(performance.now() / 100) % SPINNER.length);
  const [floor, ...others] = [...said];
  const lines = others.map(([name, { text, tokens }]) =>
    createElement(
      Text,
      { key: name, dimColor: true, wrap: "truncate" },
      `${name} ${spinner} ${tokens} tok · "${text.slice(-WORDS).replaceAll("\n", " ")}…"`,
    ),
  );
  return createElement(
    Box,
    { flexDirection: "column" },
    createElement(finishedParagraphs, { key: "finished", texts: [...finished] }),
    createElement(Text, { key: "growing" }, floor?.[1].text ?? ""),
    ...lines,
    createElement(
      Text,
      { key: "status", dimColor: true },
      `${spinner} agent generating · group · m`,
    ),
    createElement(Text, { key: "input" }, "[group → agent] > "),
  );
}
